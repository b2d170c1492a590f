import type { JsonObject } from '../../shared/json.ts'
import type { Detection, Signal } from '../../shared/signal.ts'
import { newTriage, type State, states, type Triage } from '../../shared/triage.ts'
import type { Database } from './sqlite.ts'

/** One thing that happened to a signal, by people or by detection. `time` is ms UTC. */
export interface TimelineEntry {
  seq: number
  signal_id: string
  time: number
  kind: string
  body: JsonObject
}

interface Row {
  id: string
  seq: number
  version: number
  timestamp: number
  detection: string
  triage: string
}

/** Parsed signals kept in memory; a version never changes. */
const cached = 20_000

export function openSignals(db: Database) {
  const insert = db.prepare('INSERT INTO signal VALUES (:id, :seq, :version, :timestamp, :state, :detection, :triage)')
  const updateDetection = db.prepare('UPDATE signal SET detection = ?, version = version + 1 WHERE id = ?')
  const updateTriage = db.prepare('UPDATE signal SET triage = ?, state = ?, version = version + 1 WHERE id = ?')
  const select = db.prepare('SELECT id, seq, version, timestamp, detection, triage FROM signal WHERE id = ?')
  const selectVersions = db.prepare('SELECT id, version FROM signal WHERE timestamp BETWEEN ? AND ? ORDER BY timestamp, seq')
  const selectCounts = db.prepare('SELECT state, count(*) AS count FROM signal GROUP BY state')
  const insertTimeline = db.prepare('INSERT INTO timeline VALUES (:seq, :signal_id, :time, :kind, :body)')
  const selectTimeline = db.prepare('SELECT * FROM timeline WHERE signal_id = ? ORDER BY seq')
  const cache = new Map<string, Signal>()

  const get = (id: string): Signal | undefined => {
    const row = select.get(id) as unknown as Row | undefined
    return row && { ...row, detection: JSON.parse(row.detection) as Detection, triage: JSON.parse(row.triage) as Triage }
  }
  return {
    get,
    /** Signals made in a time range, ms UTC, both ends included, oldest first. */
    *between(from: number, to: number): Generator<Signal> {
      for (const { id, version } of selectVersions.all(from, to) as unknown as Pick<Row, 'id' | 'version'>[]) {
        let signal = cache.get(id)
        if (signal?.version !== version) {
          signal = get(id)!
          if (cache.size >= cached) cache.clear()
          cache.set(id, signal)
        }
        yield signal
      }
    },
    counts(): Record<State, number> {
      const counts = Object.fromEntries(states.map(state => [state, 0])) as Record<State, number>
      for (const { state, count } of selectCounts.all() as { state: State; count: number }[]) counts[state] = count
      return counts
    },
    add: (id: string, seq: number, timestamp: number, detection: Detection): void => {
      const triage = newTriage()
      insert.run({
        id,
        seq,
        version: 1,
        timestamp,
        state: triage.state,
        detection: JSON.stringify(detection),
        triage: JSON.stringify(triage),
      })
    },
    setDetection: (id: string, detection: Detection): void => void updateDetection.run(JSON.stringify(detection), id),
    setTriage: (id: string, triage: Triage): void => void updateTriage.run(JSON.stringify(triage), triage.state, id),
    note: (entry: TimelineEntry): void => void insertTimeline.run({ ...entry, body: JSON.stringify(entry.body) }),
    timeline: (id: string): TimelineEntry[] =>
      (selectTimeline.all(id) as unknown as (Omit<TimelineEntry, 'body'> & { body: string })[]).map(row => ({
        ...row,
        body: JSON.parse(row.body),
      })),
  }
}
