import { type IconNode, Undo2 } from 'lucide'
import type { State } from '../../shared/triage.ts'
import type { Failure, Moved, Protocol, SignalRow } from '../messages.ts'
import type { ask as Ask } from '../relay.ts'
import { isFailure } from '../relay.ts'
import type { Act } from '../signal-messages.ts'
import { idsOf } from './change.ts'
import { followJob } from './jobs.ts'
import type { Toasts, Undo } from './toast.tsx'
import type { Archiving } from './triage.tsx'
import type { Whom } from './triage-words.ts'
import * as words from './triage-words.ts'
import { createTurns } from './turns.ts'

type Ids = Protocol['move'][0]['ids']

export type Changes = ReturnType<typeof createChanges>

/** Rows that are remembered as they were answered last. */
const mostKnown = 1_000
/** Rows that are asked for again together after an undo. */
const mostRead = 200

/**
 * Changes of signals as a surface makes them: in portions that can be stopped, undone from the toast. A row changes only when the daemon has
 * answered. Changes of one signal wait for each other, and each is about what the one before it has made of the signal.
 */
export function createChanges(needs: {
  ask: typeof Ask
  toasts: Toasts
  /** Signals per request. */
  portion: number
  /** A portion has been answered: `moved.done` are rows as they are now. What is shown is up to date when this is over: it is waited for. */
  applied(part: readonly SignalRow[], moved: Moved, act: Act): unknown
  /** Everything that was asked for has been answered, or was undone; waited for like that. */
  settled(undone: boolean): unknown
  /** Show a signal that somebody else has changed. */
  reveal(id: string): void
}) {
  const { ask, toasts, portion, applied, settled, reveal } = needs
  const { busy, take } = createTurns()
  /** Rows as they are since they were changed here. */
  const known = new Map<string, SignalRow>()
  /** Ids whose last change was not made: what waited for it is not made either. */
  const broken = new Set<string>()

  function know(rows: readonly SignalRow[]): void {
    for (const row of rows) {
      known.delete(row.id)
      known.set(row.id, row)
    }
    for (const id of known.keys()) if (known.size > mostKnown) known.delete(id)
  }
  const now = (row: SignalRow): SignalRow => {
    const later = known.get(row.id)
    return later && later.version > row.version ? later : row
  }

  async function inPortions(rows: readonly SignalRow[], act: Act, send: (ids: Ids) => Promise<Moved | Failure>): Promise<Moved> {
    const all: Moved = { done: [], failed: [], changes: [] }
    let toast: number | undefined
    let stopped = false
    const stop = () => {
      stopped = true
    }
    for (let from = 0; from < rows.length && !stopped; from += portion) {
      const part = rows.slice(from, from + portion)
      if (rows.length > portion)
        toast = toasts.show(
          {
            icon: words.icons[act],
            text: words.doing(act, from, rows.length),
            progress: { value: from, max: rows.length },
            action: { label: 'Stop', run: stop },
          },
          toast,
        )
      const answer = await send(idsOf(part))
      const moved = isFailure(answer) ? { done: [], failed: part.map(({ id }) => ({ id, error: answer.error })), changes: [] } : answer
      know(moved.done)
      all.done.push(...moved.done)
      all.failed.push(...moved.failed)
      all.changes.push(...moved.changes)
      await applied(part, moved, act)
    }
    if (toast !== undefined) toasts.dismiss(toast)
    return all
  }

  /** `fits`: those of the rows, as they are when their turn comes, that change by it. */
  async function make(
    rows: readonly SignalRow[],
    act: Act,
    fits: (rows: SignalRow[]) => SignalRow[],
    said: () => string,
    send: (ids: Ids) => Promise<Moved | Failure>,
  ): Promise<Moved> {
    const none: Moved = { done: [], failed: [], changes: [] }
    const able = rows.filter(row => !row.locked)
    const ids = able.map(({ id }) => id)
    if (able.every(({ id }) => !busy.peek().has(id)) && fits(able.map(now)).length === 0) return none
    let made = none
    // it can be undone from now on: whoever is quick does not undo what came before it
    const offer = toasts.offer(() => void undo(ids, () => made.changes))
    await take(ids, async () => {
      const wanted = fits(able.map(now))
      const [stuck, free] = [wanted.filter(({ id }) => broken.has(id)), wanted.filter(({ id }) => !broken.has(id))]
      made = await inPortions(free, act, send)
      made.failed.push(...stuck.map(({ id }) => ({ id, error: 'what was done before it failed' })))
      for (const { id } of made.failed) broken.add(id)
      await settled(false)
    })
    for (const id of ids) if (!busy.peek().has(id)) broken.delete(id)
    const { done, failed, changes } = made
    const stale = failed.find(({ stale }) => stale)
    if (failed.length > 0) toasts.fail(words.failed(failed, act), stale && { label: 'Show', run: () => reveal(stale.id) })
    if (changes.length === 0) offer.drop()
    if (done.length > 0) say(words.icons[act], words.done(act, done.length, said()), changes.length > 0 ? offer.run : undefined)
    return made
  }
  /** Say what was done, and offer to undo it, unless it is being undone already. */
  function say(icon: IconNode, text: string, undo: Undo | undefined): void {
    toasts.show({ icon, text, ...(undo && { action: { label: 'Undo', icon: Undo2, keys: 'U', run: undo } }) })
  }
  /** The same of what was made elsewhere; null: nothing changed by it. */
  function tell(icon: IconNode, text: string, change: string | null): void {
    say(icon, text, change === null ? undefined : toasts.offer(() => void undo([], () => [change])).run)
  }
  async function undo(ids: readonly string[], made: () => readonly string[]): Promise<void> {
    await take(ids, async () => {
      const changes = [...made()]
      if (changes.length === 0) return
      const answer = await ask('undo', { changes })
      const jobs = []
      if (!isFailure(answer)) for (const job of answer.jobs) jobs.push(await followJob(job, 'undo', { ask, toasts }))
      // whoever goes on at once does so with the versions that there are then
      await Promise.all([settled(true), readAgain(ids)])
      if (isFailure(answer)) return toasts.fail(`Not undone: ${answer.error}`)
      const undone = jobs.reduce((sum, job) => sum + job.changed, answer.undone)
      const skipped = [...answer.skipped, ...jobs.flatMap(job => job.skipped)]
      const cases = [...answer.cases, ...jobs.flatMap(job => job.cases)]
      const broken = jobs.find(job => job.state === 'failed')
      if (broken) toasts.fail(`Undone for ${undone} of ${broken.total}: ${broken.error}`)
      else if (skipped.length > 0) toasts.fail(words.notUndone({ undone, skipped, cases }))
      else toasts.show({ icon: Undo2, text: words.undone(undone, cases) })
    })
  }
  async function readAgain(ids: readonly string[]): Promise<void> {
    if (ids.length === 0 || ids.length > mostRead) return
    const answer = await ask('foundRows', { track: 'signals', ids: [...ids] })
    if (!isFailure(answer)) know(answer.rows.flatMap(({ signal }) => signal ?? []))
  }
  const assign = (rows: readonly SignalRow[], to: (rows: readonly SignalRow[]) => Whom, me: string): Promise<Moved> => {
    let whom: Whom = 'nobody'
    const fits = (rows: SignalRow[]) => {
      whom = to(rows)
      const uuid = whom === 'me' ? me : whom === 'nobody' ? undefined : whom.uuid
      return rows.filter(row => row.assignee?.uuid !== uuid)
    }
    const said = () => ` to ${words.whom(whom)}`
    return make(rows, 'assign', fits, said, ids => ask('assign', { ids, to: typeof whom === 'string' ? whom : whom.uuid }))
  }

  return {
    busy,
    tell,
    move: (rows: readonly SignalRow[], to: State, choice?: Archiving): Promise<Moved> => {
      const extra = choice && { reason: choice.reason, ...(choice.comment && { comment: choice.comment }) }
      const fits = (rows: SignalRow[]) => rows.filter(row => row.state !== to)
      return make(
        rows,
        to,
        fits,
        () => words.asReason(choice?.reason),
        ids => ask('move', { ids, state: to, ...extra }),
      )
    },
    assign: (rows: readonly SignalRow[], to: Whom, me: string): Promise<Moved> => assign(rows, () => to, me),
    /** To me, or to nobody where all of them are mine already. */
    toggleMine: (rows: readonly SignalRow[], me: string): Promise<Moved> =>
      assign(rows, rows => (rows.every(row => row.assignee?.uuid === me) ? 'nobody' : 'me'), me),
    snooze: (rows: readonly SignalRow[], until: number, reason: string): Promise<Moved> =>
      make(
        rows,
        'snooze',
        rows => rows,
        () => words.until(until),
        ids => ask('snooze', { ids, until, reason }),
      ),
    wake: (rows: readonly SignalRow[]): Promise<Moved> =>
      make(
        rows,
        'wake',
        rows => rows.filter(row => row.snooze),
        () => '',
        ids => ask('wake', { ids }),
      ),
  }
}
