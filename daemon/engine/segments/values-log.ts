import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import type { Dictionary } from './dictionary.ts'
import { createPaths, type Paths } from './paths.ts'

const format = 1
/** Lengths of head and body, and the checksum of both. */
const prefixSize = 12

interface Head {
  format: number
  epoch: string
  /** Paths that are new. */
  names: string[]
  /** Column, values and bytes of what follows, for each dictionary that has grown. */
  grown: [column: number, count: number, bytes: number][]
}

export type ValuesLog = ReturnType<typeof openValuesLog>

/** Take the shared dictionaries from an open file, as far as it is whole; answers how far that is, and what it has. */
function readAll(file: number, paths: Paths): { epoch: string; end: number; saved: number[] } {
  const saved: number[] = []
  let epoch = ''
  let end = 0
  for (let record = readRecord(file, end); record; record = readRecord(file, end)) {
    const head = record.head
    if (head.format !== format || (epoch !== '' && head.epoch !== epoch)) break
    epoch = head.epoch
    for (const name of head.names) paths.addName(name)
    let at = 0
    for (const [column, count, bytes] of head.grown) {
      const ends = new Uint32Array(count)
      Buffer.from(ends.buffer).set(record.body.subarray(at, at + count * 4))
      at += count * 4
      paths.shared[column]!.take({ ends, data: record.body.subarray(at, at + bytes) })
      saved[column] = paths.shared[column]!.size
      at += bytes
    }
    end = record.end
  }
  return { epoch, end, saved }
}

/** The shared dictionaries as they are on disk, by column. */
export function readValues(path: string): readonly Dictionary[] {
  const paths = createPaths()
  const file = openSync(path, 'r')
  try {
    readAll(file, paths)
  } finally {
    closeSync(file)
  }
  return paths.shared
}

/**
 * The shared dictionaries on disk: a file that is only appended to. Each record holds what has come since the one before. Reading ends at the
 * first that is damaged; segments with codes beyond what was read are of no use then.
 */
export function openValuesLog(path: string, paths: Paths) {
  // made if it is not there, and written to at places of our own
  closeSync(openSync(path, 'a', 0o600))
  const file = openSync(path, 'r+')
  const found = readAll(file, paths)
  const { saved } = found
  const epoch = found.epoch || crypto.randomUUID()
  let { end } = found
  let savedNames = paths.names.length
  let isClean = false

  return {
    /** Tells the codes of this file from those of one before it. */
    epoch,
    /** Values of a shared dictionary that are in the file. */
    saved: (column: number): number => saved[column] ?? 0,
    /** Append what is new. */
    save(): void {
      const grown = paths.shared.flatMap((dictionary, column) => {
        const before = saved[column] ?? 0
        return dictionary.size > before ? [{ column, size: dictionary.size, entries: dictionary.after(before) }] : []
      })
      if (grown.length === 0 && savedNames === paths.names.length && end > 0) return
      // what lies behind the last whole record could be taken for what follows the next
      if (!isClean) ftruncateSync(file, end)
      isClean = true
      const record = writeRecord(
        {
          format,
          epoch,
          names: paths.names.slice(savedNames),
          grown: grown.map(({ column, entries: { ends, data } }) => [column, ends.length, data.length]),
        },
        grown.flatMap(({ entries: { ends, data } }) => [Buffer.from(ends.buffer, ends.byteOffset, ends.byteLength), data]),
      )
      for (let done = 0; done < record.length; ) done += writeSync(file, record, done, record.length - done, end + done)
      end += record.length
      savedNames = paths.names.length
      for (const { column, size } of grown) saved[column] = size
    },
    close: (): void => closeSync(file),
  }
}

function writeRecord(head: Head, body: Uint8Array[]): Buffer {
  const headBytes = Buffer.from(JSON.stringify(head))
  const content = Buffer.concat([headBytes, ...body])
  const prefix = Buffer.from(Uint32Array.of(headBytes.length, content.length - headBytes.length, crc32(content)).buffer)
  return Buffer.concat([prefix, content])
}

/** The record that begins at a place; undefined where none does that is whole. */
function readRecord(file: number, at: number): { head: Head; body: Buffer; end: number } | undefined {
  const { size } = fstatSync(file)
  const prefix = new Uint32Array(prefixSize / 4)
  if (at + prefixSize > size || readSync(file, prefix, 0, prefixSize, at) < prefixSize) return undefined
  const [headLength, bodyLength, crc] = prefix as unknown as [number, number, number]
  const end = at + prefixSize + headLength + bodyLength
  if (end > size) return undefined
  const content = Buffer.alloc(headLength + bodyLength)
  for (let done = 0; done < content.length; ) {
    const read = readSync(file, content, done, content.length - done, at + prefixSize + done)
    if (read === 0) return undefined
    done += read
  }
  if (crc32(content) !== crc) return undefined
  return { head: JSON.parse(content.toString('utf8', 0, headLength)) as Head, body: content.subarray(headLength), end }
}
