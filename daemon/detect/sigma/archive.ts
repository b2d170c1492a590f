import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { Unzip, UnzipInflate } from 'fflate'
import { parseTar } from 'nanotar'
import { Refusal } from '../../lib/errors.ts'

/** A text file by the name that it had. */
export interface SigmaFile {
  path: string
  text: string
}

/** Most files, and what they may come to unpacked; of one file as the reader of YAML has it. */
const maxFiles = 10_000
const maxUnpacked = 40 * 1024 * 1024
const maxFile = 256 * 1024
const maxRatio = 100

const bad = (message: string) => new Refusal(400, 'invalid_archive', message, { problems: [{ field: 'body', message }] })
const tooLarge = () =>
  new Refusal(413, 'too_large', 'The archive is larger unpacked than what is taken', {
    problems: [{ field: 'body', message: 'is too large unpacked' }],
  })
const isRule = (path: string) => /\.ya?ml$/i.test(path) && !/(^|\/)\.[^./]/.test(path)

/** The rule files in what was sent: a zip, a tar, either of it gzipped, or one text. Nothing is written anywhere, so that no name can lead astray. */
export async function filesIn(bytes: Uint8Array, name = 'rules.yml'): Promise<SigmaFile[]> {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return filesIn(await unpacked(bytes), name)
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return collect(unzip(bytes))
  if (Buffer.from(bytes.subarray(257, 262)).toString('latin1') === 'ustar') return collect(untar(bytes))
  return [{ path: name, text: textOf(bytes, name) }]
}

async function unpacked(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: Math.min(maxUnpacked, Math.max(bytes.length * maxRatio, 1024 * 1024)) })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge()
    throw bad(`It is not gzip: ${(error as Error).message}`)
  }
}

function collect(entries: { path: string; data: Uint8Array }[]): SigmaFile[] {
  const files = entries.filter(({ path }) => isRule(path)).map(({ path, data }) => ({ path, text: textOf(data, path) }))
  if (files.length === 0) throw bad('The archive holds no .yml file')
  return files
}

function textOf(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw bad(`${path} is not UTF-8`)
  }
}

/** Chunk by chunk, so that a file that swells is stopped in the middle of it. */
function unzip(bytes: Uint8Array): { path: string; data: Uint8Array }[] {
  const found: { path: string; data: Uint8Array }[] = []
  let total = 0
  let count = 0
  const reader = new Unzip(file => {
    if (++count > maxFiles) throw bad(`The archive holds more than ${maxFiles} files`)
    if (!isRule(file.name)) return
    const chunks: Uint8Array[] = []
    let size = 0
    file.ondata = (error, chunk, final) => {
      if (error instanceof Refusal) throw error
      if (error) throw bad(`${file.name}: ${error.message}`)
      size += chunk.length
      total += chunk.length
      if (size > maxFile || total > maxUnpacked) throw tooLarge()
      chunks.push(chunk.slice())
      if (final) found.push({ path: file.name, data: Buffer.concat(chunks) })
    }
    file.start()
  })
  reader.register(UnzipInflate)
  try {
    for (let at = 0; at < bytes.length; at += 16_384) reader.push(bytes.subarray(at, at + 16_384), at + 16_384 >= bytes.length)
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw bad(`The zip cannot be read: ${(error as Error).message}`)
  }
  return found
}

function untar(bytes: Uint8Array): { path: string; data: Uint8Array }[] {
  try {
    const entries = parseTar(bytes, { filter: ({ name }) => isRule(name) })
    if (entries.some(({ data }) => data && data.length > maxFile)) throw tooLarge()
    if (entries.length > maxFiles) throw bad(`The archive holds more than ${maxFiles} files`)
    return entries.flatMap(({ name, data }) => (data ? [{ path: name, data }] : []))
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw bad(`The tar cannot be read: ${(error as Error).message}`)
  }
}
