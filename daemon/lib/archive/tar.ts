import { type ArchiveFile, badArchive, type Counted } from './limits.ts'

// By hand: the libraries there are take links, and names that lead out of the archive, without a word.
const block = 512
const text = new TextDecoder()
const stringAt = (bytes: Uint8Array, at: number, size: number) => {
  const field = bytes.subarray(at, at + size)
  const end = field.indexOf(0)
  return text.decode(end < 0 ? field : field.subarray(0, end))
}

/** A tar's first header has its sum right. */
export const isTar = (bytes: Uint8Array): boolean => bytes.length >= block && sumOf(bytes, 0) === octalAt(bytes, 148, 8)

// Of a header, its own field taken for blanks.
function sumOf(bytes: Uint8Array, at: number): number {
  let sum = 8 * 32
  for (let i = 0; i < block; i++) if (i < 148 || i >= 156) sum += bytes[at + i]!
  return sum
}

function octalAt(bytes: Uint8Array, at: number, size: number): number {
  const digits = stringAt(bytes, at, size).trim()
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN
}

// The path that a pax header gives the next file: lines of `length key=value`.
function paxPath(bytes: Uint8Array): string | undefined {
  let path: string | undefined
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at)
    const length = space < 0 ? Number.NaN : Number(text.decode(bytes.subarray(at, space)))
    if (!Number.isInteger(length) || length <= space - at) return path
    const [, value] = text.decode(bytes.subarray(space + 1, at + length - 1)).match(/^path=(.*)$/s) ?? []
    path = value ?? path
    at += length
  }
  return path
}

/** Plain, ustar, pax and GNU headers, as far as names go. */
export function* readTar(bytes: Uint8Array, wanted: (name: string) => boolean, count: Counted): Generator<ArchiveFile> {
  let longName: string | undefined
  for (let at = 0; at + block <= bytes.length; ) {
    // blocks of zeros end a tar
    if (bytes.subarray(at, at + block).every(byte => byte === 0)) return
    const size = octalAt(bytes, at + 124, 12)
    if (sumOf(bytes, at) !== octalAt(bytes, at + 148, 8) || !(size <= bytes.length - at - block))
      throw badArchive('The tar is damaged or cut off')
    const type = String.fromCharCode(bytes[at + 156]!)
    const content = bytes.subarray(at + block, at + block + size)
    const prefix = stringAt(bytes, at + 257, 5) === 'ustar' ? stringAt(bytes, at + 345, 155) : ''
    const short = stringAt(bytes, at, 100)
    at += block + Math.ceil(size / block) * block
    if (type === 'x' || type === 'L') {
      if (size > 65_536) throw badArchive('A name in the tar is too long')
      longName = type === 'x' ? (paxPath(content) ?? longName) : stringAt(content, 0, size)
      continue
    }
    if (type === 'g') continue
    const name = count.entry(longName ?? (prefix === '' ? short : `${prefix}/${short}`))
    longName = undefined
    if (type === '5') continue
    if (type !== '0' && type !== '\0' && type !== '7')
      throw badArchive(`It holds a link or a device, ${JSON.stringify(name.slice(0, 100))}`)
    if (name.endsWith('/') || !wanted(name)) continue
    count.file(name, size)
    yield { name, bytes: content }
  }
}

/** A tar of files; names are short and ours. `time` is ms UTC. */
export function writeTar(files: readonly ArchiveFile[], time: number): Uint8Array {
  const parts: Uint8Array[] = []
  for (const { name, bytes } of files) {
    const header = Buffer.alloc(block)
    const octal = (value: number, size: number) => `${value.toString(8).padStart(size - 1, '0')}\0`
    if (Buffer.byteLength(name) > 99) throw new Error(`${name} is too long a name for a tar`)
    header.write(name, 0)
    header.write(octal(0o600, 8) + octal(0, 8) + octal(0, 8) + octal(bytes.length, 12) + octal(Math.floor(time / 1000), 12), 100, 'latin1')
    header.write('0', 156)
    header.write('ustar\x0000', 257, 'latin1')
    header.write(`${sumOf(header, 0).toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
    parts.push(header, bytes, new Uint8Array((block - (bytes.length % block)) % block))
  }
  return Buffer.concat([...parts, new Uint8Array(block * 2)])
}
