import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { docForm } from '../engine/docs.ts'
import type { Bits } from '../engine/segments/bits.ts'
import { version } from '../lib/version.ts'

// What a search of signals or audit events leaves for the next start, so that these are not all read again: which rows of its segments are dead,
// and what the records were like then. It is there once: after a kill everything is read in anew.

/** Dead rows of each segment, by its id. */
export type Kept = ReadonlyMap<number, Bits | undefined>

const name = 'kept.json'
const form = `${version} ${docForm}`

/** Call when the files of the engine are closed. */
export function keep(dir: string, state: string, dead: Kept): void {
  const segments = [...dead].map(([id, bits]) => [id, bits ? Buffer.from(bits.buffer).toString('base64') : ''])
  const part = join(dir, `${name}.part`)
  writeFileSync(part, JSON.stringify({ form, state, segments }), { mode: 0o600, flush: true })
  renameSync(part, join(dir, name))
}

/** What was kept, where it is of records in this state and of this form; from then on it is gone. */
export function readKept(dir: string, state: string): Kept | undefined {
  try {
    const text = readFileSync(join(dir, name), 'utf8')
    rmSync(join(dir, name))
    const kept = JSON.parse(text) as { form: string; state: string; segments: [number, string][] }
    if (kept.form !== form || kept.state !== state) return
    return new Map(kept.segments.map(([id, bits]) => [id, bits === '' ? undefined : bitsOf(bits)]))
  } catch {
    // it is lacking or broken: then everything is read in
    return
  }
}

function bitsOf(text: string): Bits {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'))
  return new Int32Array(bytes.buffer)
}
