import { formatAge } from '../../shared/time.ts'
import type { Client } from './client.ts'
import { defineCommand } from './command.ts'
import { during } from './progress.ts'
import { Refused } from './refused.ts'
import type { Row } from './search.ts'
import { bodyOf } from './search.ts'
import { exitCodes } from './surroundings.ts'
import { count, many, time } from './table.ts'
import { clean, cut } from './text.ts'

interface Count {
  value: string
  count: number
}
/** What `GET /api/local/ip/:ip` says. Times are ms UTC. */
export interface Ip {
  address: string
  version: number
  scope: string
  geo?: { country_code: string; country: string }
  asn?: { number: number; organization: string }
  /** What the feeds come to in one word; null where none knows it. */
  verdict: string | null
  matches: { indicator: string; category: string; intention: string; source: { name: string }; age_ms: number; stale: boolean }[]
  signals: { open: number; total: number; latest: Row[] }
  logs: { count: number; first_seen: number | null; last_seen: number | null; services: Count[]; users: Count[] }
}
interface Answer {
  data: { type: string; id: string; attributes: Ip }
}

/** `signalbox lookup IP…`. */
export const lookup = defineCommand({
  name: 'lookup',
  usage: 'IP…',
  does: 'Say all that is known of addresses: network, country, feeds, signals, logs',
  takes: [1, 1000],
  async run({ args, io, connect, show, say }) {
    const client: Client = connect()
    const data: Answer['data'][] = []
    let failed = 0
    for (const ip of args) {
      try {
        data.push((await during(io, `Looking up ${ip}`, client.get<Answer>(`/api/local/ip/${encodeURIComponent(ip)}`))).data)
      } catch (error) {
        // one that is no address must not keep the others from being answered
        if (!(error instanceof Refused) || error.status !== 400) throw error
        failed++
        say(error.message)
      }
    }
    show({ data }, () => data.map(({ attributes }) => describe(attributes)).join('\n'))
    return failed > 0 ? exitCodes.failed : exitCodes.done
  },
})

/** What is known of an address, for people: a line a fact, aligned. */
export function describe({ address, version, scope, geo, asn, verdict, matches, signals, logs }: Ip): string {
  const facts: [name: string, text: string][] = [
    ...(asn ? [['Network', `AS${asn.number} ${asn.organization}`] as [string, string]] : []),
    ...(geo ? [['Country', `${geo.country} (${geo.country_code})`] as [string, string]] : []),
    ...(verdict === null ? [] : [['Verdict', verdict] as [string, string]]),
    ...named('Feeds', matches.map(matchText), 'none knows it'),
    ...named('Signals', signals.latest.map(signalText), '', `${count(signals.open)} open of ${count(signals.total)}`),
    ['Logs', logs.count === 0 ? 'none' : `${count(logs.count)}, from ${time(logs.first_seen)} to ${time(logs.last_seen)}`],
    ...(logs.services.length > 0 ? [['Services', counts(logs.services)] as [string, string]] : []),
    ...(logs.users.length > 0 ? [['Users', counts(logs.users)] as [string, string]] : []),
  ]
  return `${clean(address)}  IPv${version}, ${clean(scope)}\n${facts.map(([name, text]) => `  ${name.padEnd(8)}  ${clean(text)}\n`).join('')}`
}

/** A fact of several lines: its name stands before the first. */
function named(name: string, lines: string[], nothing: string, head?: string): [string, string][] {
  const all = head === undefined ? lines : [head, ...lines]
  return (all.length > 0 ? all : [nothing]).map((line, i) => [i === 0 ? name : '', line])
}

const matchText = ({ indicator, category, intention, source, age_ms, stale }: Ip['matches'][number]) =>
  `${source.name}: ${intention}, ${category} (${indicator}, ${formatAge(age_ms)} old${stale ? ', out of date' : ''})`

const signalText = (row: Row) => {
  const { title = '', events_matched: events = 0, workflow } = bodyOf(row)
  return `${row.attributes.status ?? ''}, ${workflow?.triage?.state ?? ''}, ${time(row.attributes.timestamp)}: ${title} (${many(events, 'event')})`
}

/** Guessers try thousands of names, and some are as long as a page. */
const mostNames = 10
const longestName = 64

function counts(values: readonly Count[]): string {
  const first = values.slice(0, mostNames).map(({ value, count: number }) => `${cut(value, longestName)} (${count(number)})`)
  const rest = values.length - first.length
  return rest > 0 ? `${first.join(', ')} and ${count(rest)} more` : first.join(', ')
}
