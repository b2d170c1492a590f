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

/** A group's memory as it is stored. Samples are named by their log and the query that it matched: their texts are ten times the rest. */
interface Saved {
  memory: Json
  samples: [log: string, query: number][]
  signals: SavedSignal[]
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
  const aggregations = compiled.queries.map(({ aggregation }) => aggregation)
  const memory = compiled.method.start({ window: compiled.window, aggregations, room: rooms.values }, before?.memory)
  /** Of logs that may still be in the first window of a signal to come. */
  const samples = (before?.samples ?? []).flatMap(([id, queryIndex]) => {
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

  const covering = (time: number) => signals.find(signal => signal.covers(time))

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

  return {
    values,
    stream,
    /** Count a log and judge every window it is in. Answers the signals that it opened or changed. */
    judge(hit: Hit, sample: Sample): Judged[] {
      const changed = new Map<OpenSignal, boolean>()
      const joined = signals.find(signal => signal.counts(hit.time))
      const moments = memory.add(hit)
      if (joined) {
        joined.join(hit, sample)
        memory.take(hit.time)
        follow(joined)
        changed.set(joined, false)
      }
      const known = remember(sample)
      for (const moment of moments) {
        const index = compiled.conditions.findIndex(holds => holds(moment.values))
        if (index < 0) continue
        const open = covering(moment.time)
        const signal = open ?? openSignal(compiled, { values, stream, log: sample.id }, index, moment, known)
        if (!open) {
          signals.push(signal)
          follow(signal)
        }
        signal.raise(index, moment)
        if (!changed.has(signal)) changed.set(signal, !open)
      }
      return [...changed].map(([signal, opened]) => ({ signal, opened }))
    },
    /** No log at or before `time` will be judged again. True when nothing is left to know. */
    forget(time: number): boolean {
      let old = 0
      while (old < samples.length && samples[old]!.timestamp <= time) old++
      if (old > 0) for (const sample of samples.splice(0, old)) rooms.samples.give(sizeOf(sample))
      for (let i = signals.length - 1; i >= 0; i--) if (signals[i]!.isOver(time)) signals.splice(i, 1)
      return memory.forget(time) && signals.length === 0
    },
    /** Give back whatever room it took. */
    close(): void {
      for (const sample of samples) rooms.samples.give(sizeOf(sample))
      memory.close()
    },
    save(): string {
      const state: Saved = {
        memory: memory.save(),
        samples: samples.map(({ id, queryIndex }) => [id, queryIndex]),
        signals: signals.map(signal => signal.save()),
      }
      return JSON.stringify(state)
    },
  }
}
