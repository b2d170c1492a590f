import { randomUUID } from 'node:crypto'
import type { Doc } from '../../shared/log.ts'
import type { Delivery, DeliveryState, DeliveryStatus, Notice, Why } from '../../shared/notice.ts'
import type { NotificationRule } from '../../shared/notification.ts'
import type { Signal } from '../../shared/signal.ts'
import { signalDoc } from '../engine/docs.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { InsideWork } from '../lib/kinds.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import { toMatch } from '../notify/matching.ts'
import { noticeOf, noticeOfStep, withSignal } from '../notify/notices.ts'
import { textOf } from '../notify/render.ts'
import { readTarget, wrongTarget } from '../notify/targets.ts'
import type { OutboxRow } from '../store/outbox.ts'
import type { Store } from '../store/store.ts'
import { maySeeSignal } from './may-see.ts'
import type { Audit, Write } from './writes.ts'

/** What became of one try. */
export type Tried = { sent: true } | { sent: false; error: string; again: number | null }

interface Options {
  store: Store
  write: Write
  audit: Audit
  now: () => number
  /** Whether anything may be written now that nobody asks for. */
  mayWrite(): boolean
  report: (error: unknown) => void
}

export type Notify = ReturnType<typeof createNotify>

/** Who is told of which signals: what has to be told is stored together with the signal, and stays until it is told or given up. */
export function createNotify({ store, write, audit, now, mayWrite, report }: Options) {
  const { outbox } = store
  let ready: { rule: NotificationRule; matches: ReturnType<typeof toMatch> }[] | undefined

  const rules = () =>
    (ready ??= store.notificationRules.all().flatMap(rule => {
      if (!rule.enabled) return []
      try {
        return [{ rule, matches: toMatch(rule) }]
      } catch (error) {
        // one that cannot be read any more tells of nothing, and the others go on
        report(error)
        return []
      }
    }))

  /** `from` is the rule that tells, and `wait` for how long it takes in further signals, ms. */
  function add(notice: Notice, targets: readonly string[], from = '', wait = 0): void {
    const due = notice.time + wait
    outbox.add(
      randomUUID(),
      from,
      due,
      notice,
      targets.map(target => ({ id: `msg_${randomUUID().replaceAll('-', '')}`, seq: store.nextSeq(), target })),
    )
  }
  function tell(rule: NotificationRule, signal: Signal, why: Why): void {
    const open = rule.time_aggregation > 0 ? outbox.open(rule.id, now()) : undefined
    if (!open) {
      add(noticeOf(rule, signal, why, now()), rule.targets, rule.id, rule.time_aggregation * 1000)
      return
    }
    const { notice } = open
    const isAlone = notice.signals.length === 1 && notice.signals[0]!.id === signal.id
    outbox.change(open.id, isAlone ? noticeOf(rule, signal, notice.why, notice.time) : withSignal(notice, signal))
  }
  /** Inside of the write that says so. */
  function happened(id: string, why: Why): void {
    if (rules().length === 0) return
    const signal = store.signals.get(id)!
    let known: Doc | undefined
    for (const { rule, matches } of rules()) if (matches(signal, () => (known ??= signalDoc(signal)))) tell(rule, signal, why)
  }

  function statusOf(only: Restrictions, row: OutboxRow): DeliveryStatus {
    const { why, rule, workflow, severity, title, signals } = outbox.notice(row.notice)
    const isSeen = signals.every(({ id }) => {
      const signal = store.signals.get(id)
      return signal !== undefined && maySeeSignal(only, signal)
    })
    return {
      id: row.id,
      state: row.state,
      target: row.target,
      rule: rule ?? workflow ?? { id: '', name: '' },
      why,
      severity,
      title: isSeen ? textOf(title) : null,
      signals: isSeen ? signals.map(({ id }) => id) : [],
      created: row.created,
      tries: row.tries,
      due: row.state === 'waiting' ? row.due : null,
      last_try: row.last_try,
      error: row.error,
    }
  }
  /** Those that were given up, of which each is there. */
  function dead(ids: readonly string[]): OutboxRow[] {
    return ids.map((id, i) => {
      const row = outbox.get(id)
      if (row?.state === 'dead') return row
      throw new Refusal(
        row ? 409 : 404,
        row ? 'not_dead' : 'not_found',
        row ? `The delivery ${id} is not a dead letter` : 'No such delivery',
        {
          problems: [{ field: `data.${i}.id`, message: row ? `is ${row.state}` : 'is no delivery' }],
        },
      )
    })
  }
  const said = (ctx: WriteContext, row: OutboxRow, action: 'modified' | 'deleted', message: string) =>
    audit(ctx, {
      action,
      asset: { type: 'notification', id: row.id, name: row.target },
      message: `${message} the notification to ${row.target}`,
    })

  return {
    /** There is a new signal, or one has become more severe; inside of the write that says so. */
    opened: (id: string): void => happened(id, 'opened'),
    raised: (id: string): void => happened(id, 'raised'),
    /** What a step of a workflow tells, inside of the write that says that the step is done. */
    told(
      ctx: WriteContext,
      workflow: { id: string; name: string },
      { targets: asked, ...said }: Parameters<InsideWork['notify']>[0],
      signal: Signal | undefined,
    ): string[] {
      const targets = [...new Set(asked)]
      for (const target of targets) {
        const fault = wrongTarget(target)
        if (fault) throw new Refusal(400, 'invalid', `${target} ${fault}`)
        const { kind, channel } = readTarget(target)!
        if (!kind.builtIn && !store.channels.for(channel)?.enabled)
          throw new Refusal(409, 'no_channel', `There is no channel ${channel}, or it is off`)
      }
      add(noticeOfStep(said, workflow, signal, now()), targets)
      audit(ctx, {
        action: 'created',
        asset: { type: 'notification', id: workflow.id, name: workflow.name },
        message: `asked to tell ${targets.join(', ')} “${said.title}”`,
        ...(signal && { after: { signal_id: signal.id } }),
      })
      return targets
    },
    /** Rules have changed, or may have. */
    forgetRules: (): void => void (ready = undefined),
    functions: {
      /** For each target but those that are being told, what is due first: nothing while that it was told could not be written. */
      dueDeliveries: async (busy: string[]): Promise<(Delivery & { tries: number })[]> => (mayWrite() ? outbox.due(now(), busy) : []),
      /** A delivery was tried. */
      delivered: async (id: string, tried: Tried): Promise<null> => {
        store.write(() => {
          const row = outbox.get(id)
          if (row?.state !== 'waiting') return
          const time = now()
          const state: DeliveryState = tried.sent ? 'sent' : tried.again === null ? 'dead' : 'waiting'
          const [due, error] = tried.sent ? [time, null] : [tried.again ?? time, tried.error]
          outbox.put({ ...row, state, due, error, tries: row.tries + 1, last_try: time })
          outbox.expire(time)
        })
        return null
      },
      deliveries: async (
        only: Restrictions,
        { state, before, limit }: { state: DeliveryState; before: number | null; limit: number },
      ): Promise<{ deliveries: DeliveryStatus[]; counts: Record<DeliveryState, number>; next: number | null }> => {
        const rows = outbox.page(state, before ?? Number.MAX_SAFE_INTEGER, limit)
        return {
          deliveries: rows.map(row => statusOf(only, row)),
          counts: outbox.counts(),
          next: rows.length === limit ? rows.at(-1)!.seq : null,
        }
      },
      /** Try again what was given up, from the start and under the same ids. */
      sendAgain: async (ctx: WriteContext, ids: string[]): Promise<number> =>
        write(ctx, () => {
          for (const row of dead(ids)) {
            outbox.put({ ...row, state: 'waiting', due: now(), tries: 0 })
            said(ctx, row, 'modified', 'sent again')
          }
          return { result: ids.length }
        }),
      discard: async (ctx: WriteContext, ids: string[]): Promise<number> =>
        write(ctx, () => {
          for (const row of dead(ids)) {
            outbox.remove(row)
            said(ctx, row, 'deleted', 'threw away')
          }
          return { result: ids.length }
        }),
    },
  }
}
