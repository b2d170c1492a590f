import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { type Severity, severities } from '../../shared/severity.ts'
import { parseDuration } from '../../shared/time.ts'
import { usualPatience } from '../engine/patience.ts'
import { usualMemory } from '../engine/segments/memory.ts'
import { openDocument } from '../lib/document.ts'
import { checkVersion, versionOf } from '../lib/stale.ts'

/**
 * How long logs are kept, counted from their arrival, and how much of the disk they may take; `max_bytes` null: as much as there is. `audit_days`:
 * how long events of the audit trail are kept; null: for ever.
 */
export const retention = {
  days: z.number().int('must be a whole number').min(1, 'must be 1 or more').max(36_500, 'must be 36500 or less'),
  // below this a file of logs would be begun every few minutes
  max_bytes: z.number().int('must be a whole number').min(100_000_000, 'must be 100000000 (100 MB) or more, or null').nullable(),
  audit_days: z
    .number()
    .int('must be a whole number')
    .min(3, 'must be 3 or more, or null')
    .max(36_500, 'must be 36500 or less, or null')
    .nullable(),
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

const duration = z.string().max(32).refine(isDuration, 'must be a duration such as 15m, 4h or 3d, or null').nullable()
const dueTimes = z.strictObject({ acknowledge: duration, resolve: duration })
type DueTimes = z.output<typeof dueTimes>

/** Whether who acts on a signal that is nobody's takes it; how soon signals are to be taken up and archived, from when they were made. */
export const triage = {
  assign_on_act: z.boolean(),
  due: z.strictObject(
    Object.fromEntries(severities.map(name => [name, dueTimes.partial().optional()])) as Record<
      Severity,
      z.ZodOptional<z.ZodObject<{ acknowledge: z.ZodOptional<typeof duration>; resolve: z.ZodOptional<typeof duration> }>>
    >,
  ),
}
/** Due times where nobody says otherwise. */
export const usualDue: Record<Severity, DueTimes> = {
  critical: { acknowledge: '15m', resolve: '4h' },
  high: { acknowledge: '1h', resolve: '1d' },
  medium: { acknowledge: '8h', resolve: '3d' },
  low: { acknowledge: '1d', resolve: '7d' },
  info: { acknowledge: null, resolve: null },
}

function isDuration(text: string): boolean {
  try {
    return parseDuration(text) > 0
  } catch {
    return false
  }
}
/** As long as a block may be said to last, ms. */
const longestBlock = 10 * 365 * 86_400_000
const isBlockDuration = (text: string) => isDuration(text) && parseDuration(text) >= 1000 && parseDuration(text) <= longestBlock
const bits = (most: number) => z.number().int('must be a whole number').min(8, 'must be 8 or more').max(most, `must be ${most} or less`)
/**
 * Bits of the widest block that needs no confirmation, what needs a second person, how much rules may block within an hour, how much longer
 * and up to how long whoever comes back, and with more than how many points of its signals in 24 hours an address is flagged; and what of
 * blocks is published.
 */
export const respond = {
  widest: z.strictObject({ v4: bits(32), v6: bits(128) }),
  approval: z.strictObject({ wide: z.boolean(), permanent: z.boolean() }),
  per_hour: z.number().int('must be a whole number').min(0, 'must be 0 or more').max(100_000, 'must be 100000 or less'),
  /** So many times as long with each time before; 1: never longer. A rule's own duration stands where it is longer. */
  repeats: z.strictObject({
    factor: z.number().int('must be a whole number').min(1, 'must be 1 or more').max(10, 'must be 10 or less'),
    longest: z.string().max(32).refine(isBlockDuration, 'must be a duration such as 12h or 30d, ten years at most'),
  }),
  flag_over: z.number().int('must be a whole number').min(0, 'must be 0 or more').max(1_000_000, 'must be 1000000 or less'),
  /** By collection, what others are told beside the address and its time. */
  publish: { blocks: z.strictObject({ reasons: z.boolean(), users: z.boolean() }) },
}

/** The folder of commands that steps of workflows may run; null: none may. */
export const workflows = {
  commands_dir: z
    .string()
    .max(4096)
    .refine(path => isAbsolute(path), 'must be an absolute path, or null')
    .nullable(),
}
/** Whether nothing is written but this. */
export const readOnly = z.boolean()

/** settings.json. Members that a person added, or a newer version, are kept. */
const File = z.looseObject({
  retention: z
    .looseObject({
      days: retention.days.default(90),
      max_bytes: retention.max_bytes.default(null),
      audit_days: retention.audit_days.default(90),
    })
    .prefault({}),
  search: z
    .looseObject({ deadline_ms: search.deadline_ms.default(usualPatience), memory_bytes: search.memory_bytes.default(usualMemory) })
    .prefault({}),
  outbound: z.looseObject({ allowed_hosts: outbound.allowed_hosts.default([]) }).prefault({}),
  // Datadog's state endpoint assigns nobody, and scripts written for it rely on that
  triage: z.looseObject({ assign_on_act: triage.assign_on_act.default(false), due: triage.due.optional() }).prefault({}),
  respond: z
    .looseObject({
      widest: z.looseObject({ v4: respond.widest.shape.v4.default(24), v6: respond.widest.shape.v6.default(48) }).prefault({}),
      approval: z
        .looseObject({ wide: respond.approval.shape.wide.default(false), permanent: respond.approval.shape.permanent.default(false) })
        .prefault({}),
      per_hour: respond.per_hour.default(100),
      repeats: z
        .looseObject({ factor: respond.repeats.shape.factor.default(2), longest: respond.repeats.shape.longest.default('30d') })
        .prefault({}),
      flag_over: respond.flag_over.default(25),
      publish: z
        .looseObject({
          blocks: z
            .looseObject({
              reasons: respond.publish.blocks.shape.reasons.default(false),
              users: respond.publish.blocks.shape.users.default(false),
            })
            .prefault({}),
        })
        .prefault({}),
    })
    .prefault({}),
  workflows: z.looseObject({ commands_dir: workflows.commands_dir.default(null) }).prefault({}),
  read_only: readOnly.default(false),
})
type File = z.output<typeof File>

export interface Settings {
  retention: { days: number; max_bytes: number | null; audit_days: number | null }
  search: { deadline_ms: number; memory_bytes: number }
  outbound: { allowed_hosts: string[] }
  triage: { assign_on_act: boolean; due: Record<Severity, DueTimes> }
  respond: {
    widest: { v4: number; v6: number }
    approval: { wide: boolean; permanent: boolean }
    per_hour: number
    repeats: { factor: number; longest: string }
    flag_over: number
    publish: { blocks: { reasons: boolean; users: boolean } }
  }
  workflows: { commands_dir: string | null }
  read_only: boolean
}
export interface SettingsChange {
  retention?: { days?: number | undefined; max_bytes?: number | null | undefined; audit_days?: number | null | undefined } | undefined
  search?: { deadline_ms?: number | undefined; memory_bytes?: number | undefined } | undefined
  outbound?: { allowed_hosts?: string[] | undefined } | undefined
  triage?: { assign_on_act?: boolean | undefined; due?: z.output<typeof triage.due> | undefined } | undefined
  respond?:
    | {
        widest?: { v4?: number | undefined; v6?: number | undefined } | undefined
        approval?: { wide?: boolean | undefined; permanent?: boolean | undefined } | undefined
        per_hour?: number | undefined
        repeats?: { factor?: number | undefined; longest?: string | undefined } | undefined
        flag_over?: number | undefined
        publish?: { blocks?: { reasons?: boolean | undefined; users?: boolean | undefined } | undefined } | undefined
      }
    | undefined
  workflows?: { commands_dir?: string | null | undefined } | undefined
  read_only?: boolean | undefined
}
export type SettingsFile = Awaited<ReturnType<typeof openSettings>>

const known = ({
  retention: { days, max_bytes, audit_days },
  search: { deadline_ms, memory_bytes },
  outbound: { allowed_hosts },
  triage: { assign_on_act, due },
  respond: { widest, approval, per_hour, repeats, flag_over, publish },
  workflows: { commands_dir },
  read_only,
}: File): Settings => ({
  retention: { days, max_bytes, audit_days },
  search: { deadline_ms, memory_bytes },
  outbound: { allowed_hosts },
  triage: {
    assign_on_act,
    due: Object.fromEntries(severities.map(name => [name, { ...usualDue[name], ...given(due?.[name]) }])) as Record<Severity, DueTimes>,
  },
  respond: {
    widest: { v4: widest.v4, v6: widest.v6 },
    approval: { wide: approval.wide, permanent: approval.permanent },
    per_hour,
    repeats: { factor: repeats.factor, longest: repeats.longest },
    flag_over,
    publish: { blocks: { reasons: publish.blocks.reasons, users: publish.blocks.users } },
  },
  workflows: { commands_dir },
  read_only,
})
const given = (part: object = {}) => Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined))

/** The settings in `file`, which a person may edit and which need not be there. `changed` hears of each change. Throws an Unusable that names file and field. */
export async function openSettings(file: string, changed: (settings: Settings) => void = () => {}) {
  const stored = await openDocument(file, File)
  return {
    current: (): Settings => known(stored.current()),
    /** Write a change, one after the other; a dry run only says what it would come to. With a `version` only where they still are what it stands for. */
    async change(
      wanted: SettingsChange,
      { dryRun = false, version }: { dryRun?: boolean; version?: string | undefined } = {},
    ): Promise<{ before: Settings; after: Settings }> {
      const done = await stored.change(
        now => {
          checkVersion('the settings', versionOf(known(now)), version)
          const next = merged(now, wanted)
          return { next, result: { before: known(now), after: known(next) } }
        },
        { dryRun },
      )
      if (!dryRun) changed(known(stored.current()))
      return done
    },
  }
}

const merged = (now: File, wanted: SettingsChange): File => ({
  ...now,
  retention: { ...now.retention, ...given(wanted.retention) },
  search: { ...now.search, ...given(wanted.search) },
  outbound: { ...now.outbound, ...given(wanted.outbound) },
  respond: {
    ...now.respond,
    widest: { ...now.respond.widest, ...given(wanted.respond?.widest) },
    approval: { ...now.respond.approval, ...given(wanted.respond?.approval) },
    repeats: { ...now.respond.repeats, ...given(wanted.respond?.repeats) },
    ...given({ per_hour: wanted.respond?.per_hour, flag_over: wanted.respond?.flag_over }),
    publish: { ...now.respond.publish, blocks: { ...now.respond.publish.blocks, ...given(wanted.respond?.publish?.blocks) } },
  },
  workflows: { ...now.workflows, ...given(wanted.workflows) },
  ...(wanted.read_only !== undefined && { read_only: wanted.read_only }),
  triage: {
    ...now.triage,
    ...given({ assign_on_act: wanted.triage?.assign_on_act }),
    ...(wanted.triage?.due && {
      due: {
        ...now.triage.due,
        ...Object.fromEntries(
          Object.entries(wanted.triage.due).map(([name, times]) => [name, { ...now.triage.due?.[name as Severity], ...given(times) }]),
        ),
      },
    }),
  },
})
