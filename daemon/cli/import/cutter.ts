import { createHash, type Hash } from 'node:crypto'

/** Logs of one request, as the daemon has it, and bytes past which a batch is full: with the longest line it stays far below 5 MB. */
const maxLines = 1000
const fullAt = 512 * 1024
/** Bytes of a line that are sent: the daemon cuts a log at 1,000,000 and says so, which it cannot where the rest never comes. */
export const longest = 1_050_000

/** Whole lines that go in one request. `offset` and `hash` (SHA-256, hex) are of all bytes up to their end. */
export interface Batch {
  text: string
  /** Lines that are not blank. */
  lines: number
  offset: number
  hash: string
}

/** How far a text has been imported: everything up to `offset`, of which `hash` has seen every byte. */
export interface Start {
  offset: number
  hash: Hash
  stream?: string
  /** Lines up to there that are not blank. */
  lines: number
  /** What there is of the line that `offset` falls into; imported as a line, since the text ended here. */
  begun: Buffer
}

export const beginning = (): Start => ({ offset: 0, hash: createHash('sha256'), lines: 0, begun: Buffer.alloc(0) })

/** Puts a line together from pieces. A file that was cut off under its writer begins with NULs: they are no part of a line. */
export function createLine(begun: Buffer = Buffer.alloc(0)) {
  let pieces: Buffer[] = begun.length > 0 ? [begun] : []
  let size = begun.length
  return {
    add(piece: Buffer): void {
      let from = 0
      if (size === 0) while (from < piece.length && piece[from] === 0) from++
      const kept = piece.subarray(from, from + longest - size)
      if (kept.length === 0) return
      pieces.push(kept)
      size += kept.length
    },
    get bytes(): Buffer {
      return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
    },
    /** The line without its ending; the next one begins. */
    take(): Buffer {
      const line = this.bytes
      pieces = []
      size = 0
      return line[line.length - 1] === 13 ? line.subarray(0, -1) : line
    },
  }
}

export const isBlank = (line: Buffer): boolean => line.every(byte => byte === 32 || (byte >= 9 && byte <= 13))

/** Cuts bytes into batches of whole lines, going on at `start`. */
export function createCutter({ offset: from, hash, begun }: Pick<Start, 'offset' | 'hash' | 'begun'>) {
  const decoder = new TextDecoder()
  const line = createLine(begun)
  let imported = begun.length
  let lines: Buffer[] = []
  let size = 0
  /** All bytes so far, and those up to the end of the last whole line. */
  let offset = from
  let whole = { offset, hash: hash.copy() }
  let sent = from

  function finish(): void {
    const bytes = line.take()
    // the line that the last import ended in: there already, unless it has grown since
    const isNew = imported === 0 || bytes.length > imported
    imported = 0
    if (!isNew || isBlank(bytes)) return
    lines.push(bytes)
    size += bytes.length
  }
  function take(at: { offset: number; hash: Hash }): Batch | undefined {
    if (at.offset === sent) return undefined
    sent = at.offset
    const text = lines.map(bytes => decoder.decode(bytes)).join('\n')
    const batch = { text, lines: lines.length, offset: sent, hash: at.hash.copy().digest('hex') }
    lines = []
    size = 0
    return batch
  }

  return {
    /** Batches that are full with these bytes. The bytes are kept until then, so they must not be written over. */
    *push(chunk: Buffer): Generator<Batch> {
      let hashed = 0
      const hashTo = (end: number) => {
        hash.update(chunk.subarray(hashed, end))
        offset += end - hashed
        hashed = end
      }
      let at = 0
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, at)) {
        line.add(chunk.subarray(at, end))
        finish()
        at = end + 1
        if (lines.length < maxLines && size < fullAt) continue
        hashTo(at)
        yield take({ offset, hash })!
      }
      if (at > 0) {
        hashTo(at)
        whole = { offset, hash: hash.copy() }
      }
      line.add(chunk.subarray(at))
      hashTo(chunk.length)
    },
    /** What there is of whole lines; at the `end` of the text its last line too, though no line feed follows. */
    flush(end: boolean): Batch | undefined {
      if (!end) return take(whole)
      if (offset > whole.offset) finish()
      whole = { offset, hash: hash.copy() }
      return take(whole)
    },
    /** Bytes read so far. */
    get offset() {
      return offset
    },
  }
}
export type Cutter = ReturnType<typeof createCutter>
