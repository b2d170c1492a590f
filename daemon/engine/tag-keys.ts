import type { Dictionary } from './dictionary.ts'

interface Known {
  seen: number
  codes: Map<string, number[]>
}
const known = new WeakMap<Dictionary, Known>()
const none: readonly number[] = []

/** Codes of the tags with a key, in a dictionary of tags. A key ends at the first colon. */
export function tagsWithKey(dictionary: Dictionary, key: string): readonly number[] {
  let index = known.get(dictionary)
  if (!index) known.set(dictionary, (index = { seen: 0, codes: new Map() }))
  while (index.seen < dictionary.size) {
    const tag = String(dictionary.at(++index.seen))
    const colon = tag.indexOf(':')
    if (colon < 0) continue
    const codes = index.codes.get(tag.slice(0, colon))
    if (codes) codes.push(index.seen)
    else index.codes.set(tag.slice(0, colon), [index.seen])
  }
  return index.codes.get(key) ?? none
}
