import type { FacetPath, FacetPaths } from '../../../shared/facet.ts'
import type { Value } from '../../../shared/query/look.ts'
import { toField } from '../../../shared/query/match.ts'

/** Which paths are listed. */
export interface PathsAsked {
  prefix: string
  limit: number
}

/** Distinct values counted of a path, and of them those whose type is looked at. */
const countedValues = 10_000
const typedValues = 1000
/** Paths, and values of all paths, that are kept at most. */
const mostPaths = 10_000
const mostValues = 2 ** 20

/** What is known of one path. */
export interface PathEntry {
  path: string
  count: number
  /** The last row that was counted, of the rows since `begin`. */
  row: number
  values: Set<string>
  types: Set<string>
}

export type PathList = ReturnType<typeof createPathList>

/** Gathers paths and what stands at them. A path counts once for a row. */
export function createPathList({ prefix, limit }: PathsAsked) {
  const entries = new Map<string, PathEntry>()
  let room = mostValues
  let cut = false
  const isFull = ({ values }: PathEntry) => values.size >= countedValues || room === 0

  return {
    /** The entry of a path; undefined where it is not asked for, or there are too many. */
    entryOf(path: string): PathEntry | undefined {
      const known = entries.get(path)
      if (known || !path.startsWith(prefix)) return known
      if (entries.size >= mostPaths) {
        cut = true
        return undefined
      }
      const made: PathEntry = { path, count: 0, row: -1, values: new Set(), types: new Set() }
      entries.set(path, made)
      return made
    },
    /** Rows are numbered anew from here on. */
    begin(): void {
      for (const entry of entries.values()) entry.row = -1
    },
    /** A row that has the path, in order. */
    addRow(entry: PathEntry, row: number): void {
      if (entry.row === row) return
      entry.row = row
      entry.count++
    },
    /** Whether more values would change nothing. */
    isFull,
    /** A value of a path; one that is known already changes nothing. */
    addValue(entry: PathEntry, value: Value): void {
      if (isFull(entry)) return
      const { values, types } = entry
      const before = values.size
      values.add(String(value))
      if (values.size > before) room--
      if (values.size <= typedValues) types.add(typeof value)
    },
    /** Most common first. */
    take(): FacetPaths {
      const paths = [...entries.values()]
        .filter(({ count }) => count > 0)
        .sort((a, b) => b.count - a.count || (a.path < b.path ? -1 : 1))
        .map(({ path, count, values, types }): FacetPath => ({ path, type: typeOf(types), cardinality: values.size, count }))
      return { paths: paths.slice(0, limit), cut: cut || paths.length > limit }
    },
  }
}

const typeOf = (types: ReadonlySet<string>): FacetPath['type'] => (types.size === 1 ? ([...types][0] as FacetPath['type']) : 'mixed')

/** The path of a tag and what it has there; undefined where no query would find it so. */
export function tagPath(tag: string): { path: string; value: string } | undefined {
  const colon = tag.indexOf(':')
  if (colon <= 0) return undefined
  const path = tag.slice(0, colon)
  const { scope } = toField(path)
  return scope === 'tag' || (scope === 'reserved' && path !== 'status') ? { path, value: tag.slice(colon + 1) } : undefined
}

/** The path of an attribute. */
export const attributePath = (path: string): string => `@${path}`
