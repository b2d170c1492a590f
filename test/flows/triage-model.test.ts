import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Refusal } from '../../daemon/lib/errors.ts'
import { type Restrictions, unrestricted } from '../../daemon/lib/restrictions.ts'
import type { Wanted } from '../../daemon/triage/moving.ts'
import type { Job } from '../../shared/job.ts'
import { lockAfter, type Skipped, type State, undoableFor } from '../../shared/triage.ts'
import { createRandom } from '../daemon/engine/random-logs.ts'
import { startDaemon } from '../daemon.ts'

// Random triage by four clients, two of whom see only some signals, against a model that keeps everything in plain objects.
const sequences = Number(process.env['SIGNALBOX_TEST_SEQUENCES'] ?? 5000)
const seed = Number(process.env['SIGNALBOX_TEST_SEED'] ?? Date.now() % 1_000_000)
const random = createRandom(seed)
const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!

// where the system has memory for files, a commit waits for no disk
const dir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'signalbox-'))
const daemon = await startDaemon({ dir })
afterAll(async () => {
  await daemon.stop()
  rmSync(dir, { recursive: true, force: true })
})
const { core, clock, standard, admin } = daemon
const vera = await daemon.as('Standard', 'vera')
const otto = await daemon.as('Standard', 'otto')

/** A signal as the model has it. */
interface Model {
  id: string
  severity: string
  made: number
  version: number
  state: State
  reason: string | null
  comment: string | null
  assignee: string | null
  snooze: { until: number; reason: string } | null
  by: string
  at: number
}
type Aspect = 'state' | 'assignee' | 'snooze'
interface Item {
  id: string
  version: number
  aspects: Aspect[]
  before: Model
}
interface Client {
  name: string
  ctx: Parameters<typeof core.moveSignals>[1]
  only: Restrictions
  sees(signal: Model): boolean
}
const client = ({ user }: typeof standard, only: Restrictions, sees: Client['sees']): Client => {
  const { uuid, handle, name } = user
  return { name: handle, ctx: { actor: { uuid, handle, name, auth_method: 'session' } }, only, sees }
}
const clients = [
  client(standard, unrestricted, () => true),
  client(admin, unrestricted, () => true),
  client(vera, { ...unrestricted, signals: ['status:high'] }, ({ severity }) => severity === 'high'),
  client(otto, { ...unrestricted, signals: ['-@workflow.triage.state:archived'] }, ({ state }) => state !== 'archived'),
]
const people = [standard, admin, vera, otto].map(({ user }) => user.uuid)

let signals = new Map<string, Model>()
let changes = new Map<string, { time: number; items: Item[] }>()
/** Of a signal, by the version that an undo made: the version whose picture it put back. */
let backs = new Map<string, Map<number, number>>()
let selections: { id: string; by: Client; ids: string[] }[] = []
let pool = 0

const signalOf = (id: string) => signals.get(id)!
const isLocked = ({ made }: Model) => clock.now - made > lockAfter
const aspectsOf = (a: Model, b: Model): Aspect[] => [
  ...(a.state !== b.state || a.reason !== b.reason || a.comment !== b.comment ? ['state' as const] : []),
  ...(a.assignee !== b.assignee ? ['assignee' as const] : []),
  ...(a.snooze?.until !== b.snooze?.until || a.snooze?.reason !== b.snooze?.reason ? ['snooze' as const] : []),
]

/** The model of one change of one signal: what it is then, or the code of a refusal. */
function moved(signal: Model, wanted: Wanted): Model | string {
  const { state, archive_reason: reason, archive_comment: comment, assignee, snooze, version } = wanted
  if (isLocked(signal)) return 'locked'
  if (version !== undefined && version < signal.version) return 'stale_version'
  const next = { ...signal }
  const otherwise = (reason !== undefined && reason !== signal.reason) || (comment !== undefined && comment !== signal.comment)
  if (state !== undefined && (state !== signal.state || (state === 'archived' && otherwise))) {
    next.state = state
    next.reason = state === 'archived' ? (reason ?? 'none') : null
    next.comment = state === 'archived' ? (comment ?? null) : null
  }
  if (assignee !== undefined) next.assignee = assignee === '' ? null : assignee
  if (snooze && next.state === 'archived') return 'archived'
  if (snooze !== undefined) next.snooze = snooze
  if (next.state === 'archived') next.snooze = null
  return next
}
function keep(by: Client, items: Item[], next: Model): boolean {
  const before = signalOf(next.id)
  const aspects = aspectsOf(before, next)
  if (aspects.length === 0) return false
  signals.set(next.id, { ...next, version: before.version + 1, by: by.name, at: clock.now })
  items.push({ id: next.id, version: before.version + 1, aspects, before })
  return true
}
/** All or none. */
function modelMove(by: Client, ids: string[], wanted: Wanted): { code: string } | { items: Item[] } {
  const kept = new Map(signals)
  const items: Item[] = []
  for (const id of ids) {
    const next = by.sees(signalOf(id)) ? moved(signalOf(id), wanted) : 'not_found'
    if (typeof next === 'string') {
      signals = kept
      return { code: next }
    }
    keep(by, items, next)
  }
  return { items }
}
function modelJob(by: Client, ids: string[], wanted: Wanted) {
  const items: Item[] = []
  const skipped: Skipped[] = []
  for (const id of ids) {
    const next = by.sees(signalOf(id)) ? moved(signalOf(id), wanted) : 'not_found'
    if (typeof next === 'string') skipped.push({ id, reason: next as Skipped['reason'] })
    else keep(by, items, next)
  }
  return { items, skipped }
}
/** Whether it is as it was at a version: all that came after is undone. */
function hasAgain({ id, version: now }: Model, version: number): boolean {
  let at: number | undefined = now
  while (at !== undefined && at > version) at = backs.get(id)?.get(at)
  return at === version
}
function modelUndo(by: Client, change: string): { code: string } | { items: Item[]; undone: number; skipped: Skipped[] } {
  const { time, items: touched } = changes.get(change)!
  const seen = touched.filter(({ id }) => by.sees(signalOf(id)))
  if (time < clock.now - undoableFor || (touched.length > 0 && seen.length === 0)) return { code: 'not_found' }
  const items: Item[] = []
  const skipped: Skipped[] = []
  for (const { id, version, aspects, before } of seen) {
    const signal = signalOf(id)
    if (!hasAgain(signal, version)) skipped.push({ id, reason: 'changed', by: signal.by, at: signal.at })
    else if (isLocked(signal)) skipped.push({ id, reason: 'locked' })
    else {
      const { state, reason, comment, assignee, snooze } = before
      const isKept = keep(by, items, {
        ...signal,
        ...(aspects.includes('state') && { state, reason, comment }),
        ...(aspects.includes('assignee') && { assignee }),
        ...(aspects.includes('snooze') && { snooze: snooze && snooze.until > clock.now ? snooze : null }),
      })
      if (isKept) backs.set(id, (backs.get(id) ?? new Map<number, number>()).set(signal.version + 1, before.version))
    }
  }
  if (items.length === 0 && skipped.length > 0 && skipped.every(({ reason }) => reason === 'locked')) return { code: 'locked' }
  return { items, undone: items.length, skipped }
}
function modelClock(): void {
  for (const [id, signal] of signals) if (signal.snooze && signal.snooze.until <= clock.now) signals.set(id, { ...signal, snooze: null })
}

const codeOf = (error: unknown) => ({ code: (error as Refusal).code })
const sorted = (skipped: readonly Skipped[]) => [...skipped].sort((a, b) => (a.id < b.id ? -1 : 1))

async function newPool(): Promise<void> {
  pool++
  signals = new Map()
  changes = new Map()
  backs = new Map()
  selections = []
  for (let i = 0; i < 6; i++) {
    const severity = i % 2 ? 'high' : 'low'
    const given = { title: `S${i}`, severity, message: '', tags: [`pool:p${pool}`], entities: [], logs: [] }
    const { id } = await core.createSignal(unrestricted, clients[0]!.ctx, given as Parameters<typeof core.createSignal>[2])
    const blank = { state: 'open', reason: null, comment: null, assignee: null, snooze: null } as const
    signals.set(id, { id, severity, made: clock.now, version: 1, ...blank, by: '', at: 0 })
  }
}

function wish(): Wanted {
  const kind = random.below(10)
  const state = pick(['open', 'under_review', 'archived'] as const)
  const archived = {
    ...(random.chance(0.5) && { archive_reason: pick(['false_positive', 'other', 'remediated'] as const) }),
    ...(random.chance(0.3) && { archive_comment: pick(['why', 'because']) }),
  }
  if (kind < 5) return { state, ...(state === 'archived' && archived) }
  if (kind < 7) return { assignee: pick([...people, '']) }
  if (kind < 8) return { state, assignee: pick(people) }
  return {
    snooze: random.chance(0.3) ? null : { until: clock.now + pick([600_000, 3_600_000, 86_400_000]), reason: pick(['lunch', 'asked']) },
  }
}

/** One thing that a client does, to the daemon and to the model. */
const deeds: Record<string, (by: Client) => Promise<void>> = {
  async move(by) {
    const ids = [...signals.keys()].filter(() => random.chance(0.3)).slice(0, 4)
    if (ids.length === 0) return
    const wanted = wish()
    if (ids.length === 1 && random.chance(0.4)) wanted.version = signalOf(ids[0]!).version - (random.chance(0.4) ? 1 : 0)
    const expected = modelMove(by, ids, wanted)
    const answer = await core
      .moveSignals(
        by.only,
        by.ctx,
        ids.map(id => ({ id, ...wanted })),
      )
      .catch(codeOf)
    if ('code' in expected || 'code' in answer) return expect(answer).toEqual(expected)
    expect(answer.signals.map(({ id, triage }) => [id, triage.version])).toEqual(ids.map(id => [id, signalOf(id).version]))
    changes.set(answer.change, { time: clock.now, items: expected.items })
  },
  async undo(by) {
    if (changes.size === 0) return
    const change = pick([...changes.keys()])
    const expected = modelUndo(by, change)
    const answer = await core.undoChange(by.only, by.ctx, change).catch(codeOf)
    if ('code' in expected || !('undone' in answer)) return expect(answer).toEqual(expected)
    const { id, undone, skipped } = answer.undone
    expect([undone, sorted(skipped)]).toEqual([expected.undone, sorted(expected.skipped)])
    changes.set(id, { time: clock.now, items: expected.items })
  },
  async select(by) {
    const state = pick(['open', 'under_review', 'archived'] as const)
    const asked = { query: `pool:p${pool} @workflow.triage.state:${state}`, from: 0, to: clock.now }
    const ids = [...signals.values()].filter(signal => signal.state === state && by.sees(signal)).map(({ id }) => id)
    const { id, count, locked, by_state } = await core.select(by.only, by.ctx, asked)
    expect([count, locked, by_state[state]]).toEqual([ids.length, ids.filter(one => isLocked(signalOf(one))).length, ids.length])
    if (count > 0) selections.push({ id, by, ids })
  },
  async apply() {
    const selection = selections.pop()
    if (!selection) return
    const wanted = wish()
    const { id, by, ids } = selection
    const answer = await core.applyToSelection(by.only, by.ctx, id, wanted).catch(codeOf)
    // kept for an hour
    if ('code' in answer) return expect(answer).toEqual({ code: 'not_found' })
    const expected = modelJob(by, ids, wanted)
    await core.jobsDone()
    const job: Job = await core.job(by.ctx, answer.id)
    const reasons = (skipped: readonly Skipped[]) => skipped.map(({ reason }) => reason).sort()
    expect([job.state, job.done, job.changed]).toEqual(['done', ids.length, expected.items.length])
    expect(reasons(job.skipped)).toEqual(reasons(expected.skipped))
    changes.set(answer.change, { time: clock.now, items: expected.items })
  },
  async look(by) {
    const query = `pool:p${pool} -@workflow.triage.state:archived -@workflow.triage.snoozed:true`
    const search = { track: 'signals', query, from: 0, to: clock.now, limit: 100, sort: '-timestamp' } as const
    const { rows, total } = await core.searchSignals(by.only, search)
    const seen = [...signals.values()].filter(signal => by.sees(signal) && signal.state !== 'archived' && !signal.snooze)
    expect([rows.map(({ id }) => id).sort(), total]).toEqual([seen.map(({ id }) => id).sort(), seen.length])
  },
  async clock() {
    clock.now += pick([60_000, 60_000, 900_000, 6 * 3_600_000, 6 * 3_600_000, 8 * 86_400_000])
    modelClock()
  },
}
const often = ['move', 'move', 'move', 'undo', 'undo', 'select', 'apply', 'look', 'clock']

test(`${sequences} sequences by ${clients.length} clients, seed ${seed}`, { timeout: 240_000 }, async () => {
  for (let n = 0; n < sequences; n++) {
    if (n % 20 === 0) await newPool()
    const log: string[] = []
    try {
      for (let i = 0; i < 3; i++) {
        const name = pick(often)
        const by = pick(clients)
        log.push(`${by.name} ${name}`)
        await deeds[name]!(by)
      }
      for (const signal of signals.values()) {
        const { triage } = await core.getSignal(unrestricted, signal.id)
        const { state, archive_reason, archive_comment, assignee, snooze, version } = triage
        expect({
          state,
          reason: archive_reason ?? null,
          comment: archive_comment ?? null,
          assignee: assignee?.uuid ?? null,
          snooze: snooze ? { until: snooze.until, reason: snooze.reason } : null,
          version,
        }).toEqual(
          (({ state, reason, comment, assignee, snooze, version }) => ({ state, reason, comment, assignee, snooze, version }))(signal),
        )
      }
    } catch (error) {
      throw new Error(`seed ${seed}, sequence ${n} (${log.join(', ')}): ${(error as Error).message}`, { cause: error })
    }
  }
  expect(await core.auditVerify()).toBeNull()
  expect(daemon.reported).toEqual([])
})

test('a restricted client finds, changes, notes and undoes nothing of a hidden signal', async () => {
  await newPool()
  const [hidden] = [...signals.values()].filter(({ severity }) => severity === 'low')
  const [, , restricted] = clients as [Client, Client, Client, Client]
  const { only, ctx } = restricted
  const id = hidden!.id
  const { change } = await core.moveSignals(unrestricted, clients[0]!.ctx, [{ id, state: 'under_review' }])
  const asked = [
    core.getSignal(only, id),
    core.timeline(only, id),
    core.notes(only, id),
    core.addNote(only, ctx, id, 'x'),
    core.moveSignals(only, ctx, [{ id, state: 'open' }]),
    core.undoChange(only, ctx, change),
  ]
  expect(await Promise.all(asked.map(one => one.then(() => 'answered').catch(error => (error as Refusal).status)))).toEqual(
    asked.map(() => 404),
  )
  const { count } = await core.select(only, ctx, { query: `pool:p${pool}`, from: 0, to: clock.now })
  expect(count).toBe(3)
})
