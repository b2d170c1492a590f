import { type FileHandle, open } from 'node:fs/promises'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { longest } from './cutter.ts'
import { isDocument, recordsOf } from './records.ts'

/**
 * Bytes that can be read more than once: first to see what is there already, then to import the rest. Offsets are of unpacked bytes, and in a
 * JSON document of the lines that its events make.
 */
export interface Source {
  /** From an offset to the present end. */
  read(from: number): AsyncIterable<Buffer>
  /** Nothing below this offset will be asked for again. */
  forget(offset: number): void
  /** Share that has been read, 0 to 1, where that is known. */
  done(): Promise<number | undefined>
  close(): Promise<void>
}

const chunkSize = 256 * 1024
const gzipMagic = Buffer.from([0x1f, 0x8b])

/**
 * A file, unpacked where its first bytes say that it is gzip; `split`: where it is a JSON document of many events, a line each. Throws an Error
 * for a folder.
 */
export async function openFile(path: string, split = true): Promise<Source> {
  const handle = await open(path)
  try {
    const stat = await handle.stat()
    if (stat.isDirectory()) throw new Error('is a folder: name the files in it')
    // a pipe with a name
    if (!stat.isFile()) return replay(await splitIfDocument(await unpackedIfPacked(bytesOf(handle, null)), split), () => handle.close())
    const plain = plainSource(handle)
    const source = (await isPacked(handle)) ? reshaped(plain, unpack) : plain
    return split && (await isSplit(source)) ? reshaped(source, recordsOf) : source
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Standard input or a pipe: what has been read is kept until it is known that nobody asks for it again. */
export async function openStream(bytes: AsyncIterable<Uint8Array>, split = true): Promise<Source> {
  return replay(await splitIfDocument(await unpackedIfPacked(bytes), split), async () => {})
}

/** Whether a file is gzip. */
export async function isPacked(handle: FileHandle): Promise<boolean> {
  const magic = Buffer.alloc(2)
  await handle.read(magic, 0, 2, 0)
  return magic.equals(gzipMagic)
}

/** `from` null: a pipe, which has no places. */
async function* bytesOf(handle: FileHandle, from: number | null): AsyncGenerator<Buffer> {
  for (let position = from; ; ) {
    // a new buffer each time: what was handed on is kept until it is sent
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(chunkSize), 0, chunkSize, position)
    if (bytesRead === 0) return
    if (position !== null) position += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

/** A plain file that stays the same file, whatever its name comes to mean. */
export function plainSource(handle: FileHandle): Source {
  let position = 0
  return {
    async *read(from) {
      position = from
      for await (const chunk of bytesOf(handle, from)) {
        position += chunk.length
        yield chunk
      }
    },
    forget: () => {},
    done: async () => position / Math.max(1, (await handle.stat()).size),
    close: () => handle.close(),
  }
}

/** What comes of all the bytes of a source, which has to be made from its beginning each time. */
function reshaped(source: Source, reshape: (bytes: AsyncIterable<Buffer>) => AsyncIterable<Buffer>): Source {
  return {
    ...source,
    async *read(from) {
      let at = 0
      for await (const chunk of reshape(source.read(0))) {
        const skipped = Math.max(0, Math.min(chunk.length, from - at))
        at += chunk.length
        if (skipped < chunk.length) yield chunk.subarray(skipped)
      }
    },
  }
}

async function isSplit(source: Source): Promise<boolean> {
  let head = Buffer.alloc(0)
  for await (const chunk of source.read(0)) {
    head = Buffer.concat([head, chunk])
    const is = isDocument(head)
    if (is !== undefined) return is
  }
  return false
}

async function splitIfDocument(bytes: AsyncIterator<Buffer>, split: boolean): Promise<AsyncIterator<Buffer>> {
  if (!split) return bytes
  let head = Buffer.alloc(0)
  let is: boolean | undefined
  let ended = false
  while (!ended && is === undefined) {
    const { done, value } = await bytes.next()
    ended = done === true
    if (ended) break
    head = Buffer.concat([head, value])
    is = isDocument(head)
  }
  async function* whole() {
    if (head.length > 0) yield head
    for (let next = await bytes.next(); !next.done; next = await bytes.next()) yield next.value
  }
  return is ? recordsOf(whole()) : whole()
}

function unpack(packed: AsyncIterable<Uint8Array>): AsyncIterable<Buffer> {
  const unpacked = createGunzip({ chunkSize })
  // a failure comes out where the unpacked bytes are read
  pipeline(Readable.from(packed), unpacked, () => {})
  return unpacked
}

async function unpackedIfPacked(bytes: AsyncIterable<Uint8Array>): Promise<AsyncIterator<Buffer>> {
  const chunks = bytes[Symbol.asyncIterator]()
  let head = Buffer.alloc(0)
  for (let ended = false; head.length < 2 && !ended; ) {
    const { done, value } = await chunks.next()
    ended = done === true
    if (!done) head = Buffer.concat([head, value])
  }
  async function* whole() {
    if (head.length > 0) yield head
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield Buffer.from(next.value)
  }
  return head.subarray(0, 2).equals(gzipMagic) ? unpack(whole())[Symbol.asyncIterator]() : whole()
}

function replay(bytes: AsyncIterator<Buffer>, close: () => Promise<void>): Source {
  let kept: { from: number; chunk: Buffer }[] = []
  let end = 0
  return {
    async *read(from) {
      let at = from
      for (const { from: start, chunk } of [...kept]) {
        if (start + chunk.length <= at) continue
        yield chunk.subarray(at - start)
        at = start + chunk.length
      }
      for (let next = await bytes.next(); !next.done; next = await bytes.next()) {
        kept.push({ from: end, chunk: next.value })
        end += next.value.length
        yield next.value
      }
    },
    forget(offset) {
      kept = kept.filter(({ from, chunk }) => from + chunk.length > offset)
    },
    done: async () => undefined,
    close,
  }
}

/** The first line without its line feed, as far as lines are read; undefined where there is none yet. `ended`: nothing more will come. */
export async function firstLine(source: Source, ended: boolean): Promise<Buffer | undefined> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const chunk of source.read(0)) {
    const end = chunk.indexOf(10)
    const piece = end < 0 ? chunk : chunk.subarray(0, end)
    pieces.push(piece)
    size += piece.length
    if (end >= 0 || size >= longest) return Buffer.concat(pieces).subarray(0, longest)
  }
  return ended && size > 0 ? Buffer.concat(pieces) : undefined
}
