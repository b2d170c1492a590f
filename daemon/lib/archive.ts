import { constants } from 'node:buffer'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { type ArchiveFile, type ArchiveLimits, badArchive, counted } from './archive/limits.ts'
import { isTar, readTar } from './archive/tar.ts'
import { isZip, readZip } from './archive/zip.ts'

const usual: ArchiveLimits = { files: 10_000, fileBytes: 64 * 2 ** 20, totalBytes: 256 * 2 ** 20 }

const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b

/** Whether the bytes begin as a zip, a tar or something that gzip has packed does. */
export const isArchive = (bytes: Uint8Array): boolean => isZip(bytes) || isTar(bytes) || isGzip(bytes)

/** Unpack what gzip has packed, up to a size; anything else is answered as it is. Throws a Refusal. */
export async function unpackGzip(bytes: Uint8Array, most: number): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: Math.min(most, constants.MAX_LENGTH) })
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    throw badArchive(tooLarge ? `It is larger than ${most} bytes unpacked` : `It is not gzip: ${(error as Error).message}`)
  }
}

/**
 * The files of a zip, a tar or a tar.gz, one after the other; those that are not `wanted` are passed over. Nothing is written anywhere. Throws
 * a Refusal for a name that leads out of the archive, a link, an archive that is damaged, and what is above a limit.
 */
export async function* readArchive(
  bytes: Uint8Array,
  { limits = usual, wanted = () => true }: { limits?: ArchiveLimits; wanted?: (name: string) => boolean } = {},
): AsyncGenerator<ArchiveFile> {
  const count = counted(limits)
  if (isZip(bytes)) return yield* readZip(bytes, wanted, count)
  // a tar has at most two blocks of 512 bytes beside each file's own
  const most = limits.totalBytes + (limits.files + 20) * 2048
  const tar = await unpackGzip(bytes, most)
  if (!isTar(tar)) throw badArchive('It is neither a zip, nor a tar, nor a tar packed by gzip')
  yield* readTar(tar, wanted, count)
}
