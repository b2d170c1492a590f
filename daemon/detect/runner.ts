import type { Rule } from '../../shared/rule.ts'
import type { Sample } from '../../shared/signal.ts'
import type { StateRow } from '../store/detection.ts'
import { type CompiledRule, compileRule } from './compile.ts'
import { createGroup, type Group, type Judged, type Rooms, type Sources } from './group.ts'
import type { GroupHit } from './hits.ts'
import { createRoom } from './room.ts'
import { live } from './streams.ts'

/**
 * Most that one rule remembers: groups, distinct values over all of them, and bytes of logs kept as samples for signals to come. Once for live
 * logs and once for all imports together, which can thus never starve them.
 */
export interface Limits {
  groups: number
  values: number
  samples: number
}
export const defaultLimits: Limits = { groups: 100_000, values: 1_000_000, samples: 64 * 1024 ** 2 }

/** A rule without a window takes logs up to a day late, ms. */
const day = 86_400_000

/** A group with the row that it is stored as; `group` undefined: nothing is left to store. */
export interface Entry {
  row: Omit<StateRow, 'state'>
  group: Group | undefined
}

export type Runner = ReturnType<typeof createRunner>

/** One rule at work: its groups by stream. `dirty` takes every entry that has to be stored anew. Throws what `compileRule` does. */
export function createRunner(rule: Rule, limits: Limits, dirty: Set<Entry>) {
  const compiled: CompiledRule<Rule> = compileRule(rule)
  const makeRooms = (): Rooms => ({
    groups: createRoom(limits.groups),
    values: createRoom(limits.values),
    samples: createRoom(limits.samples),
  })
  const rooms = { live: makeRooms(), imports: makeRooms() }
  const roomsOf = (stream: string) => (stream === live ? rooms.live : rooms.imports)
  const streams = new Map<string, Map<string, Entry>>()

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
    entry.group?.close()
    entry.group = undefined
    roomsOf(entry.row.stream).groups.give(1)
    dirty.add(entry)
  }

  return {
    compiled,
    sources: compiled.sources,
    clauses: compiled.clauses,
    /** A log this far behind the watermark (ms) is too late: its window is closed. */
    reach: compiled.window || day,
    /** Count a log for its group, which is made where there is none; no log at or before `until` will be judged again. Answers the signals changed. */
    judge(stream: string, { values, hit }: GroupHit, sample: Sample, until: number): Judged[] {
      const key = JSON.stringify(values)
      const known = streams.get(stream)?.get(key)
      if (!known && !roomsOf(stream).groups.take()) return []
      const entry = known ?? { row: rowOf(stream, key), group: createGroup(compiled, values, stream, roomsOf(stream)) }
      if (!known) entriesOf(stream).set(key, entry)
      dirty.add(entry)
      const group = entry.group!
      group.forget(until)
      const judged = group.judge(hit, sample)
      // a log by itself leaves nothing behind but the signal it may have opened
      if (compiled.window === 0 && group.forget(until)) remove(entry)
      return judged
    },
    /** A group as it was stored, with nothing of what lies at or before `time` if that is known. */
    restore({ stream, group: key }: StateRow, text: string, sources: Sources, time: number | undefined): void {
      const own = roomsOf(stream)
      own.groups.keep()
      const values = JSON.parse(key) as string[]
      const entry: Entry = { row: rowOf(stream, key), group: createGroup(compiled, values, stream, own, { ...sources, text }) }
      entriesOf(stream).set(key, entry)
      if (time !== undefined && entry.group!.forget(time)) remove(entry)
    },
    /** No log of the stream at or before `time` will be judged again: let go of the groups that this leaves empty. */
    sweep(stream: string, time: number): void {
      for (const entry of streams.get(stream)?.values() ?? []) if (entry.group!.forget(time)) remove(entry)
    },
    /** The watermark of the stream went back: what was swept since a group was stored would not be, after a restart, so all are stored anew. */
    storeAnew(stream: string): void {
      for (const entry of streams.get(stream)?.values() ?? []) dirty.add(entry)
    },
    /** Let go of everything, or of one stream. */
    drop(stream?: string): void {
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
