import type { NameType } from '../../shared/indicator.ts'

const codes: Record<NameType, number> = { domain: 1, url: 2, md5: 3, sha1: 4, sha256: 5, email: 6, cve: 7 }
const names = Object.keys(codes) as NameType[]

/** Names of a feed as plain arrays, which may be handed to another thread: a hash table over one run of bytes. */
export interface NameColumns {
  /** Entry + 1 by hash; 0 where there is none. A power of two, at least twice as many as there are names. */
  slots: Uint32Array
  /** Where each name ends. */
  ends: Uint32Array
  bytes: Uint8Array
  types: Uint8Array
  values: Uint32Array
}

// FNV-1a over a part of a text.
function hashOf(type: number, text: string, from: number): number {
  let hash = Math.imul(type, 0x9e3779b1) ^ 0x811c9dc5
  for (let i = from; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}

// The entry of what follows `from` in the text; -1 where there is none.
function find({ slots, ends, bytes, types }: NameColumns, type: number, text: string, from: number): number {
  const mask = slots.length - 1
  const length = text.length - from
  for (let slot = hashOf(type, text, from) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
    const entry = slots[slot]! - 1
    const start = entry === 0 ? 0 : ends[entry - 1]!
    if (types[entry] !== type || ends[entry]! - start !== length) continue
    let i = 0
    while (i < length && bytes[start + i] === text.charCodeAt(from + i)) i++
    if (i === length) return entry
  }
  return -1
}
const nameOf = ({ ends, bytes }: NameColumns, entry: number): string =>
  Buffer.from(bytes.subarray(entry === 0 ? 0 : ends[entry - 1]!, ends[entry])).toString('latin1')

/** Names, asked for the entry of one. It never changes. */
export interface NameTable {
  size: number
  has(type: NameType): boolean
  /** The entry whose name is what follows `from` in the text; -1 where there is none. */
  find(type: NameType, text: string, from?: number): number
  valueOf(entry: number): number
  nameOf(entry: number): string
}

export function openNames(columns: NameColumns): NameTable {
  const size = columns.ends.length
  const present = new Set(names.filter(type => columns.types.includes(codes[type])))
  return {
    size,
    has: type => present.has(type),
    find: (type, text, from = 0) => (size === 0 ? -1 : find(columns, codes[type], text, from)),
    valueOf: entry => columns.values[entry]!,
    nameOf: entry => nameOf(columns, entry),
  }
}

const larger = <T extends Uint8Array | Uint32Array>(old: T, length: number): T => {
  const grown = new (old.constructor as { new (length: number): T })(length)
  grown.set(old)
  return grown
}

/** Collects names; one that is given twice keeps its first value. */
export function nameBuilder() {
  const columns: NameColumns = {
    slots: new Uint32Array(64),
    ends: new Uint32Array(32),
    bytes: new Uint8Array(1024),
    types: new Uint8Array(32),
    values: new Uint32Array(32),
  }
  let size = 0
  let used = 0

  function place(entry: number, hash: number): void {
    const mask = columns.slots.length - 1
    let slot = hash & mask
    while (columns.slots[slot] !== 0) slot = (slot + 1) & mask
    columns.slots[slot] = entry + 1
  }
  function grow(): void {
    for (const part of ['ends', 'values'] as const) columns[part] = larger(columns[part], size * 2)
    columns.types = larger(columns.types, size * 2)
    columns.slots = new Uint32Array(columns.slots.length * 2)
    for (let entry = 0; entry < size; entry++) place(entry, hashOf(columns.types[entry]!, nameOf(columns, entry), 0))
  }
  return {
    /** `name` is ASCII, in its normal form. */
    add(type: NameType, name: string, value: number): void {
      const code = codes[type]
      if (find(columns, code, name, 0) >= 0) return
      if (size === columns.ends.length) grow()
      while (used + name.length > columns.bytes.length) columns.bytes = larger(columns.bytes, columns.bytes.length * 2)
      for (let i = 0; i < name.length; i++) columns.bytes[used++] = name.charCodeAt(i)
      columns.types[size] = code
      columns.values[size] = value
      columns.ends[size] = used
      place(size++, hashOf(code, name, 0))
    },
    close: (): NameColumns => ({
      slots: columns.slots,
      ends: columns.ends.slice(0, size),
      bytes: columns.bytes.slice(0, used),
      types: columns.types.slice(0, size),
      values: columns.values.slice(0, size),
    }),
  }
}
