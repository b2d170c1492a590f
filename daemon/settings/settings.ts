import { Low } from 'lowdb'
import { JSONFile } from 'lowdb/node'
import { z } from 'zod'
import { usualPatience } from '../engine/patience.ts'
import { usualMemory } from '../engine/segments/memory.ts'
import { Refusal } from '../lib/errors.ts'
import { Unusable } from '../lib/unusable.ts'

/** How long logs are kept, counted from their arrival, and how much of the disk they may take; `max_bytes` null: as much as there is. */
export const retention = {
  days: z.number().int('must be a whole number').min(1, 'must be 1 or more').max(36_500, 'must be 36500 or less'),
  // below this a file of logs would be begun every few minutes
  max_bytes: z.number().int('must be a whole number').min(100_000_000, 'must be 100000000 (100 MB) or more, or null').nullable(),
}

/** How long a search may take, ms, and how much memory what makes searches quick may take, roughly, bytes. */
export const search = {
  memory_bytes: z
    .number()
    .int('must be a whole number')
    .min(32 * 2 ** 20, 'must be 33554432 (32 MiB) or more')
    .max(2 ** 36, 'must be 68719476736 (64 GiB) or less'),
  deadline_ms: z.number().int('must be a whole number').min(100, 'must be 100 or more').max(600_000, 'must be 600000 or less'),
}

/** Hosts that feeds may be fetched from though they have private addresses or no encryption: `misp.lan`, `misp.lan:8080`. */
export const outbound = {
  allowed_hosts: z
    .array(
      z
        .string()
        .max(260)
        .regex(/^[a-z0-9._:-]+$/, 'must be host names in lower case, with or without a port'),
    )
    .max(100),
}

/** Whether nothing is written but this. */
export const readOnly = z.boolean()

/** settings.json. Members that a person added, or a newer version, are kept. */
const File = z.looseObject({
  retention: z.looseObject({ days: retention.days.default(90), max_bytes: retention.max_bytes.default(null) }).prefault({}),
  search: z
    .looseObject({ deadline_ms: search.deadline_ms.default(usualPatience), memory_bytes: search.memory_bytes.default(usualMemory) })
    .prefault({}),
  outbound: z.looseObject({ allowed_hosts: outbound.allowed_hosts.default([]) }).prefault({}),
  read_only: readOnly.default(false),
})
type File = z.output<typeof File>

export interface Settings {
  retention: { days: number; max_bytes: number | null }
  search: { deadline_ms: number; memory_bytes: number }
  outbound: { allowed_hosts: string[] }
  read_only: boolean
}
export interface SettingsChange {
  retention?: { days?: number | undefined; max_bytes?: number | null | undefined } | undefined
  search?: { deadline_ms?: number | undefined; memory_bytes?: number | undefined } | undefined
  outbound?: { allowed_hosts?: string[] | undefined } | undefined
  read_only?: boolean | undefined
}
export type SettingsFile = Awaited<ReturnType<typeof openSettings>>

const known = ({
  retention: { days, max_bytes },
  search: { deadline_ms, memory_bytes },
  outbound: { allowed_hosts },
  read_only,
}: File): Settings => ({
  retention: { days, max_bytes },
  search: { deadline_ms, memory_bytes },
  outbound: { allowed_hosts },
  read_only,
})
const given = (part: object = {}) => Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined))

/** The settings in `file`, which a person may edit and which need not be there. `changed` hears of each change. Throws an Unusable that names file and field. */
export async function openSettings(file: string, changed: (settings: Settings) => void = () => {}) {
  // not JSONFilePreset: it keeps everything in memory where NODE_ENV is test
  const stored = new Low<unknown>(new JSONFile(file), {})
  const read = async (): Promise<File> => {
    try {
      await stored.read()
    } catch (error) {
      throw new Unusable('damaged', `${file} cannot be read: ${(error as Error).message}. Mend it; it is yours to edit.`)
    }
    const checked = File.safeParse(stored.data ?? {})
    if (checked.success) return checked.data
    const { path, message } = checked.error.issues[0]!
    throw new Unusable('damaged', `${file}: ${path.join('.') || 'the file'} is wrong: ${message}. Mend it; it is yours to edit.`)
  }
  let data = await read()
  let last: Promise<unknown> = Promise.resolve()

  async function change(wanted: SettingsChange, dryRun: boolean): Promise<{ before: Settings; after: Settings }> {
    // what a person has written there since is not to be lost
    const now = await read().catch(error => {
      throw new Refusal(409, 'settings_file', (error as Error).message)
    })
    const next = {
      ...now,
      retention: { ...now.retention, ...given(wanted.retention) },
      search: { ...now.search, ...given(wanted.search) },
      outbound: { ...now.outbound, ...given(wanted.outbound) },
      ...(wanted.read_only !== undefined && { read_only: wanted.read_only }),
    }
    if (!dryRun) {
      stored.data = next
      await stored.write()
      data = next
      changed(known(data))
    }
    return { before: known(now), after: known(next) }
  }
  return {
    current: (): Settings => known(data),
    /** Write a change, one after the other; a dry run only says what it would come to. */
    change(wanted: SettingsChange, { dryRun = false } = {}) {
      const done = last.then(() => change(wanted, dryRun))
      last = done.catch(() => {})
      return done
    },
  }
}
