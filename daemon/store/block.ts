import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Log } from '../../shared/log.ts'

/** A log as a block keeps it: its id follows from store and seq. */
export type StoredLog = Omit<Log, 'id'>

/** Format 1: JSON lines. Codec 1: raw deflate. Both stand in each row, so that either can change without a rewrite. */
export const format = 1
export const codec = 1

/** Logs in a full block. */
export const blockSize = 64

export interface BlockRow {
  first_seq: number
  last_seq: number
  count: number
  stream: string
  min_ts: number
  max_ts: number
  format: number
  codec: number
  crc: number
  data: Uint8Array
}

/** Text in a block, after which the next begins: a reader holds whole blocks. */
const blockBytes = 1024 * 1024

/** The JSON of a log, for whoever has it already. */
export type TextOf = (log: StoredLog) => string

/** Pack logs of one stream, in the order of their seq, into blocks of at most 64. */
export function* encodeBlocks(logs: readonly StoredLog[], textOf: TextOf = JSON.stringify): Generator<BlockRow> {
  let from = 0
  let bytes = 0
  const lines = logs.map(log => textOf(log))
  for (let to = 0; to < logs.length; to++) {
    bytes += lines[to]!.length
    if (to + 1 < logs.length && to + 1 - from < blockSize && bytes < blockBytes) continue
    yield encodeBlock(logs.slice(from, to + 1), lines.slice(from, to + 1))
    from = to + 1
    bytes = 0
  }
}

function encodeBlock(logs: readonly StoredLog[], lines: readonly string[]): BlockRow {
  const data = deflateRawSync(lines.join('\n'), { level: 1 })
  return {
    first_seq: logs[0]!.seq,
    last_seq: logs[logs.length - 1]!.seq,
    count: logs.length,
    stream: logs[0]!.stream,
    min_ts: logs.reduce((least, log) => Math.min(least, log.timestamp), Infinity),
    max_ts: logs.reduce((most, log) => Math.max(most, log.timestamp), -Infinity),
    format,
    codec,
    crc: crc32(data),
    data,
  }
}

/** Thrown for a block whose checksum or form is wrong: the bytes on disk have changed. */
export class DamagedBlock extends Error {}

type Packed = Pick<BlockRow, 'first_seq' | 'format' | 'codec' | 'crc' | 'data'>

export const decodeBlock = (row: Packed): StoredLog[] => readBlock(row).logs

/** The logs of a block, and how long its text is: what they cost in memory. */
export function readBlock(row: Packed): { logs: StoredLog[]; size: number } {
  const text = bytesOf(row).toString()
  return { logs: logsIn(text), size: text.length }
}

/** A block of which single logs are read. */
export interface OpenBlock {
  first_seq: number
  last_seq: number
  bytes: Buffer
}

export const openBlock = (row: Packed & Pick<BlockRow, 'last_seq'>): OpenBlock => ({
  first_seq: row.first_seq,
  last_seq: row.last_seq,
  bytes: bytesOf(row),
})

/** One log of a block, most often without reading the others. */
export function findInBlock({ first_seq, bytes }: OpenBlock, seq: number): StoredLog | undefined {
  // where the block has no gap before it
  const line = lineAt(bytes, seq - first_seq)
  const log = line === undefined ? undefined : (JSON.parse(line) as StoredLog)
  return log?.seq === seq ? log : logsIn(bytes.toString()).find(log => log.seq === seq)
}

/** The line so many line ends from the beginning. */
function lineAt(bytes: Buffer, index: number): string | undefined {
  let from = 0
  for (let i = 0; i < index; i++) {
    from = bytes.indexOf(10, from) + 1
    if (from === 0) return
  }
  const end = bytes.indexOf(10, from)
  return bytes.toString('utf8', from, end < 0 ? bytes.length : end)
}

const logsIn = (text: string): StoredLog[] => text.split('\n').map(line => JSON.parse(line) as StoredLog)

function bytesOf(row: Packed): Buffer {
  if (row.format !== format || row.codec !== codec)
    throw new DamagedBlock(`Block ${row.first_seq} has format ${row.format}, codec ${row.codec}, which this version cannot read`)
  if (crc32(row.data) !== row.crc) throw new DamagedBlock(`Block ${row.first_seq} is damaged: its checksum is wrong`)
  return inflateRawSync(row.data)
}
