import { defineListFormat } from '../../lib/kinds.ts'

/** A user a line; line breaks in a name, which nobody honest has, become spaces. */
export const users = defineListFormat({
  name: 'users',
  contentType: 'text/plain; charset=utf-8',
  holds: { v4: false, v6: false, ranges: false, users: true },
  write: entries => entries.map(({ value }) => `${value.replace(/\p{Cc}/gu, ' ')}\n`).join(''),
})
