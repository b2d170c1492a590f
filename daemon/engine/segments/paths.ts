import { createDictionary, type Dictionary } from './dictionary.ts'

/** Columns that every segment may have beside those of attributes. `rest` holds the attributes whose path has no column of its own. */
export const fixed = { service: 0, source: 1, host: 2, status: 3, tags: 4, rest: 5 } as const
export const firstPath = Object.keys(fixed).length

/** A place in the tree of keys. Two of them can have one path, since a dot in a key equals nesting. */
export interface PathNode {
  path: string
  /** Number of the path's column, once a value stood here. */
  column: number | undefined
  children: Map<string, PathNode>
}

export interface PathLimits {
  /** Attribute paths with a column of their own. */
  maxPaths: number
  /** Values, and bytes, of a dictionary that segments share; beyond it each segment has its own. */
  maxValues: number
  maxBytes: number
}
const pathLimits: PathLimits = { maxPaths: 4000, maxValues: 2 ** 18, maxBytes: 64 * 2 ** 20 }

/** Keys of logs are whatever somebody sends: beyond this, places in the tree are not kept. */
const maxNodes = 16_384

export type Paths = ReturnType<typeof createPaths>

/** Every path seen so far, with the number of its column and the dictionary that segments share. `maxTotal` bounds the bytes of these. */
export function createPaths(limits: Partial<PathLimits> = {}, maxTotal: () => number = () => Infinity) {
  const { maxPaths, maxValues, maxBytes } = { ...pathLimits, ...limits }
  const columns = new Map<string, number>()
  const names: string[] = []
  const shared: Dictionary[] = Array.from({ length: firstPath }, createDictionary)
  const root: PathNode = { path: '', column: undefined, children: new Map() }
  let nodes = 0

  function addName(path: string): number {
    const column = firstPath + columns.size
    columns.set(path, column)
    names.push(path)
    shared.push(createDictionary())
    return column
  }
  const bytes = () => shared.reduce((sum, dictionary) => sum + dictionary.bytes, 0)
  let asked = 0
  let total = 0

  return {
    root,
    /** Attribute paths in the order of their columns. */
    names: names as readonly string[],
    /** The dictionaries that segments share, by column. */
    shared: shared as readonly Dictionary[],
    addName,
    /** The place of a key below another. */
    child(node: PathNode, key: string): PathNode {
      const known = node.children.get(key)
      if (known) return known
      const made: PathNode = { path: node === root ? key : `${node.path}.${key}`, column: undefined, children: new Map() }
      if (nodes < maxNodes) {
        nodes++
        node.children.set(key, made)
      }
      return made
    },
    /** Column for values at a place: a new one, or `rest` when there are too many. */
    columnFor(node: PathNode): number {
      if (node.column !== undefined) return node.column
      let column = columns.get(node.path)
      if (column === undefined) {
        if (columns.size >= maxPaths) return fixed.rest
        column = addName(node.path)
      }
      node.column = column
      return column
    },
    /** Column of an attribute path; undefined where it has none of its own. */
    columnOf: (path: string): number | undefined => columns.get(path),
    /** The attribute path of a column. */
    nameOf: (column: number): string => names[column - firstPath]!,
    /** Columns of a path and of all below it. */
    below: (path: string): number[] =>
      names.flatMap((name, i) => (name === path || (name.startsWith(path) && name[path.length] === '.') ? [firstPath + i] : [])),
    /** Columns of all attributes but `rest`. */
    attributes: (): number[] => names.map((_, i) => firstPath + i),
    /** Dictionary for a new column of a segment: the shared one until it is full. */
    dictionaryFor(column: number): Dictionary {
      const dictionary = shared[column]!
      if (asked++ % 64 === 0) total = bytes()
      const isFull = dictionary.size >= maxValues || dictionary.bytes >= maxBytes || total >= maxTotal()
      return isFull ? createDictionary() : dictionary
    },
  }
}

/** A value in the column `rest`. */
export const writeRest = (path: string, value: string | number | boolean): string => JSON.stringify([path, value])
export const readRest = (entry: string) => JSON.parse(entry) as [path: string, value: string | number | boolean]
