import type { Json } from '../../shared/json.ts'
import type { Log } from '../../shared/log.ts'
import type { Rule } from '../../shared/rule.ts'
import type { Detection, Sample } from '../../shared/signal.ts'
import type { Hit } from '../lib/kinds.ts'
import type { CompiledRule } from './compile.ts'
import type { CountingRoom } from './room.ts'
import { addSample, sampleOf, sizeOf } from './samples.ts'
import { type OpenSignal, openSignal, resumeSignal, type SavedSignal } from './signal.ts'

/** What groups of one rule share: how much they may remember together. `samples` is in bytes. */
export interface Rooms {
  groups: CountingRoom
  values: CountingRoom
  samples: CountingRoom
}

/** A signal that was not opened because there were too many: event times of its first and last log, ms UTC. */
type Refused = [first: number, last: number]

/** A group's memory as it is stored. Samples are named by their log and the query that it matched: their texts are ten times the rest. What is not a log is kept whole. */
interface Saved {
  memory: Json
  samples: ([log: string, query: number] | Sample)[]
  signals: SavedSignal[]
  refused?: Refused[]
}

/** What a log came to in a group. `same`: nothing that is stored has changed. */
export interface Verdict {
  judged: Judged[]
  same: boolean
}

/** What a group that was stored is made of, beside its own text. */
export interface Sources {
  detectionOf(signalId: string): Detection | undefined
  logOf(id: string, stream: string): Log | undefined
}

/** A signal that a log opened or changed. */
export interface Judged {
  signal: OpenSignal
  opened: boolean
}

export type Group = ReturnType<typeof createGroup>

/** What one rule knows of one group in one stream. `saved` goes on with what `save` gave. */
export function createGroup(
  compiled: CompiledRule<Rule>,
  values: readonly string[],
  stream: string,
  rooms: Rooms,
  saved?: Sources & { text: string },
) {
  const before = saved && (JSON.parse(saved.text) as Saved)
  const memory = compiled.start(rooms.values, before?.memory)
  /** Of logs that may still be in the first window of a signal to come. */
  const samples = (before?.samples ?? []).flatMap(one => {
    if (!Array.isArray(one)) return one
    const [id, queryIndex] = one
    const log = saved!.logOf(id, stream)
    return log ? { ...sampleOf(log), queryIndex } : []
  })
  for (const sample of samples) rooms.samples.keep(sizeOf(sample))
  const signals: OpenSignal[] = []
  for (const one of before?.signals ?? []) {
    const detection = one.hidden?.detection ?? saved!.detectionOf(one.id)
    // a copy: it is written to, and is the store's
    if (detection) signals.push(resumeSignal(compiled, structuredClone(detection), one))
  }

  /** Those that were not opened, so that each counts once however many logs it would have had. */
  const refused = before?.refused ?? []

  /**
   * No signal or refused one has a log after `newest`, or ends before `oldest`: a rule without a window may have a thousand of each, and most
   * logs come behind them all.
   */
  let newest = Number.NEGATIVE_INFINITY
  let oldest = Number.POSITIVE_INFINITY
  function note(last: number, end: number): void {
    newest = Math.max(newest, last)
    oldest = Math.min(oldest, end)
  }
  const noteSignal = (signal: OpenSignal) => note(signal.detection.last_seen, signal.end())
  const isBehindAll = (time: number) => time > newest + compiled.keepAlive

  const covering = (time: number) => (isBehindAll(time) ? undefined : signals.find(signal => signal.covers(time)))

  /** The samples to open a signal with: a signal keeps its own, these are for the next one. */
  function remember(sample: Sample): Sample[] {
    if (compiled.window === 0) return [sample]
    if (!rooms.samples.take(sizeOf(sample))) return [...samples, sample]
    const spare = addSample(samples, sample)
    if (spare) rooms.samples.give(sizeOf(spare))
    return samples
  }

  /** Logs that came before but belong to a signal only now that it has opened or reaches further. */
  function follow(signal: OpenSignal): void {
    for (;;) {
      const { last_seen } = signal.detection
      const tally = memory.next(last_seen)
      if (!tally || !signal.counts(tally.first)) return
      memory.take(tally.first)
      signal.absorb(tally, samples)
    }
  }

  const endOf = ([first, last]: Refused) => Math.min(last + compiled.keepAlive, first + compiled.maxDuration)
  /** Whether what would open a signal at that time must not, or is part of one that was not to be. */
  function isRefused(time: number, admit: () => boolean): boolean {
    const known = isBehindAll(time) ? undefined : refused.find(one => time >= one[0] - compiled.keepAlive && time <= endOf(one))
    if (known) {
      known[0] = Math.min(known[0], time)
      known[1] = Math.max(known[1], time)
      note(known[1], endOf(known))
      return true
    }
    if (admit()) return false
    const one: Refused = [time, time]
    refused.push(one)
    note(time, endOf(one))
    return true
  }
  for (const signal of signals) noteSignal(signal)
  for (const one of refused) note(one[1], endOf(one))

  return {
    values,
    stream,
    /** The open signal of that id. */
    signal: (id: string): OpenSignal | undefined => signals.find(signal => signal.id === id),
    /** Remember a log of before the rule. */
    learn: (hit: Hit): void => void memory.add(hit),
    /** Count a log and judge every window it is in. `admit` answers whether there may be one more signal. */
    judge(whole: Hit, sample: Sample, admit: () => boolean): Verdict {
      const changed = new Map<OpenSignal, boolean>()
      const { hit, moments, same = false } = memory.add(whole)
      if (!hit) return { judged: [], same }
      const joined = isBehindAll(hit.time) ? undefined : signals.find(signal => signal.counts(hit.time))
      if (joined) {
        joined.join(hit, sample)
        memory.take(hit.time)
        follow(joined)
        noteSignal(joined)
        changed.set(joined, false)
      }
      const known = remember(sample)
      for (const moment of moments) {
        const index = compiled.conditions.findIndex(holds => holds(moment.asked ?? moment.values))
        if (index < 0) continue
        const open = covering(moment.time)
        if (!open && isRefused(moment.time, admit)) continue
        const signal = open ?? openSignal(compiled, { values, stream, log: sample.id }, index, moment, known)
        if (!open) {
          signals.push(signal)
          follow(signal)
          noteSignal(signal)
        }
        signal.raise(index, moment)
        if (!changed.has(signal)) changed.set(signal, !open)
      }
      return { judged: [...changed].map(([signal, opened]) => ({ signal, opened })), same: false }
    },
    /** No log at or before `time` will be judged again. True when nothing is left to know. */
    forget(time: number): boolean {
      let old = 0
      while (old < samples.length && samples[old]!.timestamp <= time) old++
      if (old > 0) for (const sample of samples.splice(0, old)) rooms.samples.give(sizeOf(sample))
      if (oldest <= time) {
        const [left, leftOut] = [signals.filter(signal => !signal.isOver(time)), refused.filter(one => endOf(one) > time)]
        signals.splice(0, signals.length, ...left)
        refused.splice(0, refused.length, ...leftOut)
        oldest = Number.POSITIVE_INFINITY
        for (const signal of signals) noteSignal(signal)
        for (const one of refused) note(one[1], endOf(one))
      }
      return memory.forget(time) && signals.length === 0 && refused.length === 0
    },
    /** Give back whatever room it took. */
    close(): void {
      for (const sample of samples) rooms.samples.give(sizeOf(sample))
      memory.close()
    },
    save(): string {
      const state: Saved = {
        memory: memory.save(),
        samples: samples.map(sample => (compiled.rule.type === 'signal_correlation' ? sample : [sample.id, sample.queryIndex])),
        signals: signals.map(signal => signal.save()),
        ...(refused.length > 0 && { refused }),
      }
      return JSON.stringify(state)
    },
  }
}
