import type { Database } from './sqlite.ts'

/** What a rule remembers of one group in one stream; `state` null: nothing any more. */
export interface StateRow {
  rule: string
  version: number
  stream: string
  group: string
  state: string | null
}

/** How far a stream has come: its watermark, and to the minute when its last log was received; both ms UTC. `watermark` null: it has ended. */
export interface Mark {
  stream: string
  watermark: number | null
  received: number
}

interface Meta {
  number(key: string): number
  set(key: string, value: number): void
}

const suppressedKey = (rule: string | undefined) => (rule === undefined ? 'detect.suppressed' : `detect.suppressed.${rule}`)

/** Detection's memory, and how far it has come in the one order of everything. */
export function openDetection(db: Database, meta: Meta) {
  const upsert = db.prepare('INSERT INTO detect_state VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state')
  const remove = db.prepare('DELETE FROM detect_state WHERE rule = ? AND version = ? AND stream = ? AND grp = ?')
  const selectAll = db.prepare('SELECT rule, version, stream, grp AS "group", state FROM detect_state')
  const dropOld = db.prepare('DELETE FROM detect_state WHERE rule = ? AND version < ?')
  const setWatermark = db.prepare(
    'INSERT INTO watermark VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET watermark = excluded.watermark, received = excluded.received',
  )
  const removeWatermark = db.prepare('DELETE FROM watermark WHERE stream = ?')
  const selectWatermarks = db.prepare('SELECT stream, watermark, received FROM watermark')
  return {
    get position(): number {
      return meta.number('detect.position')
    },
    set position(seq: number) {
      meta.set('detect.position', seq)
    },
    states: (): StateRow[] => selectAll.all() as unknown as StateRow[],
    put({ rule, version, stream, group, state }: StateRow): void {
      if (state === null) remove.run(rule, version, stream, group)
      else upsert.run(rule, version, stream, group, state)
    },
    /** What older versions of a rule remembered is of no use to the new one. */
    forget: (rule: string, before: number): void => void dropOld.run(rule, before),
    watermarks: (): Mark[] => selectWatermarks.all() as unknown as Mark[],
    setWatermark({ stream, watermark, received }: Mark): void {
      if (watermark === null) removeWatermark.run(stream)
      else setWatermark.run(stream, watermark, received)
    },
    /** The version of a rule that has learned from the logs before it; 0 where none has. */
    learned: (rule: string): number => meta.number(`detect.learned.${rule}`),
    setLearned: (rule: string, version: number): void => meta.set(`detect.learned.${rule}`, version),
    get late(): number {
      return meta.number('detect.late')
    },
    addLate: (count: number): void => meta.set('detect.late', meta.number('detect.late') + count),
    /** Signals of a rule, or of all, that were not opened because there were too many. */
    suppressed: (rule?: string): number => meta.number(suppressedKey(rule)),
    addSuppressed(rule: string, count: number): void {
      for (const of of [rule, undefined]) meta.set(suppressedKey(of), meta.number(suppressedKey(of)) + count)
    },
  }
}
