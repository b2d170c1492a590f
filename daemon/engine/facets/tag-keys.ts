import type { Dictionary } from '../segments/dictionary.ts'
import type { Pace } from '../slices.ts'

interface Known {
  seen: number
  codes: Map<string, number[]>
}
const known = new WeakMap<Dictionary, Known>()
const none: readonly number[] = []
/** Tags looked at between two looks at the clock. */
const step = 1024

/** Codes of the tags with a key, in a dictionary of tags. A key ends at the first colon. */
export async function tagsWithKey(dictionary: Dictionary, key: string, pace: Pace): Promise<readonly number[]> {
  let index = known.get(dictionary)
  if (!index) known.set(dictionary, (index = { seen: 0, codes: new Map() }))
  while (index.seen < dictionary.size) {
    if (index.seen % step === 0) await pace()
    // another query may have gone on with it meanwhile
    if (index.seen < dictionary.size) addTag(index, ++index.seen, String(dictionary.at(index.seen)))
  }
  return index.codes.get(key) ?? none
}

function addTag({ codes }: Known, code: number, tag: string): void {
  const colon = tag.indexOf(':')
  if (colon < 0) return
  const key = tag.slice(0, colon)
  const others = codes.get(key)
  if (others) others.push(code)
  else codes.set(key, [code])
}
