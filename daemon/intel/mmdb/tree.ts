import { Reader, type Response } from 'mmdb-lib'
import { type Address, printAddress } from '../../../shared/ip.ts'
import type { Span } from '../../../shared/span.ts'
import { refuseFeed } from '../feed-formats/text.ts'
import { placeIn } from './place.ts'

const marker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1')

/** Whether bytes end as a MaxMind DB does. */
export function isMmdb(bytes: Uint8Array): boolean {
  const end = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(-128 * 1024)
  return end.lastIndexOf(marker) >= 0
}

/** Open a MaxMind DB. Throws a Refusal where it is none, or damaged. */
export function openMmdb(bytes: Uint8Array): Reader<Response> {
  if (!isMmdb(bytes)) throw refuseFeed('feed_invalid', 'The feed is no MaxMind DB.')
  try {
    return new Reader<Response>(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  } catch (error) {
    throw damaged(error)
  }
}
const damaged = (error: unknown) => refuseFeed('feed_invalid', `The MaxMind DB is damaged: ${(error as Error).message}`)

/** A network of the tree; `record` is where its data lies, the same for the same data. */
export interface Network {
  span: Span
  record: number
}

const maxNetworks = 20_000_000

function recordReader(bytes: Buffer, size: number) {
  if (size === 24) return (node: number, right: 0 | 1) => bytes.readUIntBE(node * 6 + right * 3, 3)
  if (size === 32) return (node: number, right: 0 | 1) => bytes.readUInt32BE(node * 8 + right * 4)
  if (size !== 28) throw refuseFeed('feed_invalid', `The MaxMind DB has records of ${size} bits.`)
  return (node: number, right: 0 | 1) => {
    const at = node * 7
    const middle = bytes[at + 3]!
    return right === 0 ? ((middle & 0xf0) << 20) | bytes.readUIntBE(at, 3) : ((middle & 0x0f) << 24) | bytes.readUIntBE(at + 4, 3)
  }
}

type Words = [number, number, number, number]
const withBit = (words: Words, bit: number): Words => {
  const copy: Words = [...words]
  copy[bit >>> 5] = (copy[bit >>> 5]! | (0x80000000 >>> (bit & 31))) >>> 0
  return copy
}
const lastOf = (words: Words, length: number): Words =>
  words.map((word, i) => {
    const kept = Math.min(32, Math.max(0, length - i * 32))
    return kept === 32 ? word : (word | (0xffffffff >>> kept)) >>> 0
  }) as Words
const mapped = ([, , , word]: Words): Address['words'] => [0, 0, 0xffff, word]

/** Every network that has data, by hand, since the reader only answers for addresses. IPv4 stands once, wherever a tree repeats it. */
export function* networksOf(reader: Reader<Response>, bytes: Uint8Array): Generator<Network> {
  const { nodeCount, recordSize, ipVersion } = reader.metadata
  const read = recordReader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), recordSize)
  const bits = ipVersion === 4 ? 32 : 128
  const skipped = 128 - bits
  let v4 = 0
  if (ipVersion === 6) for (let depth = 0; depth < 96 && v4 < nodeCount; depth++) v4 = read(v4, 0)
  // in an IPv6 tree, where IPv4 does not begin at a node, nothing repeats it
  const repeats = ipVersion === 6 && v4 < nodeCount
  const stack: { node: number; words: Words; length: number }[] = [{ node: 0, words: [0, 0, 0, 0], length: skipped }]
  // a tree visits each node once; what visits more is a knot
  let visits = 0
  try {
    for (let next = stack.pop(); next; next = stack.pop()) {
      const { node, words, length } = next
      if (node === nodeCount) continue
      if (node > nodeCount) {
        if (visits > maxNetworks) throw new Error('it holds too many networks')
        const isV4 = ipVersion === 4 || (length >= 96 && words[0] === 0 && words[1] === 0 && words[2] === 0)
        const to = lastOf(words, length)
        yield { span: isV4 ? { family: 4, from: mapped(words), to: mapped(to) } : { family: 6, from: words, to }, record: node }
        continue
      }
      if (repeats && node === v4 && !(length === 96 && words.every(word => word === 0))) continue
      if (++visits > nodeCount || length >= 128) throw new Error('its tree is a knot')
      stack.push(
        { node: read(node, 1), words: withBit(words, length), length: length + 1 },
        { node: read(node, 0), words, length: length + 1 },
      )
    }
  } catch (error) {
    throw damaged(error)
  }
}

/** The data of an address; null where there is none. */
export function recordOf(reader: Reader<Response>, address: string): unknown {
  try {
    return reader.get(address)
  } catch (error) {
    throw damaged(error)
  }
}

/** Whether one of the first thousand networks has a place. */
export function holdsPlaces(reader: Reader<Response>, bytes: Uint8Array): boolean {
  let seen = 0
  for (const { span } of networksOf(reader, bytes)) {
    const place = placeIn(recordOf(reader, printAddress({ family: span.family, words: span.from })))
    if (Object.keys(place).length > 0) return true
    if (++seen >= 1000) break
  }
  return false
}
