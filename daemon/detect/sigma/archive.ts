import { badArchive } from '../../lib/archive/limits.ts'
import { isArchive, readArchive, unpackGzip } from '../../lib/archive.ts'

/** A text file by the name that it had. */
export interface SigmaFile {
  path: string
  text: string
}

/** Of one file as much as the reader of YAML takes. */
const limits = { files: 10_000, fileBytes: 256 * 1024, totalBytes: 40 * 1024 * 1024 }

const isRule = (path: string) => /\.ya?ml$/i.test(path) && !/(^|\/)\.[^./]/.test(path)

/** The rule files in what was sent: a zip, a tar, a tar.gz, or one text, gzipped or not. */
export async function filesIn(bytes: Uint8Array, name = 'rules.yml'): Promise<SigmaFile[]> {
  const unpacked = await unpackGzip(bytes, limits.totalBytes)
  if (!isArchive(unpacked)) return [{ path: name, text: textOf(unpacked, name) }]
  const files: SigmaFile[] = []
  for await (const { name, bytes } of readArchive(unpacked, { limits, wanted: isRule }))
    files.push({ path: name, text: textOf(bytes, name) })
  if (files.length === 0) throw badArchive('It holds no .yml file')
  return files
}

function textOf(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw badArchive(`${path} is not UTF-8`)
  }
}
