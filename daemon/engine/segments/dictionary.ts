import type { Value } from '../../../shared/query/look.ts'

/** How a value lies in a dictionary's bytes: its kind, then Latin-1, UTF-16 or a double. */
export const kinds = { latin: 0, wide: 1, number: 2, false: 3, true: 4 } as const
const seed = 0x811c9dc5
const prime = 0x01000193

export type Dictionary = ReturnType<typeof createDictionary>

/** Entries of a dictionary as they lie in memory and in files: where each ends, counted from the first, and their bytes. */
export interface Entries {
  ends: Uint32Array
  data: Uint8Array
}

/**
 * Values of one path, each with its type, numbered from 1 in the order in which they came. 0 stands for no value. They lie in bytes: a million
 * strings would be a million objects for the collector to go round.
 */
export function createDictionary() {
  let data = Buffer.alloc(64)
  /** End of each value's bytes, by code. */
  let ends = new Uint32Array(8)
  let hashes = new Uint32Array(8)
  /** Codes by hash, open addressing, never more than half full. */
  let table = new Uint32Array(16)
  let size = 0
  /** Codes that have their hash: what was taken in has it once somebody looks for a value. */
  let hashed = 0
  let twins = false
  let strings = 0
  /** Codes that `twins` and `strings` speak of. */
  let compared = 0

  function place(hash: number): number {
    return (hash ^ (hash >>> 15)) & (table.length - 1)
  }

  function insert(code: number): void {
    let at = place(hashes[code]!)
    while (table[at] !== 0) at = (at + 1) & (table.length - 1)
    table[at] = code
  }

  /** Make room for so many values in so many bytes. */
  function room(values: number, bytes: number): void {
    if (values >= ends.length) {
      ends = grown(ends, Math.max(values + 1, ends.length * 2))
      hashes = grown(hashes, ends.length)
    }
    if (bytes > data.length) {
      const more = Buffer.alloc(Math.max(bytes, data.length * 2))
      data.copy(more)
      data = more
    }
    if (values * 2 <= table.length) return
    let length = table.length
    while (values * 2 > length) length *= 2
    table = new Uint32Array(length)
    for (let code = 1; code <= hashed; code++) insert(code)
  }

  function hashUpTo(last: number): void {
    while (hashed < last) {
      const code = ++hashed
      hashes[code] = hashBytes(data, ends[code - 1]!, ends[code]!)
      insert(code)
    }
  }

  function isAt(code: number, kind: number, value: string | Uint8Array): boolean {
    let at = ends[code - 1]!
    if (data[at++] !== kind) return false
    const width = kind === kinds.wide ? 2 : 1
    if (ends[code]! - at !== value.length * width) return false
    if (typeof value !== 'string') {
      for (let i = 0; i < value.length; i++) if (data[at + i] !== value[i]) return false
    } else if (width === 1) {
      for (let i = 0; i < value.length; i++) if (data[at + i] !== value.charCodeAt(i)) return false
    } else for (let i = 0; i < value.length; i++) if (data.readUInt16LE(at + 2 * i) !== value.charCodeAt(i)) return false
    return true
  }

  function lookUp(hash: number, kind: number, value: string | Uint8Array): number {
    for (let at = place(hash); table[at] !== 0; at = (at + 1) & (table.length - 1)) {
      const code = table[at]!
      if (hashes[code] === hash && isAt(code, kind, value)) return code
    }
    return 0
  }

  function append(hash: number, kind: number, value: string | Uint8Array): number {
    const from = ends[size]!
    const end = from + 1 + value.length * (kind === kinds.wide ? 2 : 1)
    room(size + 1, end)
    data[from] = kind
    if (typeof value !== 'string') data.set(value, from + 1)
    else if (kind === kinds.wide) data.write(value, from + 1, 'utf16le')
    else if (value.length > 32) data.write(value, from + 1, 'latin1')
    else for (let i = 0; i < value.length; i++) data[from + 1 + i] = value.charCodeAt(i)
    const code = ++size
    hashed = code
    ends[code] = end
    hashes[code] = hash
    insert(code)
    return code
  }

  /** Code of a value; one that is not there is added, or is 0. */
  function codeOf(value: Value, isAdded: boolean): number {
    if (hashed < size) hashUpTo(size)
    let kind: number = value ? kinds.true : kinds.false
    let written: string | Uint8Array = nothing
    let hash = seed
    if (typeof value === 'string') {
      written = value
      let units = 0
      for (let i = 0; i < value.length; i++) {
        const unit = value.charCodeAt(i)
        units |= unit
        hash = Math.imul(hash ^ unit, prime)
      }
      kind = units > 0xff ? kinds.wide : kinds.latin
    } else if (typeof value === 'number') {
      kind = kinds.number
      // 0 and -0 are one value
      double[0] = value + 0
      written = doubleBytes
      for (let i = 0; i < 8; i++) hash = Math.imul(hash ^ doubleBytes[i]!, prime)
    }
    hash = Math.imul(hash ^ (kind << 8), prime) >>> 0
    const known = lookUp(hash, kind, written)
    return known !== 0 || !isAdded ? known : append(hash, kind, written)
  }

  function compareAll(): boolean {
    const from = compared
    for (; compared < size; compared++) if (data[ends[compared]!]! <= kinds.wide) strings++
    if (strings > 0 && strings < size) for (let code = from + 1; code <= size && !twins; code++) twins = hasTwin(at(code))
    return twins
  }

  /** Whether a value of another type reads the same, as 200 and "200" do. */
  function hasTwin(value: Value): boolean {
    if (typeof value !== 'string') return codeOf(String(value), false) > 0
    if (value === 'true' || value === 'false') return codeOf(value === 'true', false) > 0
    return isNumeral(value) && codeOf(Number(value), false) > 0
  }

  function at(code: number): Value {
    const from = ends[code - 1]! + 1
    switch (data[from - 1]) {
      case kinds.latin:
        return data.toString('latin1', from, ends[code])
      case kinds.wide:
        return data.toString('utf16le', from, ends[code])
      case kinds.number:
        return data.readDoubleLE(from)
      default:
        return data[from - 1] === kinds.true
    }
  }

  return {
    /** Bytes in memory. */
    get bytes() {
      return data.length + 4 * (ends.length + hashes.length + table.length)
    },
    get size() {
      return size
    },
    /** Whether two values, of different types, read the same. */
    get twins() {
      return compared < size ? compareAll() : twins
    },
    /** The value of a code from 1 on. */
    at,
    /** Code of a value, which is taken in if it is new. */
    add: (value: Value): number => codeOf(value, true),
    /** 0 where there is no such value. */
    find: (value: Value): number => codeOf(value, false),
    /** Make some more values ready to be looked for, of those taken in; false once all are. */
    prepareNext(): boolean {
      hashUpTo(Math.min(size, hashed + 4096))
      return hashed < size
    },
    /** All values as they lie: where each ends, by code, and their bytes. Good until one is added. */
    get entries(): Entries {
      return { ends, data }
    },
    /** The values after `code`. */
    after(code: number): Entries {
      const from = ends[code]!
      return { ends: ends.slice(code + 1, size + 1).map(end => end - from), data: data.subarray(from, ends[size]) }
    },
    /** Take in what `after` gave: values that are not there yet. */
    take(entries: Entries): void {
      const from = ends[size]!
      room(size + entries.ends.length, from + entries.data.length)
      data.set(entries.data, from)
      for (const end of entries.ends) ends[++size] = from + end
    },
  }
}

const nothing = new Uint8Array(0)
const double = new Float64Array(1)
const doubleBytes = new Uint8Array(double.buffer)

const isNumeral = (text: string) => /^-?\d/.test(text) && text.length < 26 && String(Number(text)) === text

/** What `codeOf` makes of the value that lies there. */
function hashBytes(data: Buffer, from: number, to: number): number {
  const kind = data[from]!
  let hash = seed
  if (kind === kinds.wide) for (let i = from + 1; i < to; i += 2) hash = Math.imul(hash ^ data.readUInt16LE(i), prime)
  else for (let i = from + 1; i < to; i++) hash = Math.imul(hash ^ data[i]!, prime)
  return Math.imul(hash ^ (kind << 8), prime) >>> 0
}

function grown(from: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(length)
  to.set(from)
  return to
}
