import { signal } from '@preact/signals'
import { maxQueryLength } from '../../shared/query/limits.ts'
import { type ask as Ask, isFailure } from '../relay.ts'
import type { BlockPreview } from '../respond-messages.ts'
import type { Count } from '../search-messages.ts'

/** Whom blocks would have hit together in the last 24 hours. */
export interface Hits {
  query: string
  from: number
  to: number
  logs: number
  bars: number[]
  users: number
  services: number
  countries: number
  /** Names of what had more values than are counted. */
  cut: string[]
  /** Who got in from there, most often first. */
  people: { user: string; address: string; count: number }[]
}

const paths = { users: '@usr.name', services: 'service', countries: '@network.client.geoip.country.name' } as const
const buckets = 36
const mostPeople = 3
/** After the last change of what is chosen, ms. */
const pause = 150

const quoted = (value: string) => `"${value.replace(/["\\]/g, '\\$&')}"`
/** One search for all of them: addresses in one list, the rest as the daemon has it. Undefined where it would be too long. */
export function queryOf(previews: readonly BlockPreview[]): string | undefined {
  const isPlain = ({ kind, value }: BlockPreview) => kind === 'ip' && !value.includes('/')
  const plain = previews.filter(isPlain).map(({ value }) => quoted(value))
  const query = [
    ...(plain.length > 0 ? [`@network.ip.list:(${plain.join(' OR ')})`] : []),
    ...previews.filter(one => !isPlain(one)).map(({ query }) => `(${query})`),
  ].join(' OR ')
  return query.length <= maxQueryLength - 100 ? query : undefined
}

export function createHits(ask: typeof Ask) {
  const hits = signal<Hits | null>(null)
  const why = signal('')
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0

  async function load(previews: readonly BlockPreview[]): Promise<void> {
    const mine = ++asked
    const query = previews.length === 0 ? undefined : queryOf(previews)
    if (query === undefined) {
      hits.value = null
      why.value = previews.length === 0 ? '' : 'These are too many to be searched for at once.'
      return
    }
    const { from, to } = previews[0]!
    const about = { track: 'logs', from, to, limit: 0 } as const
    const groupBy = [
      { facet: paths.users, limit: mostPeople },
      { facet: '@network.client.ip', limit: 1 },
    ]
    const [all, entered] = await Promise.all([
      ask('search', { ...about, query, facets: Object.values(paths), buckets }),
      ask('search', {
        ...about,
        query: `(${query}) @evt.name:authentication @evt.outcome:success`,
        measures: [{ aggregation: 'count' }],
        groupBy,
      }),
    ])
    if (mine !== asked) return
    if (isFailure(all)) {
      hits.value = null
      why.value = all.error
      return
    }
    const countOf = (path: string) => (all.facets[path] ?? ([] as Count[])).length
    why.value = ''
    hits.value = {
      ...{ query, from, to, logs: all.total, bars: all.histogram.map(({ count }) => count) },
      ...{ users: countOf(paths.users), services: countOf(paths.services), countries: countOf(paths.countries) },
      cut: Object.entries(paths).flatMap(([name, path]) => (all.cut.includes(path) ? [name] : [])),
      people: isFailure(entered)
        ? []
        : entered.groups
            .flatMap(({ by, values }) => {
              const [count] = values
              return typeof count === 'number' && count > 0
                ? [{ user: by[paths.users] ?? '', address: by['@network.client.ip'] ?? '', count }]
                : []
            })
            .slice(0, mostPeople),
    }
  }
  return {
    hits,
    why,
    /** Look again a moment after what is chosen last changed. */
    follow(previews: readonly BlockPreview[]): void {
      clearTimeout(timer)
      timer = setTimeout(() => void load(previews), hits.peek() === null ? 0 : pause)
    },
    stop: (): void => clearTimeout(timer),
  }
}
