import type { Connection } from '../messages.ts'

const parts = (version: string) => version.split('.').map(part => Number.parseInt(part, 10) || 0)

/** What to say where daemon and extension are not of one major.minor; undefined where they are. A daemon that names no version is an old one. */
export function mismatch(daemon: string, extension: string): Extract<Connection, { state: 'version' }> | undefined {
  const [theirs, ours] = [parts(daemon), parts(extension)]
  for (const place of [0, 1]) {
    const by = (theirs[place] ?? 0) - (ours[place] ?? 0)
    if (by !== 0) return { state: 'version', daemon, extension, update: by < 0 ? 'daemon' : 'extension' }
  }
  return undefined
}
