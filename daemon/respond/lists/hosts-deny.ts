import { defineListFormat } from '../../lib/kinds.ts'

/** For hosts.deny of TCP wrappers, which wants IPv6 in brackets. */
export const hostsDeny = defineListFormat({
  name: 'hosts-deny',
  contentType: 'text/plain; charset=utf-8',
  holds: { v4: true, v6: true, ranges: true, users: false },
  write: entries => entries.map(({ value }) => `ALL: ${value.includes(':') ? bracketed(value) : value}\n`).join(''),
})
const bracketed = (value: string) => {
  const [address, length] = value.split('/')
  return `[${address}]${length === undefined ? '' : `/${length}`}`
}
