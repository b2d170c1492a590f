import type { z } from 'zod'
import { problemsOf, Refusal } from '../lib/errors.ts'
import { type Entry, NewFeed } from './feed-files.ts'

/** What a person said of a feed, or a Refusal that names what is wrong with it; `under` is where it stood in what they sent. */
export function checked(given: unknown, under = ''): z.output<typeof NewFeed> {
  const result = NewFeed.safeParse(given)
  const found = result.success ? contradictions(result.data) : problemsOf(result.error.issues)
  if (result.success && found.length === 0) return result.data
  throw badFeed(found, under)
}

function badFeed(found: readonly { field: string; message: string }[], under: string): Refusal {
  const problems = found.map(({ field, message }) => ({ field: `${under}${field || 'feed'}`, message }))
  return new Refusal(400, 'bad_feed', `${problems[0]!.field}: ${problems[0]!.message}`, { problems })
}

function* contradictionsOf({ refresh, url, format, columns, known_good, intention }: z.output<typeof NewFeed>) {
  if (refresh && url === undefined) yield { field: 'url', message: 'is where the feed is refreshed from, and must be given' }
  if (refresh?.via === 'taxii' && format !== 'stix') yield { field: 'format', message: 'must be stix where a feed comes by TAXII' }
  if (refresh?.via === 'misp' && format !== 'misp') yield { field: 'format', message: 'must be misp where a feed is a MISP feed' }
  if (columns && format !== 'csv' && format !== 'json') yield { field: 'columns', message: `have no meaning for the format ${format}` }
  if (format === 'json' && !columns) yield { field: 'columns', message: 'must say which member holds the value' }
  if (known_good && intention !== 'benign') yield { field: 'intention', message: 'must be benign where entries are known to be good' }
}
const contradictions = (feed: z.output<typeof NewFeed>) => [...contradictionsOf(feed)]

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** A feed with options changed, null taking one away; whether its entries mean something else now, and whether it is fetched otherwise. */
export function altered(
  before: Entry,
  { enabled = before.enabled, ...given }: Record<string, unknown>,
  now: number,
  under = '',
): { feed: Entry; isReadAnew: boolean; isElsewhere: boolean } {
  if (typeof enabled !== 'boolean') throw badFeed([{ field: 'enabled', message: 'must be true or false' }], under)
  const names = Object.keys(NewFeed.shape)
  const said = Object.entries({ ...pick(before, names), ...given }).filter(([, value]) => value !== null && value !== undefined)
  const options = checked(Object.fromEntries(said), under)
  const { fetched, ...rest } = before
  const isSame = (...keys: (keyof z.output<typeof NewFeed>)[]) => keys.every(key => same(before[key], options[key]))
  const isElsewhere = !same(before.refresh?.auth, options.refresh?.auth) || originOf(before.url) !== originOf(options.url)
  const isAnother = !isSame('url') || before.refresh?.via !== options.refresh?.via
  const kept = pick(
    rest,
    Object.keys(rest).filter(key => !names.includes(key)),
  )
  const next =
    isAnother || !fetched
      ? { checked_at: null, next_at: now, failures: 0 }
      : { ...fetched, next_at: Math.min(fetched.next_at, nextOf(options, now)) }
  return {
    feed: { ...(kept as Pick<Entry, 'id'>), ...options, enabled, ...(options.refresh && { fetched: next }) },
    isReadAnew: !isSame('format', 'columns', 'expire_days'),
    isElsewhere,
  }
}

const hour = 3_600_000
const nextOf = ({ refresh }: Pick<Entry, 'refresh'>, now: number) => now + (refresh?.every_hours ?? 0) * hour
const originOf = (url: string | undefined) => url && new URL(url).origin
const pick = (object: object, keys: readonly string[]) => Object.fromEntries(Object.entries(object).filter(([key]) => keys.includes(key)))
