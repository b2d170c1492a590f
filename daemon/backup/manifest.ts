import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** The one form that there is so far. */
export const format = 1

/** Names are what the daemon itself gives: nothing leads out of a backup or to where it does not belong. */
export const fileName =
  /^(signalbox\.db|store\.json|(?:settings|views|services|pivots)\.json|logs\/\d{4}\.db|feeds\/feeds\.json|feeds\/[a-z0-9][a-z0-9-]{0,59}\.(txt|earlier\.jsonl))$/

/** What a backup holds. It is written last: a folder without one is no backup. */
export const Manifest = z.object({
  format: z.number(),
  /** Of the Signalbox that made it. */
  version: z.string(),
  /** How many steps of each schema its databases have seen. */
  schema: z.object({ store: z.number().int(), logs: z.number().int() }),
  store: z.string(),
  made_at: z.number(),
  /** Everything up to this place in the one order is in it; of what came while it was made, some is. */
  seq: z.number(),
  files: z.array(
    z.object({ name: z.string().regex(fileName), bytes: z.number().int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
})
export type Manifest = z.output<typeof Manifest>

/** Bytes of all files of a backup. */
export const sizeOf = ({ files }: Pick<Manifest, 'files'>): number => files.reduce((sum, { bytes }) => sum + bytes, 0)

export const manifestPath = (dir: string) => join(dir, 'manifest.json')

/** Throws an Error of one sentence where there is none or it cannot be understood. */
export async function readManifest(dir: string): Promise<Manifest> {
  const path = manifestPath(dir)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new Error(missing ? `${dir} is no backup: it has no manifest.json.` : `${path} cannot be read: ${(error as Error).message}.`)
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Error(`${path} is damaged: it is not JSON.`)
  }
  const { data, error } = Manifest.safeParse(value)
  if (!data) throw new Error(`${path} is damaged: ${error.issues[0]!.path.join('.')} ${error.issues[0]!.message}.`)
  return data
}

/** SHA-256, hex, of a file; `tell` hears the bytes of each part that was read. */
export async function hashFile(path: string, tell: (bytes: number) => void = () => {}): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(part)
    tell(part.length)
  }
  return hash.digest('hex')
}

/** Whether every file is what the manifest says; throws an Error that names the first that is not. */
export async function checkFiles(dir: string, { files }: Manifest, tell: (bytes: number) => void): Promise<void> {
  for (const { name, bytes, sha256 } of files) {
    const path = join(dir, name)
    const found = await lstat(path).catch(() => undefined)
    if (!found) throw new Error(`The backup is damaged: ${path} is missing.`)
    if (!found.isFile()) throw new Error(`The backup is damaged: ${path} is not a plain file.`)
    if (found.size !== bytes) throw new Error(`The backup is damaged: ${path} has ${found.size} bytes and should have ${bytes}.`)
    if ((await hashFile(path, tell)) !== sha256) throw new Error(`The backup is damaged: ${path} is not what was backed up.`)
  }
}
