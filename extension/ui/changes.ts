import { signal } from '@preact/signals'
import { type IconNode, Undo2 } from 'lucide'
import type { State } from '../../shared/triage.ts'
import type { Failure, Moved, Protocol, SignalRow } from '../messages.ts'
import type { ask as Ask } from '../relay.ts'
import { isFailure } from '../relay.ts'
import { idsOf } from './change.ts'
import { followJob } from './jobs.ts'
import type { Toasts } from './toast.tsx'
import type { Archiving } from './triage.tsx'
import type { Act, Whom } from './triage-words.ts'
import * as words from './triage-words.ts'

type Ids = Protocol['move'][0]['ids']

export type Changes = ReturnType<typeof createChanges>

/** Changes of signals as a surface makes them: in portions that can be stopped, undone from the toast. A row changes only when the daemon has answered. */
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
  /** Rows whose change is under way. */
  const busy = signal<ReadonlySet<string>>(new Set())

  async function inPortions(rows: readonly SignalRow[], act: Act, send: (ids: Ids) => Promise<Moved | Failure>): Promise<Moved> {
    const all: Moved = { done: [], failed: [], changes: [] }
    let toast: number | undefined
    let stopped = false
    const stop = () => {
      stopped = true
    }
    busy.value = new Set([...busy.value, ...rows.map(row => row.id)])
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
      all.done.push(...moved.done)
      all.failed.push(...moved.failed)
      all.changes.push(...moved.changes)
      await applied(part, moved, act)
    }
    const through = new Set(rows.map(row => row.id))
    busy.value = new Set([...busy.value].filter(id => !through.has(id)))
    if (toast !== undefined) toasts.dismiss(toast)
    return all
  }

  async function make(rows: readonly SignalRow[], act: Act, said: string, send: (ids: Ids) => Promise<Moved | Failure>): Promise<Moved> {
    const wanted = rows.filter(row => !row.locked && !busy.value.has(row.id))
    if (wanted.length === 0) return { done: [], failed: [], changes: [] }
    const all = await inPortions(wanted, act, send)
    await settled(false)
    const stale = all.failed.find(({ stale }) => stale)
    if (all.failed.length > 0) toasts.fail(words.failed(all.failed, act), stale && { label: 'Show', run: () => reveal(stale.id) })
    if (all.done.length > 0) tell(words.icons[act], words.done(act, all.done.length, said), all.changes)
    return all
  }
  /** Say what was done, and offer to undo it. */
  function tell(icon: IconNode, text: string, changes: readonly string[]): void {
    const run = () => void undo(changes)
    toasts.show({ icon, text, ...(changes.length > 0 && { action: { label: 'Undo', icon: Undo2, keys: 'U', run } }) })
  }
  async function undo(changes: readonly string[]): Promise<void> {
    const answer = await ask('undo', { changes: [...changes] })
    const jobs = []
    if (!isFailure(answer)) for (const job of answer.jobs) jobs.push(await followJob(job, 'undo', { ask, toasts }))
    // whoever goes on at once does so with the versions that there are then
    await settled(true)
    if (isFailure(answer)) return toasts.fail(`Not undone: ${answer.error}`)
    const undone = jobs.reduce((sum, job) => sum + job.changed, answer.undone)
    const skipped = [...answer.skipped, ...jobs.flatMap(job => job.skipped)]
    const cases = [...answer.cases, ...jobs.flatMap(job => job.cases)]
    const broken = jobs.find(job => job.state === 'failed')
    if (broken) toasts.fail(`Undone for ${undone} of ${broken.total}: ${broken.error}`)
    else if (skipped.length > 0) toasts.fail(words.notUndone({ undone, skipped, cases }))
    else toasts.show({ icon: Undo2, text: words.undone(undone, cases) })
  }

  return {
    busy,
    tell,
    undo,
    move: (rows: readonly SignalRow[], to: State, choice?: Archiving): Promise<Moved> => {
      const extra = choice && { reason: choice.reason, ...(choice.comment && { comment: choice.comment }) }
      const moving = rows.filter(row => row.state !== to)
      return make(moving, to, words.asReason(choice?.reason), ids => ask('move', { ids, state: to, ...extra }))
    },
    assign: (rows: readonly SignalRow[], to: Whom): Promise<Moved> =>
      make(rows, 'assign', ` to ${words.whom(to)}`, ids => ask('assign', { ids, to: typeof to === 'string' ? to : to.uuid })),
    snooze: (rows: readonly SignalRow[], until: number, reason: string): Promise<Moved> =>
      make(rows, 'snooze', words.until(until), ids => ask('snooze', { ids, until, reason })),
    wake: (rows: readonly SignalRow[]): Promise<Moved> => make(rows, 'wake', '', ids => ask('wake', { ids })),
  }
}
