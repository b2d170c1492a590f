import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Surroundings } from './surroundings.ts'

/** What the daemon takes at most, unpacked. */
const most = 20 * 1024 * 1024

/** A whole small file, or `-` for standard input; unpacked where it is gzip. Throws an Error that names it. */
export async function readInput(path: string, { stdin }: Pick<Surroundings, 'stdin'>): Promise<Buffer> {
  try {
    const bytes = path === '-' ? await collect(stdin()) : await readFile(path)
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? await promisify(gunzip)(bytes, { maxOutputLength: most }) : bytes
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = { ENOENT: 'there is no such file', EISDIR: 'is a folder', ERR_BUFFER_TOO_LARGE: 'is larger than 20 MB unpacked' }[
      code ?? ''
    ]
    throw new Error(`${path}: ${why ?? message}`)
  }
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of bytes) {
    chunks.push(chunk)
    if ((size += chunk.length) > most) throw new Error('is larger than 20 MB')
  }
  return Buffer.concat(chunks)
}
