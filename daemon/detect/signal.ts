import { createHash } from 'node:crypto'
import type { Rule } from '../../shared/rule.ts'
import { rank, type Severity } from '../../shared/severity.ts'
import type { Detection, Sample } from '../../shared/signal.ts'
import { messageOf } from '../engine/message.ts'
import type { Hit, Moment, Tally } from '../lib/kinds.ts'
import type { CompiledRule } from './compile.ts'
import { gatherFacts } from './facts.ts'
import { addSample } from './samples.ts'
import { isLate } from './streams.ts'

/** What has to be known of a signal beside its detection to go on with it. */
export interface SavedSignal {
  id: string
  /** Logs before this (ms UTC) are not counted any more. */
  from: number
  /** Place of the case in the rule. */
  case: number
  /** A log without a staging, test or development tag took part. */
  production: boolean
  /** What hides it, and what the store does not have since it was never shown. */
  hidden?: { by: string; detection: Detection }
}

export type OpenSignal = ReturnType<typeof resumeSignal>

/** Where a signal opens: the group by its values, and the id of the log that did it. */
export interface Origin {
  values: readonly string[]
  stream: string
  log: string
}

/**
 * The first 32 hex digits of SHA-256 over what makes a signal the same one, whatever died in between. The rule's version is part of it because
 * an edited rule remembers nothing, and the log because an import that ended and goes on does not either: what they open at the same
 * `firstSeen` (ms UTC) is another signal, and must not overwrite one that may long be archived.
 */
export const signalId = ({ id, version }: Rule, { values, stream, log }: Origin, firstSeen: number): string =>
  createHash('sha256')
    .update(JSON.stringify([id, version, values, stream, log, firstSeen]))
    .digest('hex')
    .slice(0, 32)

/** Aggregations whose value is what a window came to; of the others it is how many logs took part. */
const measured = new Set(['cardinality', 'sum', 'max'])
const mostEvidence = 10

const lowered: Record<Severity, Severity> = { critical: 'high', high: 'medium', medium: 'info', low: 'info', info: 'info' }
const isProduction = (sample: Sample): boolean => !sample.tags.some(tag => /^env:(?:staging|test|dev)/.test(tag))

/** Go on with a signal that was stored. `detection` is written to. */
export function resumeSignal(
  { rule, queries, cases, keepAlive, maxDuration }: CompiledRule<Rule>,
  detection: Detection,
  saved: SavedSignal,
) {
  const { id, from } = saved
  let { case: current, production } = saved
  let hiddenBy = saved.hidden?.by
  const gather = gatherFacts(detection)

  const severityOf = (index: number): Severity => {
    const { status } = cases[index]!
    return rule.options.decreaseCriticalityBasedOnEnv && !production ? lowered[status] : status
  }
  function setCase(index: number): void {
    const { name, status, condition } = cases[index]!
    current = index
    detection.case = { name, status, condition }
    detection.severity = severityOf(index)
    const { signalTitleTemplate: template } = rule.options.thirdPartyRuleOptions ?? {}
    const title = rule.hasExtendedTitle && name !== '' ? `${rule.name} - ${name}` : rule.name
    const own = template ? messageOf({ ...detection, message: template }) : title
    detection.title = isLate(detection.stream) ? `${own} (late match)` : own
  }
  /** A case holds at that moment. */
  function fire(index: number, { from, time, values }: Moment): void {
    const { name, status, condition } = cases[index]!
    setCase(index)
    ;(detection.fired ??= []).push({ case: { index, name, status, condition }, from, time, values: [...values] })
  }
  function include(sample: Sample): void {
    addSample(detection.samples, sample)
    gather(sample)
    if (production || !isProduction(sample)) return
    production = true
    detection.severity = severityOf(current)
  }
  const end = () => Math.min(detection.last_seen + keepAlive, detection.first_seen + maxDuration)

  return {
    id,
    detection,
    fire,
    include,
    /** Whether something at that time belongs to the same attack. */
    covers: (time: number): boolean => time >= detection.first_seen - keepAlive && time <= end(),
    /** Whether a log of that time counts; `first_seen` is part of the id and stays, so earlier ones than its first window do not. */
    counts: (time: number): boolean => time >= from && time <= end(),
    /** No log after it belongs to the attack. */
    end,
    isOver: (time: number): boolean => end() <= time,
    /** Count one more log. */
    join(hit: Hit, sample: Sample): void {
      detection.last_seen = Math.max(detection.last_seen, hit.time)
      detection.events_matched++
      for (const { index } of hit.queries) detection.queries[index]!.eventsCount++
      include(sample)
      setValues([])
    },
    /** Count logs that were there before, with those of their samples that are still known. */
    absorb(tally: Tally, samples: Iterable<Sample>): void {
      detection.last_seen = Math.max(detection.last_seen, tally.last)
      detection.events_matched += tally.events
      for (const [i, count] of tally.counts.entries()) detection.queries[i]!.eventsCount += count
      for (const sample of samples) if (sample.timestamp >= tally.first && sample.timestamp <= tally.last) include(sample)
      setValues([])
    },
    /** A case holds at that moment: never lowers. */
    raise(index: number, moment: Moment): void {
      const more = rank(severityOf(index)) - rank(detection.severity)
      if (more > 0 || (more === 0 && index < current)) fire(index, moment)
      witness(moment)
      setValues(moment.values)
    },
    /** What hides it from people: a suppression's id. */
    hiddenBy: (): string | undefined => hiddenBy,
    hide: (by: string | undefined): void => void (hiddenBy = by),
    save: (): SavedSignal => ({
      id,
      from,
      case: current,
      production,
      ...(hiddenBy !== undefined && { hidden: { by: hiddenBy, detection: snapshot(detection) } }),
    }),
  }

  /** The first things that a method saw are kept. One log may come with several moments. */
  function witness({ time, evidence }: Moment): void {
    if (!evidence) return
    const known = (detection.evidence ??= [])
    const text = JSON.stringify(evidence)
    if (known.length < mostEvidence && !known.some(({ time: _, ...one }) => JSON.stringify(one) === text)) known.push({ time, ...evidence })
  }

  /** A count is of the whole signal; anything else is the most that a window came to. */
  function setValues(values: readonly number[]): void {
    for (const [i, query] of detection.queries.entries())
      query.value = measured.has(queries[i]!.aggregation) ? Math.max(query.value, values[i] ?? query.value) : query.eventsCount
  }
}

/** Open a signal for a case that holds at a moment, with what its window holds. */
export function openSignal(
  compiled: CompiledRule<Rule>,
  origin: Origin,
  index: number,
  moment: Moment,
  samples: Iterable<Sample>,
): OpenSignal {
  const { rule } = compiled
  const tally = moment.take()
  const { name, status, condition } = compiled.cases[index]!
  const detection: Detection = {
    title: rule.name,
    message: rule.message,
    severity: 'info',
    rule: {
      id: rule.id,
      name: rule.name,
      type: rule.type,
      version: rule.version,
      detectionMethod: rule.options.detectionMethod,
      isDefault: rule.isDefault,
      tags: rule.tags,
    },
    case: { name, status, condition },
    group: compiled.groupOf(origin.values),
    stream: origin.stream,
    first_seen: tally.first,
    last_seen: tally.last,
    events_matched: 0,
    queries: compiled.queries.map(({ name, aggregation, text, groupByFields }, i) => ({
      name,
      query: text,
      aggregation,
      groupByFields: [...groupByFields],
      eventsCount: 0,
      value: moment.values[i] ?? 0,
    })),
    samples: [],
    tags: [],
    services: [],
    hosts: [],
    entities: [],
    attributes: {},
  }
  // without a window there is no first one to count from: logs up to one keep-alive earlier are the same attack
  const from = compiled.window === 0 ? tally.first - compiled.keepAlive : moment.from
  const signal = resumeSignal(compiled, detection, {
    id: signalId(rule, origin, tally.first),
    from,
    case: index,
    production: false,
  })
  signal.absorb(tally, samples)
  signal.fire(index, moment)
  return signal
}

/** The rule's tags and those that all samples share. */
export function tagsOf(detection: Pick<Detection, 'rule' | 'samples'>): string[] {
  const ownTags = ({ tags, source, service }: Sample) => [
    ...tags,
    ...(source ? [`source:${source}`] : []),
    ...(service ? [`service:${service}`] : []),
  ]
  const [first, ...rest] = detection.samples.map(ownTags)
  const shared = (first ?? []).filter(tag => rest.every(tags => tags.includes(tag)))
  return [...new Set([...detection.rule.tags, ...shared])]
}

/** A detection as it stands: later logs do not change it. */
export function snapshot(detection: Detection): Detection {
  // samples are never written to; a structured clone of them would cost more than the rest together
  const { samples, ...own } = detection
  const tags = [...tagsOf(detection), ...(isLate(own.stream) ? ['threat_intel:late'] : [])]
  return { ...structuredClone(own), tags, samples: [...samples] }
}
