import { isObject, type JsonObject } from '../../shared/json.ts'
import type { Protocol } from '../messages.ts'
import { exportCache, type FoundRow, type Measure, type SearchAsked, type SearchProtocol, type Track } from '../search-messages.ts'
import type { Daemon } from './daemon.ts'
import { objects } from './read.ts'
import { toCounted, toFacetPath, toFound, toFoundRow, toLogContext } from './search-wire.ts'
import { Refused } from './send.ts'
import type { SavedViews } from './views.ts'

type Asked<T extends keyof SearchProtocol> = Protocol[T][0]
type Names = Exclude<keyof SearchProtocol, keyof SavedViews>
export type Searching = { [T in Names]: (asked: Asked<T>) => Promise<Protocol[T][1]> }

/** The daemon gives up after 10 s by itself and says so; the browser ends a worker that waits for 30 s. */
const patience = 28_000
/** Rows looked at anew at once. */
const abreast = 6

const listOf = ({ track, query, from, to, prefix, limit }: SearchAsked & { prefix: string; limit: number }): string =>
  new URLSearchParams({ track, query, from: String(from), to: String(to), prefix, limit: String(limit) }).toString()

const toCompute = ({ interval, ...measure }: Measure): JsonObject => ({
  ...measure,
  ...(interval !== undefined && { type: 'timeseries', interval }),
})

/** What the explorer asks when it searches. Every function throws `Refused` or `Unanswered`. */
export function createSearching({ request, file }: Pick<Daemon, 'request' | 'file'>): Searching {
  const read = (path: string) => request('GET', path, undefined, undefined, patience)

  const one: Record<Track, (id: string) => Promise<JsonObject | undefined>> = {
    logs: async id => (await read(`/api/local/logs/${encodeURIComponent(id)}`))['data'] as JsonObject | undefined,
    signals: async id => (await read(`/api/v2/security_monitoring/signals/${encodeURIComponent(id)}`))['data'] as JsonObject | undefined,
    // the daemon has no address for one
    audit: async () => undefined,
  }
  async function rowOf(track: Track, id: string): Promise<FoundRow[]> {
    try {
      const data = await one[track](id)
      return isObject(data) ? [toFoundRow(track, data)] : []
    } catch (error) {
      // deleted, or hidden from whoever asks
      if (error instanceof Refused && error.status === 404) return []
      throw error
    }
  }

  return {
    async search({ track, query, from, to, limit, sort, cursor, facets, buckets, measures, groupBy, view }) {
      const body: JsonObject = {
        track,
        query,
        from,
        to,
        limit,
        ...(track === 'signals' && { brief: true }),
        ...(sort && { sort }),
        ...(cursor && { cursor }),
        ...(facets && { facets }),
        ...(buckets && { histogram: { buckets } }),
        ...(measures && { compute: measures.map(toCompute) }),
        ...(groupBy && { group_by: groupBy.map(level => ({ ...level })) }),
        ...(view && { view }),
      }
      return toFound(track, await request('POST', '/api/local/explorer', body, undefined, patience))
    },
    async facetPaths(asked) {
      const { data, meta } = await read(`/api/local/facets?${listOf(asked)}`)
      return { paths: objects(data).map(toFacetPath), cut: isObject(meta) && meta['cut'] === true }
    },
    async facetValues(asked) {
      const { data, meta } = await read(`/api/local/facets/${encodeURIComponent(asked.path)}/values?${listOf(asked)}`)
      return { values: toCounted(data), cut: isObject(meta) && meta['cut'] === true }
    },
    async foundRows({ track, ids }) {
      const rows: FoundRow[] = []
      for (let from = 0; from < ids.length; from += abreast)
        rows.push(...(await Promise.all(ids.slice(from, from + abreast).map(id => rowOf(track, id)))).flat())
      return { rows }
    },
    async exportRows({ track, query, from, to, sort, format, columns }) {
      const response = await file('/api/local/export', { track, query, from, to, sort, format, ...(columns && { columns }) })
      // only a name: a cache takes no other kind of address, and nothing is fetched from it
      const address = `https://export.invalid/${crypto.randomUUID()}.${format}`
      try {
        await (await caches.open(exportCache)).put(address, new Response(response.body, { headers: { 'Content-Type': 'text/plain' } }))
      } catch {
        throw new Refused(0, 'The file was cut off on its way. Try again, or narrow the query.')
      }
      return { address }
    },
    async logContext({ id, before, after, same }) {
      return toLogContext(await read(`/api/local/logs/${encodeURIComponent(id)}/context?before=${before}&after=${after}&same=${same}`))
    },
  }
}
