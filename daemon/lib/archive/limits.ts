import { Refusal } from '../errors.ts'

/** One file of an archive. `name` is a relative path with `/` between its parts. */
export interface ArchiveFile {
  name: string
  bytes: Uint8Array
}

/** What an archive may come to once it is unpacked. */
export interface ArchiveLimits {
  files: number
  fileBytes: number
  totalBytes: number
}

export const badArchive = (message: string) => new Refusal(400, 'bad_archive', message, { problems: [{ field: 'archive', message }] })

/** Told of every entry before it is unpacked. */
export interface Counted {
  /** The name, once it is known to stay within the archive. */
  entry(name: string): string
  /** A file that will be unpacked, with the size it claims. */
  file(name: string, size: number): void
}

/** Counts entries against the limits, and refuses what is above one. */
export function counted({ files, fileBytes, totalBytes }: ArchiveLimits): Counted {
  let entries = 0
  let total = 0
  return {
    entry(name) {
      if (++entries > files) throw badArchive(`It holds more than ${files} files`)
      return safeName(name)
    },
    file(name, size) {
      total += size
      if (size > fileBytes) throw badArchive(`${quoted(name)} is larger than ${fileBytes} bytes`)
      if (total > totalBytes) throw badArchive(`It is larger than ${totalBytes} bytes unpacked`)
    },
  }
}

/** A name that is no path within the archive. */
export const leadsOut = (name: string) => badArchive(`It holds ${quoted(name)}, a name that leads out of it`)

const quoted = (name: string) => JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name)

function safeName(given: string): string {
  const name = given.replace(/^(\.\/)+/, '')
  const bad = /[\0\\]|^\/|^[a-z]:/i.test(name) || name.split('/').includes('..') || name.length > 1000
  if (bad) throw leadsOut(given)
  return name
}
