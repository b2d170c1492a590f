import { closeSync, fstatSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'

/** Bytes that one checksum stands for. */
const pageSize = 2 ** 14
const chunk = 2 ** 18
/** Most that is read at once to be checked. */
const pagesAtOnce = chunk / pageSize
const scratch = Buffer.alloc(chunk)
const magic = 0x53_42_53_31
/** Number of pages, length of the summary, checksum of both, magic. */
const footerSize = 16

/** Thrown for a file that is not what was written: whoever has it makes it anew. */
export class DamagedFile extends Error {
  readonly path: string
  readonly why: string
  constructor(path: string, why: string) {
    super(`${path} ${why}`)
    this.path = path
    this.why = why
  }
}

export type PagedFile = ReturnType<typeof openPaged>
export type PagedWriter = ReturnType<typeof createPaged>

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength)

/** Writes a file from its beginning to its end: bytes, their checksums, and a summary of what lies where. It is one once it has its summary. */
export function createPaged(path: string) {
  // it may have been taken away
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const fd = openSync(path, 'w', 0o600)
  const pages: number[] = []
  let crc = 0
  let at = 0
  let waiting: Buffer[] = []
  let size = 0

  function flush(): void {
    const bytes = Buffer.concat(waiting)
    waiting = []
    size = 0
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
  }

  function write(bytes: Buffer): void {
    waiting.push(bytes)
    size += bytes.length
    if (size >= chunk) flush()
  }

  return {
    /** Where the next bytes come to lie. */
    get at() {
      return at
    },
    /** Answers where the bytes lie, which nobody may write to until the file is whole. */
    put(view: ArrayBufferView): number {
      const bytes = bytesOf(view)
      const start = at
      for (let done = 0; done < bytes.length; ) {
        const end = Math.min(bytes.length, done + pageSize - (at % pageSize))
        crc = crc32(bytes.subarray(done, end), crc)
        at += end - done
        done = end
        if (at % pageSize > 0) continue
        pages.push(crc)
        crc = 0
      }
      write(bytes)
      return start
    },
    /** Write out what waits, so that it needs no memory. */
    flush,
    finish(summary: object): void {
      if (at % pageSize > 0) pages.push(crc)
      const text = Buffer.from(JSON.stringify(summary))
      const sums = Buffer.concat([bytesOf(Uint32Array.from(pages)), text])
      write(sums)
      write(bytesOf(Uint32Array.of(pages.length, text.length, crc32(sums), magic)))
      flush()
      closeSync(fd)
    },
    /** Leave no trace. */
    abandon(): void {
      closeSync(fd)
      rmSync(path, { force: true })
    },
  }
}

/** Opens a file that `createPaged` has made. What is read of it is checked the first time. */
export function openPaged(path: string) {
  const fd = openSync(path, 'r')
  try {
    const { summary, pages, end } = readSummary(path, fd)
    return { path, summary, size: end, ...reader(path, fd, pages, end), close: () => closeSync(fd) }
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

function readSummary(path: string, fd: number): { summary: unknown; pages: Uint32Array; end: number } {
  const { size } = fstatSync(fd)
  if (size < footerSize) throw new DamagedFile(path, 'has no end')
  const footer = new Uint32Array(footerSize / 4)
  readFully(path, fd, size - footerSize, bytesOf(footer))
  const [count, length, crc, mark] = footer as unknown as [number, number, number, number]
  const end = size - footerSize - length - count * 4
  if (mark !== magic || end < 0 || Math.ceil(end / pageSize) !== count) throw new DamagedFile(path, 'has no end')
  const sums = Buffer.alloc(count * 4 + length)
  readFully(path, fd, end, sums)
  if (crc32(sums) !== crc) throw new DamagedFile(path, 'is damaged: the checksum of its summary is wrong')
  const pages = new Uint32Array(count)
  bytesOf(pages).set(sums.subarray(0, count * 4))
  return { summary: JSON.parse(sums.toString('utf8', count * 4)), pages, end }
}

function reader(path: string, fd: number, pages: Uint32Array, end: number) {
  const checked = new Uint8Array(pages.length)

  function isChecked(first: number, last: number): boolean {
    const next = checked.indexOf(0, first)
    return next < 0 || next > last
  }

  /** Read pages into a buffer that the next call writes over. Throws where one is not what was written. */
  function readPages(first: number, last: number): Buffer {
    const bytes = scratch.subarray(0, Math.min(end, (last + 1) * pageSize) - first * pageSize)
    readFully(path, fd, first * pageSize, bytes)
    for (let page = first; page <= last; page++) {
      if (checked[page] === 1) continue
      if (crc32(bytes.subarray((page - first) * pageSize, (page - first + 1) * pageSize)) !== pages[page])
        throw new DamagedFile(path, `is damaged: the checksum of page ${page} is wrong`)
      checked[page] = 1
    }
    return bytes
  }

  return {
    /** Fill `into` with what lies at a place. */
    read<T extends ArrayBufferView>(at: number, into: T): T {
      const bytes = bytesOf(into)
      if (bytes.length === 0) return into
      const last = Math.floor((at + bytes.length - 1) / pageSize)
      let page = Math.floor(at / pageSize)
      if (isChecked(page, last)) readFully(path, fd, at, bytes)
      else
        for (; page <= last; page += pagesAtOnce) {
          const start = page * pageSize
          const found = readPages(page, Math.min(last, page + pagesAtOnce - 1))
          bytes.set(found.subarray(Math.max(0, at - start), at + bytes.length - start), Math.max(0, start - at))
        }
      return into
    },
    /** Check a stretch of pages that nobody has read so far; false once all are checked. */
    checkNext(): boolean {
      const first = checked.indexOf(0)
      if (first < 0) return false
      readPages(first, Math.min(pages.length, first + pagesAtOnce) - 1)
      return true
    },
  }
}

function readFully(path: string, fd: number, at: number, into: Buffer): void {
  for (let done = 0; done < into.length; ) {
    const read = readSync(fd, into, done, into.length - done, at + done)
    if (read === 0) throw new DamagedFile(path, 'is shorter than it was')
    done += read
  }
}
