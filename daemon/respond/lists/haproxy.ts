import { defineListFormat } from '../../lib/kinds.ts'

/** For HAProxy's `map_ip`: each address with the word `block`. */
export const haproxy = defineListFormat({
  name: 'haproxy',
  contentType: 'text/plain; charset=utf-8',
  holds: { v4: true, v6: true, ranges: true, users: false },
  write: entries => entries.map(({ value }) => `${value} block\n`).join(''),
})
