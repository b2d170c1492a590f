import { type NameType, nameTypes } from '../../shared/indicator.ts'
import { isObject, type Json } from '../../shared/json.ts'
import { findObservables } from '../../shared/observables.ts'
import type { Detection } from '../../shared/signal.ts'
import { createPacer } from '../engine/slices.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import { maySeeSignal } from './may-see.ts'

/** Of more open signals than this the newest are known by their names, of one so many names, and of a name so many characters. */
const most = { signals: 10_000, names: 100, length: 2_048 }

/** What may be a name as a whole: most values are told from one by this, sooner than by reading them. */
const mayBe = /^(?:[a-z]+:\/\/\S+|[^\s@]+@\S+|[\w.-]+\.[a-z][\w-]*\.?|[\da-f]{32,64}|cve-\S+)$/i

/** In what somebody has written any name counts, elsewhere only a value that is one: a user agent names the sites of others. */
function namesOf({ rule, title, message, group, attributes, samples }: Detection): Map<string, NameType> {
  const names = new Map<string, NameType>()
  const read = new Set<string>()
  function take(text: string, whole: boolean): void {
    for (const { type, value, from, to } of findObservables(text))
      if (type !== 'ip' && names.size < most.names && (!whole || (from === 0 && to === text.length))) names.set(value, type)
  }
  function walk(value: Json): void {
    if (typeof value === 'string') {
      if (value.length > most.length || read.has(value) || !mayBe.test(value)) return
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

/** The domains, URLs, mail addresses, hashes and CVEs that open signals are about. Read when they are first asked for, then kept up with. */
export function createOpenNames(signals: Store['signals']) {
  const names = new Map<string, Map<string, NameType>>()
  const about = new Map<string, Set<string>>()
  let changed: Set<string> | undefined
  let reading: Promise<void> | undefined

  function forget(id: string): void {
    for (const name of names.get(id)?.keys() ?? []) {
      const ids = about.get(name)!
      ids.delete(id)
      if (ids.size === 0) about.delete(name)
    }
    names.delete(id)
  }
  function read(id: string): void {
    forget(id)
    const signal = signals.get(id)
    if (!signal || signal.triage.state === 'archived') return
    const found = namesOf(signal.detection)
    if (found.size === 0) return
    names.set(id, found)
    for (const name of found.keys()) about.set(name, (about.get(name) ?? new Set()).add(id))
    if (names.size > most.signals) forget(names.keys().next().value!)
  }
  async function catchUp(): Promise<void> {
    if (!changed) {
      changed = new Set(signals.unarchived(most.signals))
      signals.hear(id => changed!.add(id))
    }
    const pace = createPacer()
    for (const id of changed) {
      changed.delete(id)
      read(id)
      await pace()
    }
  }
  const upToDate = () => (reading ??= catchUp().finally(() => (reading = undefined)))

  return {
    /** Which of these names, in normal form, stand in a signal that nobody has archived. */
    namedInOpenSignals: async (only: Restrictions, asked: string[]): Promise<string[]> => {
      if (asked.length > 0) await upToDate()
      const seen = new Map<string, boolean>()
      const isSeen = (id: string) => {
        const signal = seen.has(id) ? undefined : signals.get(id)
        if (!seen.has(id)) seen.set(id, signal !== undefined && maySeeSignal(only, signal))
        return seen.get(id)!
      }
      return asked.filter(name => about.has(name) && (only.signals === null || [...about.get(name)!].some(isSeen)))
    },
    /** The kinds of names that such signals are about. Whoever does not see all of them is told of every kind. */
    openNameTypes: async (only: Restrictions): Promise<NameType[]> => {
      if (only.signals !== null) return nameTypes
      await upToDate()
      const types = new Set<NameType>()
      for (const found of names.values()) for (const type of found.values()) types.add(type)
      return [...types]
    },
  }
}
