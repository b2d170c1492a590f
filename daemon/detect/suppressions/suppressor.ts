import type { JsonObject } from '../../../shared/json.ts'
import type { Doc, Log } from '../../../shared/log.ts'
import type { Rule } from '../../../shared/rule.ts'
import type { Detection } from '../../../shared/signal.ts'
import type { Suppression } from '../../../shared/suppression.ts'
import { newTriage } from '../../../shared/triage.ts'
import { signalDoc } from '../../engine/docs.ts'
import { Refusal } from '../../lib/errors.ts'
import { type Hidden, type HiddenItem, mostItems } from '../../store/suppressions.ts'
import type { CompiledRule } from '../compile.ts'
import { sampleOf } from '../samples.ts'
import { type OpenSignal, tagsOf } from '../signal.ts'
import { type CompiledSuppression, compileSuppression, isInForce } from './compile.ts'
import { ruleDoc } from './rule-doc.ts'

interface Ready extends CompiledSuppression {
  id: string
}

/** What was hidden since it was last taken, by owner: a suppression, or a rule, whoever hid it. */
interface Tally {
  signals: number
  logs: number
  last: number
  items: Record<HiddenItem['kind'], Map<string, () => HiddenItem>>
}

/** Samples of a hidden signal that are kept. */
const fewSamples = 3

/** What was hidden of a rule is kept under this name: by suppressions, whose ids its samples have, and by its own suppress filters. */
export const ownerOf = (rule: string): string => `rule:${rule}`

/**
 * Keeps from people what suppressions hide, and counts it. In force is what holds at the event time of the log that is judged: like the rest of
 * detection it has no clock. A signal that is hidden goes on in the dark, and shows as soon as nothing hides it any more; one that shows is
 * never hidden again.
 */
export function createSuppressor() {
  let all: Ready[] = []
  let concerned = new Map<CompiledRule<Rule>, Ready[]>()
  let hidden = new Map<string, Tally>()

  /** The suppressions about a rule, oldest first. */
  function about(compiled: CompiledRule<Rule>): Ready[] {
    const known = concerned.get(compiled)
    if (known) return known
    const doc = ruleDoc(compiled.rule)
    const found = all.filter(({ concerns }) => concerns(doc))
    concerned.set(compiled, found)
    return found
  }
  const inForce = ({ from, to }: Ready, time: number) => from <= time && time < to

  function tallyOf(owner: string): Tally {
    const known = hidden.get(owner)
    if (known) return known
    const made: Tally = { signals: 0, logs: 0, last: -Infinity, items: { signal: new Map(), log: new Map() } }
    hidden.set(owner, made)
    return made
  }
  function count(owner: string, what: 'signals' | 'logs', more: number, time: number): void {
    const tally = tallyOf(owner)
    tally[what] += more
    tally.last = Math.max(tally.last, time)
  }
  /** The latest stay. */
  function keep(items: Map<string, () => HiddenItem>, id: string, make: () => HiddenItem): void {
    items.delete(id)
    items.set(id, make)
    if (items.size > mostItems) items.delete(items.keys().next().value!)
  }

  return {
    /** From the next log on these are in force. */
    setSuppressions(suppressions: readonly Suppression[]): void {
      all = suppressions.filter(isInForce).flatMap(suppression => {
        try {
          return [{ id: suppression.id, ...compileSuppression(suppression) }]
        } catch (error) {
          // one that cannot be read any more hides nothing
          if (!(error instanceof Refusal)) throw error
          return []
        }
      })
      concerned = new Map()
    },
    /** Rules have changed. */
    forgetRules: (): void => void (concerned = new Map()),
    /** Whether a rule must not see a log that matches it: its own suppress filters or a data exclusion say so. */
    excludes(compiled: CompiledRule<Rule>, log: Log): boolean {
      const { id, name } = compiled.rule
      const isOwn = compiled.suppresses(log)
      const by = isOwn ? undefined : about(compiled).find(one => one.excludes && inForce(one, log.timestamp) && one.excludes(log))?.id
      if (!isOwn && by === undefined) return false
      for (const owner of [ownerOf(id), ...(by === undefined ? [] : [by])]) {
        count(owner, 'logs', 1, log.timestamp)
        keep(tallyOf(owner).items.log, log.id, () => ({
          kind: 'log',
          id: log.id,
          body: { rule: { id, name }, log: { ...sampleOf(log) }, ...hiddenBy(by) },
        }))
      }
      return true
    },
    /** Whether a signal that a log has just opened or changed stays hidden. */
    hides(compiled: CompiledRule<Rule>, signal: OpenSignal, opened: boolean, time: number): boolean {
      if (!opened && signal.hiddenBy() === undefined) return false
      const candidates = about(compiled).filter(one => one.hides && inForce(one, time))
      const doc = candidates.length > 0 && asOpened(signal.id, signal.detection)
      const by = doc ? candidates.find(one => one.hides!(doc))?.id : undefined
      const before = signal.hiddenBy()
      signal.hide(by)
      if (by === undefined) return false
      count(by, 'signals', by === before ? 0 : 1, time)
      count(ownerOf(compiled.rule.id), 'signals', opened ? 1 : 0, time)
      const item = itemOf(signal, by)
      for (const owner of [ownerOf(compiled.rule.id), by]) keep(tallyOf(owner).items.signal, signal.id, () => item)
      return true
    },
    /** What was hidden since the last call, which is then forgotten. */
    takeHidden(): Hidden[] {
      const taken = [...hidden].map(([owner, { items, ...counts }]) => ({
        owner,
        ...counts,
        items: [...items.signal.values(), ...items.log.values()].map(make => make()),
      }))
      hidden = new Map()
      return taken
    },
  }
}

/** What a signal is to a query before people have seen it. */
export const asOpened = (id: string, detection: Detection): Doc =>
  signalDoc({ id, seq: 0, version: 1, timestamp: 0, triage: newTriage(), detection: { ...detection, tags: tagsOf(detection) } })

/** Which suppression hid it, by its id; nothing where the rule itself did. */
const hiddenBy = (suppression: string | undefined): JsonObject => (suppression === undefined ? {} : { suppression })

function itemOf({ id, detection }: OpenSignal, by: string): HiddenItem {
  const { title, severity, rule, group, stream, first_seen, last_seen, events_matched, entities, samples } = detection
  return {
    kind: 'signal',
    id,
    body: {
      title,
      severity,
      rule: { id: rule.id, name: rule.name },
      group,
      stream,
      first_seen,
      last_seen,
      events_matched,
      entities: entities.slice(0, 20),
      samples: samples.slice(0, fewSamples).map(sample => ({ ...sample })),
      ...hiddenBy(by),
    },
  }
}
