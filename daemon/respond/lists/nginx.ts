import { defineListFormat } from '../../lib/kinds.ts'

/** For `include` in an nginx server: `deny` directives. */
export const nginx = defineListFormat({
  name: 'nginx',
  contentType: 'text/plain; charset=utf-8',
  holds: { v4: true, v6: true, ranges: true, users: false },
  write: entries => entries.map(({ value }) => `deny ${value};\n`).join(''),
})
