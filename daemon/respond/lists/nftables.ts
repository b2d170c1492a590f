import { defineListFormat } from '../../lib/kinds.ts'

/**
 * For `nft -f`: a table with two sets, made anew in one transaction, which drops what comes from them. Elements run out by themselves, so
 * that a machine which cannot ask any more blocks nobody for longer than was meant.
 */
export const nftables = defineListFormat({
  name: 'nftables',
  contentType: 'text/plain; charset=utf-8',
  holds: { v4: true, v6: true, ranges: true, users: false },
  write(entries, now) {
    const set = (name: string, type: string, family: 4 | 6) => {
      const elements = entries
        .filter(({ value }) => value.includes(':') === (family === 6))
        .map(({ value, until }) => (until === null ? value : `${value} timeout ${Math.max(1, Math.ceil((until - now) / 1000))}s`))
      const list = elements.length > 0 ? `\n    elements = {\n      ${elements.join(',\n      ')}\n    }` : ''
      return `  set ${name} {\n    type ${type}\n    flags interval, timeout\n    auto-merge${list}\n  }\n`
    }
    return `table inet signalbox
delete table inet signalbox
table inet signalbox {
${set('blocked4', 'ipv4_addr', 4)}${set('blocked6', 'ipv6_addr', 6)}  chain input {
    type filter hook input priority -10; policy accept;
    ip saddr @blocked4 counter drop
    ip6 saddr @blocked6 counter drop
  }
}
`
  },
})
