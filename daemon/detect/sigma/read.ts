import { filesIn, type SigmaFile } from './archive.ts'
import { type Read, readSigma } from './import.ts'

/** What somebody wants imported: an archive or one text, or files by name. */
export type Import = { bytes: Uint8Array } | { files: SigmaFile[] }

/** Reads it into rules; throws a Refusal where it cannot be read at all. */
export type ReadImport = (wanted: Import) => Promise<Read[]>

export const readImport: ReadImport = async wanted => readSigma('files' in wanted ? wanted.files : await filesIn(wanted.bytes))
