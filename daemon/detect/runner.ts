import type { Rule } from '../../shared/rule.ts'
import type { Sample } from '../../shared/signal.ts'
import type { StateRow } from '../store/detection.ts'
import { type CompiledRule, compileRule } from './compile.ts'
import { createGroup, type Group, type Judged, type Rooms, type Sources } from './group.ts'
import type { GroupHit } from './hits.ts'
import { createQuota, type Quota, quotaRow } from './quota.ts'
import { createRoom } from './room.ts'
import { type OpenSignal, resumeSignal } from './signal.ts'
import { live } from './streams.ts'

/**
 * Most that one rule remembers: groups, distinct values over all of them, and bytes of logs kept as samples for signals to come. Once for live
 * logs and once for all imports together, which can thus never starve them. `signals` are those that it may open in an hour of a stream.
 */
export interface Limits {
  groups: number
  values: number
  samples: number
  signals: number
}
export const defaultLimits: Limits = { groups: 100_000, values: 1_000_000, samples: 64 * 1024 ** 2, signals: 1000 }

/** A rule without a window takes logs up to a day late, ms. */
const day = 86_400_000

/** Something with the row that it is stored as; `state` undefined: nothing is left to store. */
export interface Stored {
  row: Omit<StateRow, 'state'>
  state: { save(): string } | undefined
}
interface Entry extends Stored {
  state: Group | undefined
}

export type Runner = ReturnType<typeof createRunner>

/** One rule at work: its groups by stream. `dirty` takes every entry that has to be stored anew. Throws what `compileRule` does. */
export function createRunner(rule: Rule, limits: Limits, dirty: Set<Stored>) {
  const compiled: CompiledRule<Rule> = compileRule(rule)
  const makeRooms = (): Rooms => ({
    groups: createRoom(limits.groups),
    values: createRoom(limits.values),
    samples: createRoom(limits.samples),
  })
  const rooms = { live: makeRooms(), imports: makeRooms() }
  const roomsOf = (stream: string) => (stream === live ? rooms.live : rooms.imports)
  const streams = new Map<string, Map<string, Entry>>()
  const quotas = new Map<string, { quota: Quota; stored: Stored }>()
  let suppressed = 0

  const rowOf = (stream: string, key: string) => ({ rule: rule.id, version: rule.version, stream, group: key })
  const entriesOf = (stream: string): Map<string, Entry> => {
    const known = streams.get(stream)
    if (known) return known
    const made = new Map<string, Entry>()
    streams.set(stream, made)
    return made
  }
  function remove(entry: Entry): void {
    const entries = streams.get(entry.row.stream)
    entries?.delete(entry.row.group)
    if (entries?.size === 0) streams.delete(entry.row.stream)
    entry.state?.close()
    entry.state = undefined
    roomsOf(entry.row.stream).groups.give(1)
    dirty.add(entry)
  }

  function quotaOf(stream: string, text?: string): { quota: Quota; stored: Stored } {
    const known = text === undefined ? quotas.get(stream) : undefined
    if (known) return known
    const row = rowOf(stream, quotaRow)
    const quota = createQuota(limits.signals, row, text)
    const made = { quota, stored: { row, state: quota } }
    quotas.set(stream, made)
    return made
  }
  /** A signal of before the restart: as its group has it, or else only to be written on. */
  function find(stream: string, id: string): OpenSignal | undefined {
    for (const { state } of streams.get(stream)?.values() ?? []) {
      const found = state?.signal(id)
      if (found) return found
    }
    const detection = detectionBefore(id)
    return detection && resumeSignal(compiled, structuredClone(detection), { id, from: 0, case: 0, production: true })
  }
  let detectionBefore: Sources['detectionOf'] = () => undefined

  return {
    compiled,
    sources: compiled.sources,
    clauses: compiled.clauses,
    /** A log this far behind the watermark (ms) is too late: its window is closed. */
    reach: compiled.window || day,
    /**
     * Count a log for its group, which is made where there is none; no log at or before `until` will be judged again, and the stream has come to
     * `watermark`. Answers the signals changed.
     */
    judge(stream: string, { values, hit }: GroupHit, sample: Sample, until: number, watermark: number): Judged[] {
      const key = JSON.stringify(values)
      const known = streams.get(stream)?.get(key)
      if (!known && !roomsOf(stream).groups.take()) return []
      quotas.get(stream)?.quota.resume(id => find(stream, id))
      const entry = known ?? { row: rowOf(stream, key), state: createGroup(compiled, values, stream, roomsOf(stream)) }
      if (!known) entriesOf(stream).set(key, entry)
      const group = entry.state!
      group.forget(until)
      let refused = 0
      const { judged, same } = group.judge(hit, sample, () => {
        const { quota, stored } = quotaOf(stream)
        dirty.add(stored)
        const admitted = quota.admit(watermark)
        if (!admitted) refused++
        return admitted
      })
      if (!known || !same) dirty.add(entry)
      // a log by itself leaves nothing behind but the signal it may have opened, and one that does not count nothing at all
      if ((compiled.window === 0 || same) && group.forget(until)) remove(entry)
      for (const { signal, opened } of judged) if (opened) quotaOf(stream).quota.opened(signal)
      suppressed += refused
      const last = refused > 0 ? quotaOf(stream).quota.mark() : undefined
      return last && !judged.some(({ signal }) => signal === last) ? [...judged, { signal: last, opened: false }] : judged
    },
    /** Let a group remember a log, and nothing more. */
    learn(stream: string, { values, hit }: GroupHit): void {
      const key = JSON.stringify(values)
      const known = streams.get(stream)?.get(key)
      if (!known && !roomsOf(stream).groups.take()) return
      const entry = known ?? { row: rowOf(stream, key), state: createGroup(compiled, values, stream, roomsOf(stream)) }
      if (!known) entriesOf(stream).set(key, entry)
      dirty.add(entry)
      entry.state!.learn(hit)
    },
    /** A signal that was just opened in the stream is hidden, and takes no place of those that may be opened. */
    release(stream: string): void {
      const { quota, stored } = quotaOf(stream)
      quota.release()
      dirty.add(stored)
    },
    /** Signals that there were too many since the last call. */
    takeSuppressed(): number {
      const taken = suppressed
      suppressed = 0
      return taken
    },
    /** A group as it was stored, with nothing of what lies at or before `time` if that is known. */
    restore({ stream, group: key }: StateRow, text: string, sources: Sources, time: number | undefined): void {
      detectionBefore = sources.detectionOf
      if (key === quotaRow) return void quotaOf(stream, text)
      const own = roomsOf(stream)
      own.groups.keep()
      const values = JSON.parse(key) as string[]
      const entry: Entry = { row: rowOf(stream, key), state: createGroup(compiled, values, stream, own, { ...sources, text }) }
      entriesOf(stream).set(key, entry)
      if (time !== undefined && entry.state!.forget(time)) remove(entry)
    },
    /** No log of the stream at or before `time` will be judged again: let go of the groups that this leaves empty. */
    sweep(stream: string, time: number): void {
      for (const entry of streams.get(stream)?.values() ?? []) if (entry.state!.forget(time)) remove(entry)
    },
    /** The watermark of the stream went back: what was swept since a group was stored would not be, after a restart, so all are stored anew. */
    storeAnew(stream: string): void {
      for (const entry of streams.get(stream)?.values() ?? []) dirty.add(entry)
    },
    /** Let go of everything, or of one stream. */
    drop(stream?: string): void {
      for (const [name, { stored }] of quotas)
        if (stream === undefined || stream === name) {
          stored.state = undefined
          dirty.add(stored)
          quotas.delete(name)
        }
      for (const name of stream === undefined ? [...streams.keys()] : [stream])
        for (const entry of [...(streams.get(name)?.values() ?? [])]) remove(entry)
    },
    /** Groups now, and how often there was no room for a group or a distinct value. */
    load: () => ({
      groups: [...streams.values()].reduce((sum, { size }) => sum + size, 0),
      refused: {
        groups: rooms.live.groups.refused + rooms.imports.groups.refused,
        values: rooms.live.values.refused + rooms.imports.values.refused,
      },
    }),
  }
}
