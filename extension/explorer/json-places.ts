/** Where each member of a JSON text stands, by its dotted path (`queries.0.query`): half-open ranges of offsets. '' is the whole. */
export type Places = ReadonlyMap<string, readonly [from: number, to: number]>

/** What is wrong with a text that is not JSON, and where. */
export class JsonFault extends Error {
  readonly at: number
  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

const maxDepth = 100
const space = /[ \t\r\n]*/y
const scalar = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y

/** Throws `JsonFault`. */
export function placesOf(text: string): Places {
  const places = new Map<string, readonly [number, number]>()
  let at = 0
  const skip = () => {
    space.lastIndex = at
    space.test(text)
    at = space.lastIndex
  }
  const fail = (wanted: string): never => {
    const there = text[at] === undefined ? 'the text ends' : `there is ${text[at]}`
    throw new JsonFault(`${wanted} should stand here, but ${there}`, at)
  }
  const expect = (char: string, wanted = char) => {
    if (text[at] !== char) fail(wanted)
    at++
  }
  const take = (wanted: string): string => {
    scalar.lastIndex = at
    const found = scalar.exec(text)
    if (!found) return fail(wanted)
    at = scalar.lastIndex
    return found[0]
  }
  /** Members between brackets, with commas between them and none after the last. */
  const members = (close: string, member: (nth: number) => void) => {
    at++
    skip()
    for (let nth = 0; text[at] !== close; nth++) {
      if (nth > 0) {
        expect(',', `a comma or ${close}`)
        skip()
      }
      member(nth)
      skip()
    }
    at++
  }
  const value = (path: string, depth: number) => {
    skip()
    const from = at
    const inner = (key: string | number) => value(path === '' ? String(key) : `${path}.${key}`, depth + 1)
    if (depth > maxDepth) fail('something less deep')
    if (text[at] === '{')
      members('}', () => {
        if (text[at] !== '"') fail('a name in double quotes')
        const key = JSON.parse(take('a name in double quotes')) as string
        skip()
        expect(':', 'a colon')
        inner(key)
      })
    else if (text[at] === '[') members(']', inner)
    else take('a value')
    places.set(path, [from, at])
  }
  value('', 0)
  skip()
  if (at < text.length) fail('nothing')
  return places
}

/** The range of a member, or of the nearest around it that is there; of its text where `within` is a range in that. */
export function rangeOf(places: Places, path: string, within?: readonly [number, number]): readonly [number, number] | undefined {
  const found = places.get(path)
  if (found && within) return [found[0] + 1 + within[0], Math.min(found[1] - 1, found[0] + 1 + within[1])]
  if (found) return found
  return path === '' ? undefined : rangeOf(places, path.split('.').slice(0, -1).join('.'))
}

/** Of an offset, from 1. */
export const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length
