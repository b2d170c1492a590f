import { type Address, readAddressBefore, samePrefix } from './ip.ts'

/** A CIDR block; `length` counts of 128 bits, so that IPv4 and IPv6 compare alike. */
export interface Block {
  family: 4 | 6
  words: Address['words']
  length: number
}

/** The length behind a slash: 0 to 128 without a leading zero; -1 where it is none. */
function lengthAt(text: string, from: number): number {
  const digits = text.length - from
  if (digits < 1 || digits > 3 || (digits > 1 && text.charCodeAt(from) === 48)) return -1
  let length = 0
  for (let at = from; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return -1
    length = length * 10 + digit
  }
  return length > 128 ? -1 : length
}

/** Read `13.0.0.0/8`, `2001:db8::/32` or a single address. Host bits are ignored; undefined where it is neither. */
export function readBlock(text: string): Block | undefined {
  const slash = text.indexOf('/')
  const address = readAddressBefore(text, slash < 0 ? text.length : slash)
  if (!address) return undefined
  const { family, words } = address
  if (slash < 0) return { family, words, length: 128 }
  const length = lengthAt(text, slash + 1)
  if (length < 0) return undefined
  // ::ffff:13.0.0.0/104 is an IPv4 block; ::ffff:0:0/90 reaches beyond and stays IPv6
  if (family === 6 || text.includes(':')) return { family: family === 4 && length >= 96 ? 4 : 6, words, length }
  return length > 32 ? undefined : { family, words, length: length + 96 }
}

export const inBlock = (block: Block, address: Address): boolean =>
  block.family === address.family && samePrefix(block.words, address.words, block.length)
