import { createHash } from 'node:crypto'
import { beginning, createLine, isBlank, type Start } from './cutter.ts'

/** A place up to which some file that begins with the same line was imported; `hash` is of its first `offset` bytes. */
export interface Checkpoint {
  offset: number
  hash: string
  stream: string
}

/**
 * What all imports of a file agree on: its first line, of which a file that grows changes nothing, and the `words` that were said of all its
 * lines: files of two hosts may be the same to the byte.
 */
export const fingerprintOf = (firstLine: Buffer, words = ''): string => {
  const hash = createHash('sha256').update(firstLine)
  // no line holds a line feed
  return (words === '' ? hash : hash.update(`\n${words}`)).digest('hex')
}

/**
 * How much of a text has been imported: it goes on after the last checkpoint whose bytes it begins with. `reached` hears of each on the way.
 * Reads no further than a checkpoint may lie.
 */
export async function findStart(
  chunks: AsyncIterable<Buffer>,
  checkpoints: readonly Checkpoint[],
  reached: (offset: number) => void = () => {},
): Promise<Start> {
  const { hash } = beginning()
  const line = createLine()
  let found = beginning()
  let offset = 0
  let lines = 0
  let waiting = checkpoints.filter(({ offset }) => offset > 0).sort((a, b) => a.offset - b.offset)
  const begunStreams = new Set<string>()

  function read(bytes: Buffer): void {
    hash.update(bytes)
    offset += bytes.length
    let at = 0
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, at)) {
      line.add(bytes.subarray(at, end))
      if (!isBlank(line.take())) lines++
      at = end + 1
    }
    line.add(bytes.subarray(at))
  }
  function compare(): void {
    const digest = hash.copy().digest('hex')
    const here = waiting.filter(checkpoint => checkpoint.offset === offset)
    waiting = waiting.filter(checkpoint => checkpoint.offset > offset)
    for (const { hash: expected, stream } of here) {
      if (expected === digest) {
        const begun = Buffer.from(line.bytes)
        found = { offset, hash: hash.copy(), stream, begun, lines: lines + (isBlank(begun) ? 0 : 1) }
        begunStreams.add(stream)
        reached(offset)
        // a stream is named by its first batch: what differs there differs from all of it
      } else if (!begunStreams.has(stream)) waiting = waiting.filter(checkpoint => checkpoint.stream !== stream)
    }
  }

  if (waiting.length === 0) return found
  for await (const chunk of chunks) {
    let at = 0
    while (waiting[0] && waiting[0].offset - offset <= chunk.length - at) {
      const next = at + waiting[0].offset - offset
      read(chunk.subarray(at, next))
      at = next
      compare()
    }
    if (waiting.length === 0) break
    read(chunk.subarray(at))
  }
  return found
}
