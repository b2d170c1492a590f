import { defineListFormat } from '../../lib/kinds.ts'

/** A user a line. */
export const users = defineListFormat({
  name: 'users',
  contentType: 'text/plain; charset=utf-8',
  holds: { v4: false, v6: false, ranges: false, users: 'a line each' },
  write: entries => entries.map(({ value }) => `${value}\n`).join(''),
})
