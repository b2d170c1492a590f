import { browser } from 'wxt/browser'
import type { FacetPath } from '../../../shared/facet.ts'
import { ask, isFailure } from '../../relay.ts'
import type { Track } from '../../search-messages.ts'
import type { Place } from './complete.ts'
import { pathsOf } from './path-field.tsx'
import type { QueryField } from './types.ts'

/** One thing that could be written; `count` is how many the rest of the query finds with it. */
export interface Choice {
  text: string
  count?: number
}

/** Choices shown at a time. */
const most = 12
const kept = 20

/** What completes a place, from the daemon. The list of paths is asked for once a minute for the rest of a query. */
export function createChoices(surface: QueryField) {
  let paths: { key: string; list: Promise<readonly FacetPath[]> } | undefined
  async function keys({ prefix, rest }: Place): Promise<Choice[]> {
    const span = surface.found.peek()?.span
    // a range that ends now moves on with every answer
    const key = `${rest} ${minute(span?.from)} ${minute(span?.to)}`
    if (paths?.key !== key) paths = { key, list: pathsOf(surface, rest) }
    const list = await paths.list
    const words = prefix.replace(/^@/, '').toLowerCase()
    const found = list.filter(({ path }) => path.toLowerCase().includes(words) && (prefix[0] !== '@' || path[0] === '@'))
    const begins = (path: string) => Number(path.replace(/^@/, '').toLowerCase().startsWith(words))
    return found
      .sort((a, b) => begins(b.path) - begins(a.path) || b.count - a.count)
      .slice(0, most)
      .map(({ path, count }) => ({ text: path, count }))
  }
  return async (place: Place): Promise<Choice[]> => {
    if (place.kind === 'key') return keys(place)
    const span = surface.found.peek()?.span
    if (!span) return []
    const { path, prefix, rest } = place
    const answer = await ask('facetValues', { track: surface.track, query: rest, ...span, path, prefix, limit: most })
    return isFailure(answer) ? [] : answer.values.map(({ value, count }) => ({ text: value, count }))
  }
}

const minute = (time = 0): number => Math.round(time / 60_000)

const name = (track: Track) => `queries:${track}`

/** What was searched before, the last first. */
export async function history(track: Track): Promise<string[]> {
  const { [name(track)]: stored } = await browser.storage.local.get(name(track))
  return Array.isArray(stored) ? stored.filter(one => typeof one === 'string').slice(0, kept) : []
}

export async function remember(track: Track, query: string): Promise<void> {
  if (query.trim() === '') return
  const before = await history(track)
  await browser.storage.local.set({ [name(track)]: [query, ...before.filter(one => one !== query)].slice(0, kept) })
}
