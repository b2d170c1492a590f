import { type Address, readAddress, samePrefix } from './ip.ts'

/** A CIDR block; `length` counts of 128 bits, so that IPv4 and IPv6 compare alike. */
export interface Block {
  family: 4 | 6
  words: Address['words']
  length: number
}

const prefixLength = /^(?:\d|[1-9]\d|1[01]\d|12[0-8])$/

/** Read `13.0.0.0/8`, `2001:db8::/32` or a single address. Host bits are ignored; undefined where it is neither. */
export function readBlock(text: string): Block | undefined {
  const slash = text.indexOf('/')
  const address = readAddress(slash < 0 ? text : text.slice(0, slash))
  if (!address) return undefined
  if (slash < 0) return { ...address, length: 128 }
  const digits = text.slice(slash + 1)
  if (!prefixLength.test(digits)) return undefined
  const length = Number(digits)
  // ::ffff:13.0.0.0/104 is an IPv4 block; ::ffff:0:0/90 reaches beyond and stays IPv6
  if (text.lastIndexOf(':', slash) >= 0) return { ...address, family: address.family === 4 && length >= 96 ? 4 : 6, length }
  return length > 32 ? undefined : { ...address, length: length + 96 }
}

export const inBlock = (block: Block, address: Address): boolean =>
  block.family === address.family && samePrefix(block.words, address.words, block.length)
