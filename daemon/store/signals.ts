import { type JsonObject, get as member } from '../../shared/json.ts'
import type { Detection, Signal } from '../../shared/signal.ts'
import { type ArchiveReason, newTriage, type State, states, type Triage } from '../../shared/triage.ts'
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

/** A signal without what detection knows but its name. */
export interface MovableRow extends Pick<Signal, 'id' | 'seq' | 'timestamp' | 'triage'> {
  title: string
}

export interface Outcome {
  rule: string
  state: State
  archive_reason: ArchiveReason | null
  count: number
  last: number
}

/** Text of parsed signals kept in memory, as long as their version is the same. */
const cachedText = 64 * 1024 * 1024

export function openSignals(db: Database) {
  const insert = db.prepare(
    'INSERT INTO signal (id, seq, version, timestamp, state, detection, triage, rule) VALUES (:id, :seq, :version, :timestamp, :state, :detection, :triage, :rule)',
  )
  const updateDetection = db.prepare('UPDATE signal SET detection = ?, version = version + 1 WHERE id = ?')
  const updateTriage = db.prepare(
    'UPDATE signal SET triage = ?, state = ?, archive_reason = ?, snoozed_until = ?, assignee = ?, version = version + 1 WHERE id = ?',
  )
  const movable = "id, seq, timestamp, triage, detection ->> 'title' AS title"
  const selectMovable = db.prepare(`SELECT ${movable} FROM signal WHERE id = ?`)
  const selectMovableAt = db.prepare(`SELECT ${movable} FROM signal WHERE seq = ?`)
  const selectDue = db.prepare('SELECT id FROM signal WHERE snoozed_until <= ? ORDER BY snoozed_until LIMIT ?')
  const selectAssigned = db.prepare(
    "SELECT count(*) AS count FROM signal WHERE assignee = ? AND state IN ('open', 'under_review') AND snoozed_until IS NULL",
  )
  const select = db.prepare('SELECT id, seq, version, timestamp, detection, triage FROM signal WHERE id = ?')
  const selectHeading = db.prepare("SELECT detection ->> 'title' AS title, detection ->> 'severity' AS severity FROM signal WHERE id = ?")
  const selectVersions = db.prepare('SELECT id, version FROM signal WHERE timestamp BETWEEN ? AND ? ORDER BY timestamp, seq')
  const selectCounts = db.prepare('SELECT state, count(*) AS count FROM signal WHERE snoozed_until IS NULL GROUP BY state')
  const insertTimeline = db.prepare('INSERT INTO timeline VALUES (:seq, :signal_id, :time, :kind, :body)')
  const selectTimeline = db.prepare('SELECT * FROM timeline WHERE signal_id = ? ORDER BY seq')
  const insertAddress = db.prepare('INSERT OR IGNORE INTO signal_address VALUES (?, ?)')
  const selectAbout = db.prepare('SELECT signal_id FROM signal_address WHERE address = ?')
  const selectAddresses = db.prepare('SELECT DISTINCT address FROM signal_address WHERE address >= ? AND address < ? LIMIT ?')
  const selectOpen = db.prepare(
    "SELECT 1 FROM signal_address JOIN signal ON signal.id = signal_id WHERE address = ? AND state <> 'archived' LIMIT 1",
  )
  const selectAt = db.prepare('SELECT id, seq, version, timestamp, detection, triage FROM signal WHERE seq = ?')
  const selectOutcomes = db.prepare(
    'SELECT rule, state, archive_reason, count(*) AS count, max(timestamp) AS last FROM signal GROUP BY rule, state, archive_reason',
  )
  const selectIds = db.prepare('SELECT id FROM signal ORDER BY timestamp, seq')
  const selectUnarchived = db.prepare("SELECT id, seq FROM signal WHERE state <> 'archived' AND seq < ? ORDER BY seq DESC LIMIT ?")
  /** Ids of signals made or changed, and not taken by `changed` yet; what was rolled back may be among them. */
  const touched = new Set<string>()
  let heard: (id: string) => void = () => {}
  function touch(id: string): void {
    touched.add(id)
    heard(id)
  }
  const cache = new Map<string, { signal: Signal; size: number }>()
  let size = 0

  const read = (row: Row): Signal => ({
    ...row,
    detection: JSON.parse(row.detection) as Detection,
    triage: JSON.parse(row.triage) as Triage,
  })
  const get = (id: string): Signal | undefined => {
    const row = select.get(id) as unknown as Row | undefined
    return row && read(row)
  }
  /** A signal to be read, not changed. */
  function shared(id: string, version: number): Signal {
    const known = cache.get(id)
    if (known?.signal.version === version) return known.signal
    const row = select.get(id) as unknown as Row
    const entry = { signal: read(row), size: row.detection.length }
    size += entry.size - (known?.size ?? 0)
    cache.delete(id)
    cache.set(id, entry)
    for (const [oldest, { size: less }] of cache) {
      if (size <= cachedText) break
      cache.delete(oldest)
      size -= less
    }
    return entry.signal
  }
  function remember(id: string, { attributes }: Detection): void {
    for (const address of addressesOf(attributes)) insertAddress.run(address, id)
  }
  return {
    get,
    /** What a signal is called and how severe it is. */
    heading: (id: string): Pick<Detection, 'title' | 'severity'> | undefined =>
      selectHeading.get(id) as Pick<Detection, 'title' | 'severity'> | undefined,
    /** Signals made in a time range, ms UTC, both ends included, oldest first. */
    *between(from: number, to: number): Generator<Signal> {
      for (const { id, version } of selectVersions.all(from, to) as unknown as Pick<Row, 'id' | 'version'>[]) yield shared(id, version)
    },
    at(seq: number): Signal | undefined {
      const row = selectAt.get(seq) as unknown as Row | undefined
      return row && read(row)
    },
    /** Every signal counts as changed from now on. */
    markAll(): void {
      for (const { id } of selectIds.all() as { id: string }[]) touched.add(id)
    },
    /** Tell of each signal that is made or changed from now on, as `changed` does. */
    hear(listener: (id: string) => void): void {
      heard = listener
    },
    /** None counts as changed. */
    markNone: (): void => touched.clear(),
    /** Some, but no more than `most`, of the signals made or changed since they were answered last. */
    changed(most: number): Signal[] {
      const found: Signal[] = []
      for (const id of touched) {
        if (found.length >= most) break
        touched.delete(id)
        const signal = get(id)
        if (signal) found.push(signal)
      }
      return found
    },
    /** Signals that an address (normal form) is part of. */
    about: (address: string): Signal[] => (selectAbout.all(address) as { signal_id: string }[]).map(({ signal_id: id }) => get(id)!),
    /** Addresses of signals that begin with a text, in no order of theirs. */
    addressesWith: (begin: string, most: number): string[] =>
      (selectAddresses.all(begin, `${begin}\uffff`, most) as { address: string }[]).map(({ address }) => address),
    /** Whether an address is part of a signal that nobody has archived. */
    isOpen: (address: string): boolean => selectOpen.get(address) !== undefined,
    /** Those before a place in the order of commit that nobody has archived, the newest first. */
    unarchived: (before: number, most: number): Pick<Signal, 'id' | 'seq'>[] =>
      selectUnarchived.all(before, most) as unknown as Pick<Signal, 'id' | 'seq'>[],
    /** How many there are in each state, without those that are snoozed. */
    counts(): Record<State, number> {
      const counts = Object.fromEntries(states.map(state => [state, 0])) as Record<State, number>
      for (const { state, count } of selectCounts.all() as { state: State; count: number }[]) counts[state] = count
      return counts
    },
    /** How many signals of each rule came to what, and when the last of them was made, ms UTC. */
    outcomes: (): Outcome[] => selectOutcomes.all() as unknown as Outcome[],
    /** `text`: the detection as JSON, for whoever has it already. */
    add: (id: string, seq: number, timestamp: number, detection: Detection, text = JSON.stringify(detection)): void => {
      const triage = newTriage()
      insert.run({
        id,
        seq,
        version: 1,
        timestamp,
        state: triage.state,
        detection: text,
        triage: JSON.stringify(triage),
        rule: detection.rule.id,
      })
      touch(id)
      remember(id, detection)
    },
    setDetection(id: string, detection: Detection, text = JSON.stringify(detection)): void {
      updateDetection.run(text, id)
      touch(id)
      remember(id, detection)
    },
    setTriage(id: string, triage: Triage): void {
      const { state, archive_reason: reason = null, snooze, assignee } = triage
      updateTriage.run(JSON.stringify(triage), state, reason, snooze?.until ?? null, assignee?.uuid ?? null, id)
      touch(id)
    },
    /** As much of a signal as its triage needs, by its id or by its place in the order of commit. */
    movable(which: string | number): MovableRow | undefined {
      const row = (typeof which === 'string' ? selectMovable.get(which) : selectMovableAt.get(which)) as unknown as
        | (Omit<MovableRow, 'triage'> & { triage: string })
        | undefined
      return row && { ...row, triage: JSON.parse(row.triage) as Triage }
    },
    /** Signals whose snooze is over, `most` at most. */
    due: (now: number, most: number): string[] => (selectDue.all(now, most) as { id: string }[]).map(({ id }) => id),
    /** How many signals wait for this user. */
    assigned: (uuid: string): number => (selectAssigned.get(uuid) as { count: number }).count,
    note: (entry: TimelineEntry): void => void insertTimeline.run({ ...entry, body: JSON.stringify(entry.body) }),
    timeline: (id: string): TimelineEntry[] =>
      (selectTimeline.all(id) as unknown as (Omit<TimelineEntry, 'body'> & { body: string })[]).map(row => ({
        ...row,
        body: JSON.parse(row.body),
      })),
  }
}

/** Every address that a signal is about. */
function addressesOf(attributes: JsonObject): string[] {
  const list = member(attributes, 'network', 'ip', 'list')
  return Array.isArray(list) ? list.filter(address => typeof address === 'string') : []
}
