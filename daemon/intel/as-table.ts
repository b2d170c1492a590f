import { closeSync, openSync, readSync } from 'node:fs'
import type { Address } from '../../shared/ip.ts'
import { printSpan } from '../../shared/span.ts'
import { rangeBuilder } from './range-builder.ts'
import { openRanges, type RangeColumns } from './ranges.ts'

/** An autonomous system: who announces an address. */
export interface AutonomousSystem {
  number: number
  name: string
}

const piece = 1 << 20
const newline = 10
const comma = 44
const word = 2 ** 32

// By pieces: the files have 21 and 11 MB, and start-up should not. `take` gets whole lines, the bytes before `size`, in a buffer that is used again.
function eachPiece(path: string, take: (bytes: Buffer, size: number) => void): void {
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(piece + 1)
    for (let held = 0, read = 1; read > 0; ) {
      read = readSync(file, buffer, held, piece - held, null)
      let size = held + read
      if (read === 0) buffer[size++] = newline
      const whole = buffer.lastIndexOf(newline, size - 1) + 1
      take(buffer, whole)
      buffer.copyWithin(0, whole, size)
      held = size - whole
    }
  } finally {
    closeSync(file)
  }
}

// The bytes between the commas of each line, which a name may hold more of. Once over the bytes: there are half a million lines.
function eachLine(
  bytes: Buffer,
  size: number,
  take: (from: number, first: number, second: number, third: number, to: number) => void,
): void {
  let [from, commas, first, second, third] = [0, 0, 0, 0, 0]
  for (let at = 0; at < size; at++) {
    const byte = bytes[at]
    if (byte === comma) {
      commas++
      if (commas === 1) first = at
      else if (commas === 2) second = at
      else if (commas === 3) third = at
    } else if (byte === newline) {
      if (commas >= 3) take(from, first, second, third, at)
      from = at + 1
      commas = 0
    }
  }
}

function numberOf(bytes: Buffer, from: number, to: number): number {
  let value = 0
  for (let at = from; at < to; at++) value = value * 10 + bytes[at]! - 48
  return value
}

const powers = [1, 10, 100, 1e3, 1e4, 1e5, 1e6]
const wordsOf4 = (bytes: Buffer, from: number, to: number): Address['words'] => [0, 0, 0xffff, numberOf(bytes, from, to)]

// A number of up to 39 digits, six of them at a time: a product then stays within 2^53.
function wordsOf6(bytes: Buffer, from: number, to: number): Address['words'] {
  let [a, b, c, d] = [0, 0, 0, 0]
  for (let at = from; at < to; at += 6) {
    const end = Math.min(to, at + 6)
    const scale = powers[end - at]!
    // by subtraction: the remainder of a division costs ten times as much
    d = d * scale + numberOf(bytes, at, end)
    const toC = Math.floor(d / word)
    d -= toC * word
    c = c * scale + toC
    const toB = Math.floor(c / word)
    c -= toB * word
    b = b * scale + toB
    const toA = Math.floor(b / word)
    b -= toA * word
    a = a * scale + toA
  }
  return [a, b, c, d]
}

// Names of 84,000 systems as bytes, a tenth of what as many strings and a map would take.
function nameBook() {
  // nearly all numbers are below half a million, where an array is far quicker than a map
  const low = new Int32Array(1 << 19).fill(-1)
  const high = new Map<number, number>()
  const numbers: number[] = []
  const ends: number[] = []
  let bytes = Buffer.alloc(1 << 16)
  let used = 0
  return {
    codeOf(number: number, line: Buffer, from: number, to: number): number {
      const known = number < low.length ? low[number]! : (high.get(number) ?? -1)
      if (known >= 0) return known
      if (used + to - from > bytes.length) bytes = Buffer.concat([bytes, Buffer.alloc(bytes.length + to - from)])
      used += line.copy(bytes, used, from, to)
      const code = numbers.push(number) - 1
      ends.push(used)
      if (number < low.length) low[number] = code
      else high.set(number, code)
      return code
    },
    close: (): NameColumns => ({
      numbers: Uint32Array.from(numbers),
      ends: Uint32Array.from(ends),
      text: Uint8Array.from(bytes.subarray(0, used)),
    }),
  }
}

/** Names one behind the other, with the end of each. */
interface NameColumns {
  numbers: Uint32Array
  ends: Uint32Array
  text: Uint8Array
}

/** The table as plain arrays, which may be handed to another thread. */
export interface AsColumns {
  ranges: RangeColumns
  names: NameColumns
}

/** Read files of `first,last,number,name` lines, addresses as whole numbers. Takes most of a second. */
export function readAsColumns({ v4, v6 }: Paths): AsColumns {
  const builder = rangeBuilder()
  const book = nameBook()
  function read(family: 4 | 6, path: string): void {
    const words = family === 4 ? wordsOf4 : wordsOf6
    eachPiece(path, (bytes, size) =>
      eachLine(bytes, size, (from, first, second, third, to) => {
        const code = book.codeOf(numberOf(bytes, second + 1, third), bytes, third + 1, to)
        builder.add({ family, from: words(bytes, from, first), to: words(bytes, first + 1, second) }, code)
      }),
    )
  }
  read(4, v4)
  read(6, v6)
  return { ranges: builder.close(), names: book.close() }
}

interface Paths {
  v4: string
  v6: string
}

/** Answers with the system that announces an address, and the block that it announces. */
export function openAsTable({
  ranges: columns,
  names: { numbers, ends, text },
}: AsColumns): (address: Address) => { as: AutonomousSystem; network: string } | undefined {
  const ranges = openRanges(columns)
  const names = Buffer.from(text.buffer, text.byteOffset, text.byteLength)
  return address => {
    const [range] = ranges.find(address)
    if (range === undefined) return undefined
    const code = ranges.valueOf(range)
    const name = names.toString('utf8', code === 0 ? 0 : ends[code - 1], ends[code])
    const network = printSpan(ranges.spanOf(range))
    return { as: { number: numbers[code]!, name: name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name }, network }
  }
}
