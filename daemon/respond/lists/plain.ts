import { defineListFormat } from '../../lib/kinds.ts'

/** An address or a range a line, as most firewalls and proxies take it. */
export const plain = defineListFormat({
  name: 'plain',
  contentType: 'text/plain; charset=utf-8',
  holds: { v4: true, v6: true, ranges: true, users: false },
  write: entries => entries.map(({ value }) => `${value}\n`).join(''),
})
