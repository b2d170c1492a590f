import { isArchive, readArchive, unpackGzip } from '../../lib/archive.ts'
import { OutboundError } from '../../lib/outbound.ts'
import { ask, type Fetch } from './source.ts'

const maxBytes = 256 * 2 ** 20

/** What a feed has been packed into: the file of a zip or a tar that is the largest of them. Anything else as it is. */
export async function unpacked(bytes: Uint8Array): Promise<Uint8Array> {
  const plain = await unpackGzip(bytes, maxBytes)
  if (!isArchive(plain)) return plain
  let largest: Uint8Array | undefined
  for await (const file of readArchive(plain, { limits: { files: 1000, fileBytes: maxBytes, totalBytes: maxBytes } }))
    if (!largest || file.bytes.length > largest.length) largest = file.bytes
  return largest ?? new Uint8Array()
}

/** One file, asked for only where it has changed. */
export const fetchFile: Fetch = async asked => {
  const { etag, last_modified } = asked.entry.fetched ?? {}
  const has = asked.content !== undefined
  const { status, headers, body } = await ask(asked, asked.entry.url!, {
    maxBytes,
    headers: {
      ...(has && etag !== undefined && { 'If-None-Match': etag }),
      ...(has && last_modified !== undefined && { 'If-Modified-Since': last_modified }),
    },
  })
  const state = {
    ...(headers['etag'] !== undefined && { etag: headers['etag'].slice(0, 500) }),
    ...(headers['last-modified'] !== undefined && { last_modified: headers['last-modified'].slice(0, 100) }),
  }
  if (status === 304) {
    if (!has)
      throw new OutboundError('bad_answer', `${new URL(asked.entry.url!).host} says that nothing has changed, but there is nothing here`)
    return { state: { ...(etag !== undefined && { etag }), ...(last_modified !== undefined && { last_modified }), ...state } }
  }
  return { bytes: await unpacked(body), state }
}
