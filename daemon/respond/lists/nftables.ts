import type { Address } from '../../../shared/ip.ts'
import { printSpan, readSpan } from '../../../shared/span.ts'
import { defineListFormat, type ListFormat } from '../../lib/kinds.ts'

/** Addresses by their numbers, both ends included, and until when: ms UTC, Infinity for good. */
interface Timed {
  from: bigint
  to: bigint
  until: number
}

/**
 * For `nft -f`: a table with two sets, made anew in one transaction, which drops what comes from them. Elements run out by themselves, so
 * that a machine which cannot ask any more blocks nobody for longer than was meant. They overlap nowhere, and are not merged there: what nft
 * merges goes with the first of it.
 */
export const nftables = defineListFormat({
  name: 'nftables',
  contentType: 'text/plain; charset=utf-8',
  holds: { v4: true, v6: true, ranges: true, users: false },
  write(entries, now) {
    const set = (name: string, type: string, family: 4 | 6) => {
      const elements = apart(entries, family).map(({ from, to, until }) => {
        const value = printSpan({ family, from: wordsOf(from), to: wordsOf(to) })
        return until === Infinity ? value : `${value} timeout ${Math.max(1, Math.ceil((until - now) / 1000))}s`
      })
      const list = elements.length > 0 ? `\n    elements = {\n      ${elements.join(',\n      ')}\n    }` : ''
      return `  set ${name} {\n    type ${type}\n    flags interval, timeout${list}\n  }\n`
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

/** All that is blocked in spans that overlap nowhere, each for as long as anything that covers it. Entries are blocks: of two, one lies in the other or beside it. */
function apart(entries: Parameters<ListFormat['write']>[0], family: 4 | 6): Timed[] {
  const spans = entries
    .flatMap(({ value, until }): Timed[] => {
      const span = readSpan(value)
      return span?.family === family ? [{ from: numberOf(span.from), to: numberOf(span.to), until: until ?? Infinity }] : []
    })
    .sort((a, b) => compare(a.from, b.from) || compare(b.to, a.to))
  const written: Timed[] = []
  const write = (from: bigint, to: bigint, until: number) => {
    const last = written.at(-1)
    if (last?.until === until && last.to + 1n === from) last.to = to
    else if (from <= to) written.push({ from, to, until })
  }
  /** Those that the next address may lie in, the innermost last. */
  const around: Timed[] = []
  /** All before this is written. */
  let at = 0n
  const leave = () => {
    const { to, until } = around.pop()!
    write(at, to, until)
    at = to + 1n
  }
  for (const { from, to, until } of spans) {
    while (around.length > 0 && around.at(-1)!.to < from) leave()
    const outer = around.at(-1)
    if (outer) write(at, from - 1n, outer.until)
    at = from
    around.push({ from, to, until: Math.max(until, outer?.until ?? 0) })
  }
  while (around.length > 0) leave()
  return written
}

const compare = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0)
const numberOf = (words: Address['words']): bigint => words.reduce((number, word) => (number << 32n) | BigInt(word), 0n)
const wordsOf = (number: bigint): Address['words'] => {
  const word = (i: bigint) => Number((number >> (i * 32n)) & 0xffff_ffffn)
  return [word(3n), word(2n), word(1n), word(0n)]
}
