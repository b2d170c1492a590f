import { get, type Json, type JsonObject } from '../../shared/json.ts'
import type { Protocol } from '../messages.ts'
import type { Job, JobProtocol, Selection, Skipped } from '../signal-messages.ts'
import type { Daemon } from './daemon.ts'
import { count, object, objects, text } from './read.ts'

export type Jobs = { [T in keyof JobProtocol]: (asked: Protocol[T][0]) => Promise<Protocol[T][1]> }

const toSkipped = (value: Json | undefined): Skipped[] =>
  objects(value).map(({ id, reason, by }) => ({ id: text(id), reason: text(reason), ...(text(by) && { by: text(by) }) }))

const toKeys = (value: Json | undefined): string[] => objects(value).map(({ key }) => text(key))

/** What became of an undoing. */
export function toUndone(data: Json | undefined): { undone: number; skipped: Skipped[]; cases: string[] } {
  const said = object(get(object(data), 'attributes'))
  return { undone: count(said['undone']), skipped: toSkipped(said['skipped']), cases: toKeys(said['cases']) }
}

const states = ['running', 'done', 'stopped', 'failed'] as const

export function toJob(data: Json | undefined): Job {
  const { id, attributes } = object(data)
  const said = object(attributes)
  return {
    id: text(id),
    state: states.find(state => state === said['state']) ?? 'failed',
    done: count(said['done']),
    total: count(said['total']),
    changed: count(said['changed']),
    skippedTotal: count(said['skipped_total']),
    skipped: toSkipped(said['skipped']),
    change: text(said['change']),
    cases: toKeys(said['cases']),
    error: text(said['error']),
  }
}

export function toSelection(data: Json | undefined): Selection {
  const { id, attributes } = object(data)
  const said = object(attributes)
  const states = object(said['by_state'])
  return {
    id: text(id),
    count: count(said['count']),
    locked: count(said['locked']),
    states: { open: count(states['open']), under_review: count(states['under_review']), archived: count(states['archived']) },
  }
}

const path = '/api/local/signals/selections'
/** A selection of 200,000 may take its time, but the browser ends a worker that waits for 30 s. */
const patience = 28_000

/** Changes of all that a query finds. Every function throws `Refused` or `Unanswered`. */
export function createJobs({ request }: Pick<Daemon, 'request'>): Jobs {
  return {
    async select({ query, from, to }) {
      const body = { data: { type: 'selection', attributes: { query, from, to } } }
      return toSelection((await request('POST', path, body, undefined, patience))['data'])
    },
    async applyToSelection({ id, state, reason, comment, assignee, snooze }) {
      const attributes: JsonObject = {
        ...(state && { state }),
        ...(reason && { archive_reason: reason }),
        ...(comment && { archive_comment: comment }),
        ...(assignee !== undefined && { assignee }),
        ...(snooze !== undefined && { snooze: snooze && { ...snooze } }),
      }
      const { data } = await request('POST', `${path}/${id}/apply`, { data: { type: 'bulk', attributes } }, crypto.randomUUID(), patience)
      return toJob(data)
    },
    job: async ({ id }) => toJob((await request('GET', `/api/local/jobs/${id}`))['data']),
    stopJob: async ({ id }) => toJob((await request('DELETE', `/api/local/jobs/${id}`, undefined, crypto.randomUUID()))['data']),
  }
}
