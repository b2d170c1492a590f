import type { Incident, IncidentCell, IncidentPart, IncidentPartKind } from '../../shared/incident.ts'
import type { Database } from './sqlite.ts'

/** Incidents with their parts and timelines, and which signals each is about. Change them inside `store.write`. */
export function openIncidents(db: Database) {
  const upsert = db.prepare('INSERT INTO incident VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body')
  const select = db.prepare('SELECT body FROM incident WHERE id = ?')
  const selectPublic = db.prepare('SELECT body FROM incident WHERE public_id = ?')
  const selectAll = db.prepare('SELECT body FROM incident ORDER BY public_id DESC')
  const removals = [
    'DELETE FROM incident_part WHERE incident = ?',
    'DELETE FROM incident_cell WHERE incident = ?',
    'DELETE FROM incident WHERE id = ?',
  ].map(sql => db.prepare(sql))
  const upsertPart = db.prepare('INSERT INTO incident_part VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body')
  const selectPart = db.prepare('SELECT body FROM incident_part WHERE id = ? AND incident = ? AND kind = ?')
  const selectParts = db.prepare('SELECT body FROM incident_part WHERE incident = ? AND kind = ? ORDER BY seq')
  const removePart = db.prepare('DELETE FROM incident_part WHERE id = ?')
  const insertCell = db.prepare('INSERT INTO incident_cell VALUES (?, ?, ?)')
  const selectCells = db.prepare('SELECT body FROM incident_cell WHERE incident = ? ORDER BY seq')
  const insertSignal = db.prepare('INSERT OR IGNORE INTO incident_signal VALUES (?, ?)')
  const removeSignal = db.prepare('DELETE FROM incident_signal WHERE incident = ? AND signal_id = ?')
  const selectSignals = db.prepare('SELECT signal_id FROM incident_signal WHERE incident = ?')
  const countSignals = db.prepare('SELECT count(*) AS count FROM incident_signal WHERE incident = ?')
  const read = <T>(row: unknown) => (row ? (JSON.parse((row as { body: string }).body) as T) : undefined)
  const readAll = <T>(rows: unknown[]) => rows.map(row => read<T>(row)!)
  return {
    put: (incident: Incident): void => void upsert.run(incident.id, incident.public_id, JSON.stringify(incident)),
    get: (id: string): Incident | undefined => read(select.get(id)),
    byPublicId: (publicId: number): Incident | undefined => read(selectPublic.get(publicId)),
    /** The latest first. */
    all: (): Incident[] => readAll(selectAll.all()),
    /** With its parts and its timeline; its signals have to be unlinked before. */
    remove: (id: string): void => removals.forEach(removal => void removal.run(id)),

    /** `seq` orders a new one; an old one keeps its place. */
    putPart: (part: IncidentPart, seq: number): void =>
      void upsertPart.run(part.id, part.incident_id, part.kind, seq, JSON.stringify(part)),
    part: <K extends IncidentPartKind>(incident: string, kind: K, id: string): IncidentPart<K> | undefined =>
      read(selectPart.get(id, incident, kind)),
    /** Of a kind, oldest first. */
    parts: <K extends IncidentPartKind>(incident: string, kind: K): IncidentPart<K>[] => readAll(selectParts.all(incident, kind)),
    removePart: (id: string): void => void removePart.run(id),

    addCell: (cell: IncidentCell): void => void insertCell.run(cell.seq, cell.incident_id, JSON.stringify(cell)),
    /** Oldest first. */
    cells: (incident: string): IncidentCell[] => readAll(selectCells.all(incident)),

    /** The reverse of `incident_ids` of a signal's triage, by public id. */
    linkSignal: (publicId: number, signal: string): void => void insertSignal.run(publicId, signal),
    unlinkSignal: (publicId: number, signal: string): void => void removeSignal.run(publicId, signal),
    /** Ids of signals. */
    signals: (publicId: number): string[] => (selectSignals.all(publicId) as { signal_id: string }[]).map(row => row.signal_id),
    countSignals: (publicId: number): number => (countSignals.get(publicId) as { count: number }).count,
  }
}
