import type { Value } from '../../shared/query/look.ts'

export type Dictionary = ReturnType<typeof createDictionary>

/** What a value costs beside its characters: its entry in the map, its place in the list, the head of a string. */
const entryBytes = 64

/** Values of one path, each with its type, numbered from 1 in the order in which they came. 0 stands for no value. */
export function createDictionary() {
  const codes = new Map<Value, number>()
  const values: Value[] = ['']
  let bytes = 0
  let twins = false

  /** Whether a value of another type reads the same, as 200 and "200" do. */
  function hasTwin(value: Value): boolean {
    if (typeof value !== 'string') return codes.has(String(value))
    return (
      (value === 'true' && codes.has(true)) || (value === 'false' && codes.has(false)) || (isNumeral(value) && codes.has(Number(value)))
    )
  }

  return {
    /** The value of a code from 1 on. */
    at: (code: number): Value => values[code]!,
    /** Rough size in memory. */
    get bytes() {
      return bytes
    },
    get size() {
      return values.length - 1
    },
    /** Whether two values, of different types, read the same. */
    get twins() {
      return twins
    },
    /** Code of a value, which is taken in if it is new. */
    add(value: Value): number {
      const known = codes.get(value)
      if (known !== undefined) return known
      twins ||= hasTwin(value)
      const code = values.length
      values.push(value)
      codes.set(value, code)
      bytes += entryBytes + (typeof value === 'string' ? value.length : 0)
      return code
    },
    /** 0 where there is no such value. */
    find: (value: Value): number => codes.get(value) ?? 0,
  }
}

const isNumeral = (text: string) => /^-?\d/.test(text) && text.length < 26 && String(Number(text)) === text
