import { addressOf, begin, span } from './workload.ts'

/** What the explorer shows beside the rows. */
export const facets = [
  'source',
  'service',
  'status',
  'host',
  'env',
  '@http.status_code',
  '@http.method',
  '@usr.name',
  '@evt.name',
  '@evt.outcome',
  '@network.client.ip',
  '@network.client.geoip.country.iso_code',
]

/** What is looked for: single values, several conditions, addresses, text, patterns, everything, and next to nothing. */
export const queries = [
  'source:nginx',
  '@usr.name:user_2345',
  'source:nginx @http.status_code:[400 TO 499] @http.method:POST',
  `@network.ip.list:${addressOf(20_000)}`,
  `@network.ip.list:${addressOf(0)}`,
  'failed password',
  '"failed password"',
  '"invalid user user_2345"',
  '@usr.name:user_12*',
  '@http.url:*wp-login*',
  '@http.useragent:*sqlmap*',
  '',
  'service:risk',
  '@usr.name:user_9 @http.status_code:[500 TO 599]',
  '@threat_intel.indicators_matched:*',
  'source:nginx -@http.status_code:[200 TO 299] -env:prod',
  'wp-log*',
  '*:spamhaus',
  '*:timeoutexception OR *:spamhaus',
  '@resources.name:role-11',
  '(service:web-store OR service:payments) AND (@http.status_code:[400 TO 499] OR status:error)',
]

/** Words and phrases that few logs have. */
export const rareTexts = ['"invalid user user_2345"', 'user_2345', 'user_4321 failed', 'onyx user_777']

/** An explorer refresh: its query over a range of time, ms UTC, both ends included. */
export interface Refresh {
  name: string
  query: string
  from: number
  to: number
  /** Rows and total alone, without facets and histogram. */
  rowsOnly?: boolean
}
const end = begin + span + 10_000
const whole = (query: string): Refresh => ({ name: query || '(everything)', query, from: begin, to: end })

export const wholeRefreshes: readonly Refresh[] = queries.map(whole)
/** Each over a quarter of the time too. */
export const refreshes: readonly Refresh[] = wholeRefreshes.flatMap(one => [
  one,
  { ...one, name: `${one.name} · a quarter of the time`, from: begin + span / 2, to: begin + span * 0.75 },
])
export const rareRefreshes: readonly Refresh[] = rareTexts.map(whole)
export const rowsShown = 50
export const buckets = 60

/** Addresses seen often, now and then, and hardly ever. */
export const pivots: readonly Refresh[] = (
  [
    ['frequent', 0],
    ['middling', 400],
    ['rare', 20_000],
  ] as const
).map(([often, rank]) => ({
  ...whole(`@network.ip.list:${addressOf(rank)}`),
  name: `address, list of ${rowsShown}, ${often}`,
  rowsOnly: true,
}))

/** What the extension would ask the daemon for. */
export const explorerBody = ({ query, from, to }: Refresh) => ({
  track: 'logs',
  query,
  from,
  to,
  limit: rowsShown,
  facets,
  histogram: { buckets },
})
