import { type NameType, nameTypes } from '../../shared/indicator.ts'
import { isObject, type Json } from '../../shared/json.ts'
import { findObservables } from '../../shared/observables.ts'
import type { Detection } from '../../shared/signal.ts'
import { createPacer } from '../engine/slices.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import { maySeeSignal } from './may-see.ts'

/** Of more open signals than this the newest are known by their names, of one so many names, and of a name so many characters. */
const limits = { signals: 10_000, names: 100, length: 2_048 }
/** Where so many signals have to be read, a question that does not wait is answered before that. */
const many = 100

/** What may be a name as a whole: most values are told from one by this, sooner than by reading them. */
const mayBe = /^(?:[a-z]+:\/\/\S+|[^\s@]+@\S+|[\w.-]+\.[a-z][\w-]*\.?|[\da-f]{32,64}|cve-\S+)$/i

/** In what somebody has written any name counts, elsewhere only a value that is one: a user agent names the sites of others. */
function namesOf({ rule, title, message, group, attributes, samples }: Detection): Map<string, NameType> {
  const names = new Map<string, NameType>()
  const read = new Set<string>()
  function take(text: string, whole: boolean): void {
    for (const { type, value, from, to } of findObservables(text))
      if (type !== 'ip' && names.size < limits.names && (!whole || (from === 0 && to === text.length))) names.set(value, type)
  }
  function walk(value: Json): void {
    if (typeof value === 'string') {
      if (value.length > limits.length || read.has(value) || !mayBe.test(value)) return
      read.add(value)
      take(value, true)
    } else if (Array.isArray(value)) value.forEach(walk)
    else if (isObject(value)) Object.values(value).forEach(walk)
  }
  if (rule.type === 'manual') for (const text of [title, message]) take(text, false)
  walk(group)
  walk(attributes)
  for (const sample of samples) walk(sample.attributes)
  return names
}

/** What is asked of names, in normal form. */
interface OpenNames {
  /** Those that stand in a signal that nobody has archived. */
  named: string[]
  /** The kinds of names that such signals are about. Whoever does not see all of them is told of every kind. */
  types: NameType[]
  /** False while signals are still read: there may be more. */
  complete: boolean
}

interface Needs {
  signals: Pick<Store['signals'], 'get' | 'unarchived' | 'hear'>
  report(error: unknown): void
  most?: number
}

/**
 * The domains, URLs, mail addresses, hashes and CVEs that open signals are about: of the newest `most`, or some more. Read from the first
 * question on, the newest first, then kept up with.
 */
export function createOpenNames({ signals, report, most = limits.signals }: Needs) {
  /** Open signals as they were read, of those that came at or after `since` all but what is in `changed`. */
  const known = new Map<string, { seq: number; names: Map<string, NameType> }>()
  const about = new Map<string, Set<string>>()
  const types = new Map<NameType, number>()
  const changed = new Set<string>()
  let since = Number.POSITIVE_INFINITY
  let behind: Promise<void> | undefined
  let closed = false

  signals.hear(id => {
    if (since < Number.POSITIVE_INFINITY) changed.add(id)
    if (changed.size > most + many) startAnew()
  })
  /** Sooner done than to go through so many changes. */
  function startAnew(): void {
    for (const all of [known, about, types, changed]) all.clear()
    since = Number.POSITIVE_INFINITY
  }

  function forget(id: string): void {
    for (const [name, type] of known.get(id)?.names ?? []) {
      const ids = about.get(name)!
      ids.delete(id)
      if (ids.size === 0) about.delete(name)
      types.set(type, types.get(type)! - 1)
    }
    known.delete(id)
  }
  function read(id: string): void {
    forget(id)
    const signal = signals.get(id)
    if (!signal || signal.triage.state === 'archived' || signal.seq < since) return
    const names = namesOf(signal.detection)
    known.set(id, { seq: signal.seq, names })
    for (const [name, type] of names) {
      about.set(name, (about.get(name) ?? new Set()).add(id))
      types.set(type, (types.get(type) ?? 0) + 1)
    }
  }
  /** Of many too many the oldest go, all at once. */
  function cut(): void {
    const oldest = [...known].sort(([, a], [, b]) => a.seq - b.seq).slice(0, -most)
    for (const [id] of oldest) forget(id)
    since = oldest.at(-1)![1].seq + 1
  }
  /** How many have to be read; `many` where older ones may follow. */
  function due(): number {
    if (changed.size === 0 && known.size < most && since > 0) {
      const older = signals.unarchived(since, many)
      since = older.at(-1)?.seq ?? 0
      for (const { id } of older) changed.add(id)
    }
    return changed.size
  }
  async function readAll(): Promise<boolean> {
    const pace = createPacer()
    while (!closed && due() > 0) {
      const [id] = changed
      changed.delete(id!)
      read(id!)
      if (known.size > most * 1.1) cut()
      await pace()
    }
    return !closed
  }

  return {
    /** `wait` until all is read, or be answered from what is known where that is much; it is read meanwhile. */
    async openNames(only: Restrictions, asked: string[], wait: boolean): Promise<OpenNames> {
      const isSoon = behind === undefined && due() < many
      const complete = isSoon || (wait && asked.length > 0) ? await readAll() : false
      if (!complete)
        behind ??= readAll()
          .then(() => {}, report)
          .finally(() => (behind = undefined))
      if (only.signals === null)
        return { named: asked.filter(name => about.has(name)), types: nameTypes.filter(type => types.get(type)), complete }
      const pace = createPacer()
      const seen = new Map<string, boolean>()
      const named: string[] = []
      for (const name of asked)
        for (const id of about.get(name) ?? []) {
          if (!seen.has(id)) {
            await pace()
            const signal = signals.get(id)
            seen.set(id, signal !== undefined && maySeeSignal(only, signal))
          }
          if (!seen.get(id)) continue
          named.push(name)
          break
        }
      return { named, types: [...nameTypes], complete }
    },
    /** Read no more. */
    async close(): Promise<void> {
      closed = true
      await behind
    },
  }
}
