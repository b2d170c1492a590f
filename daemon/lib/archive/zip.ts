import { promisify } from 'node:util'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import { type ArchiveFile, badArchive, type Counted, leadsOut } from './limits.ts'

/** A zip begins with its first file, or with its end where it is empty. */
export const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && ((bytes[2] === 3 && bytes[3] === 4) || (bytes[2] === 5 && bytes[3] === 6))

const open = promisify((bytes: Buffer, done: (error: Error | null, zip: ZipFile) => void) =>
  // names are judged by us: as they stand, a backslash included
  yauzl.fromBuffer(bytes, { lazyEntries: true, strictFileNames: true }, done as never),
)

// The next entry, or undefined behind the last.
const next = (zip: ZipFile) =>
  new Promise<Entry | undefined>((resolve, reject) => {
    const settle =
      <T>(done: (value: T) => void) =>
      (value: T) => {
        zip.removeAllListeners()
        done(value)
      }
    zip.once('entry', settle<Entry>(resolve))
    zip.once(
      'end',
      settle(() => resolve(undefined)),
    )
    zip.once('error', settle(reject))
    zip.readEntry()
  })

const isLink = ({ externalFileAttributes }: Entry) => ((externalFileAttributes >>> 16) & 0o170000) === 0o120000

async function bytesOf(zip: ZipFile, entry: Entry): Promise<Uint8Array> {
  const stream = await new Promise<AsyncIterable<Uint8Array>>((resolve, reject) =>
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream))),
  )
  const chunks: Uint8Array[] = []
  // ends with an error where there is more or less than the entry claims
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

// yauzl looks at names before we can: only its words say that the zip itself is sound
const badName = /^(?:absolute path|invalid relative path|invalid characters in fileName): (.*)$/s

export async function* readZip(bytes: Uint8Array, wanted: (name: string) => boolean, count: Counted): AsyncGenerator<ArchiveFile> {
  const inZip = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      const name = badName.exec((error as Error).message)?.[1]
      if (name !== undefined) throw leadsOut(name)
      throw badArchive(`It is not a zip that can be read: ${(error as Error).message}`)
    }
  }
  const zip = await inZip(open(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)))
  for (let entry = await inZip(next(zip)); entry; entry = await inZip(next(zip))) {
    const name = count.entry(entry.fileName)
    if (isLink(entry)) throw badArchive(`It holds a link, ${JSON.stringify(name.slice(0, 100))}`)
    if (name.endsWith('/') || !wanted(name)) continue
    if (entry.isEncrypted()) throw badArchive('It is encrypted')
    count.file(name, entry.uncompressedSize)
    yield { name, bytes: await inZip(bytesOf(zip, entry)) }
  }
}
