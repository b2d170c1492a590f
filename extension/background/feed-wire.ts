import { indicatorTypes, intentions } from '../../shared/indicator.ts'
import { get, isObject, type Json, type JsonObject } from '../../shared/json.ts'
import {
  authTypes,
  type BundledFeed,
  type FeedRow,
  type IndicatorFacts,
  type ObservableRow,
  type OpenFeed,
  vias,
} from '../feed-messages.ts'
import { markKinds } from '../messages.ts'
import { count, object, objects, text, texts } from './read.ts'
import { toHost, toInside, toMatch, toStanding, toVerdict } from './wire.ts'

// The daemon's documents about feeds into what the explorer shows. A value of the wrong type is left out, not shown.

const time = (value: Json | undefined): number | null => (typeof value === 'number' ? value : null)
const intention = (value: Json | undefined) => intentions.find(known => known === value) ?? 'unknown'
const hoursOf = (refresh: Json | undefined): number | null => (isObject(refresh) ? count(refresh['every_hours']) : null)

function refreshOf(refresh: JsonObject): Omit<NonNullable<FeedRow['refresh']>, 'hours'> {
  const auth = object(refresh['auth'])
  const type = authTypes.find(known => known === auth['type'])
  return {
    next: time(refresh['next_at']),
    via: vias.find(known => known === refresh['via']) ?? 'file',
    auth: type ? { type, kept: auth['secret'] === '***' } : null,
  }
}

export function toFeedRow(feed: JsonObject): FeedRow {
  const said = object(feed['attributes'])
  const { skipped, error, refresh } = said
  const hours = hoursOf(refresh)
  return {
    id: text(feed['id']),
    name: text(said['name']),
    format: text(said['format']),
    category: text(said['category']),
    intention: intention(said['intention']),
    url: text(said['url']) || null,
    licence: text(said['licence']) || null,
    enabled: said['enabled'] === true,
    knownGood: said['known_good'] === true || said['format'] === 'misp-warninglist',
    entries: count(said['entries']),
    updatedAt: time(said['updated_at']),
    refresh: hours === null ? null : { hours, ...refreshOf(object(refresh)) },
    skipped: isObject(skipped) ? { lines: count(skipped['lines']), first: text(skipped['first']) } : null,
    error: isObject(error)
      ? { message: text(error['message']), since: count(error['since']), shrunk: error['code'] === 'feed_shrunk' }
      : null,
  }
}

export function toOpenFeed(listed: JsonObject): OpenFeed {
  const said = object(listed['attributes'])
  return {
    id: text(listed['id']),
    name: text(said['name']),
    about: text(said['about']),
    url: text(said['url']),
    licence: text(said['licence']),
    category: text(said['category']),
    intention: intention(said['intention']),
    hours: hoursOf(said['refresh']),
    feed: text(said['feed_id']) || null,
    enabled: said['enabled'] === true,
  }
}

export const toBundled = (feed: JsonObject): BundledFeed => ({
  name: text(feed['name']),
  result: (['added', 'updated'] as const).find(known => known === feed['result']) ?? 'refused',
  entries: typeof feed['entries'] === 'number' ? feed['entries'] : null,
  reason: text(feed['reason']),
})

export const toFeedRows = (data: Json | undefined): FeedRow[] => objects(data).map(toFeedRow)

/** The answer of `GET /api/local/indicator`. */
export function toIndicator(answer: JsonObject): IndicatorFacts {
  const said = object(get(answer, 'data', 'attributes'))
  return {
    id: text(get(answer, 'data', 'id')),
    type: indicatorTypes.find(known => known === said['type']) ?? 'ip',
    verdict: toVerdict(said['verdict']),
    matches: objects(said['matches']).map(toMatch),
    knownGood: texts(said['known_good']),
    logs: isObject(said['logs'])
      ? { count: count(said['logs']['count']), first_seen: time(said['logs']['first_seen']), last_seen: time(said['logs']['last_seen']) }
      : null,
    signals: isObject(said['signals']) ? { open: count(said['signals']['open']), total: count(said['signals']['total']) } : null,
    ...toHost(said['host']),
    ...toInside(said['inside']),
    ...toStanding(said),
  }
}

const toSaid = (said: JsonObject): Pick<ObservableRow, 'verdict' | 'sources' | 'kind'> => ({
  verdict: toVerdict(said['verdict']),
  sources: texts(said['sources']),
  kind: markKinds.find(kind => kind === said['kind']) ?? 'unknown',
})
/** The answer of `POST /api/local/observables`. */
export const toObservables = (answer: JsonObject): { rows: ObservableRow[] } => ({
  rows: objects(get(answer, 'data', 'attributes', 'rows')).map(row => ({
    value: text(row['value']),
    type: indicatorTypes.find(known => known === row['type']) ?? 'ip',
    ...toSaid(row),
    categories: texts(row['categories']),
    knownGood: texts(row['known_good']),
    ...toInside(row['inside']),
    ...(isObject(row['host']) && {
      host: { value: text(row['host']['value']), ...toSaid(row['host']), indicators: texts(row['host']['indicators']) },
    }),
    scope: text(row['scope']),
    country: text(row['country']),
    as: text(row['as']),
  })),
})
