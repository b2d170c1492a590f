import type { AuditEvent } from '../../shared/audit.ts'
import { rank, type Severity } from '../../shared/severity.ts'
import type { Signal } from '../../shared/signal.ts'
import { auditDoc, signalDoc } from '../engine/docs.ts'
import type { Item } from '../engine/evaluate.ts'
import type { Store } from '../store/store.ts'
import type { Track } from './track-search.ts'

const signalItem = (signal: Signal): Item<Signal> => ({
  row: signal,
  seq: signal.seq,
  doc: signalDoc(signal),
  rank: rank(signal.detection.severity),
})
const auditItem = (event: AuditEvent): Item<AuditEvent> => ({ row: event, seq: event.seq, doc: auditDoc(event) })

/** The status of a signal is its severity. */
export const rankOfStatus = (status: string): number => rank(status as Severity)

export const signalTrack = ({ signals }: Store): Track<Signal> => ({
  *between(from, to) {
    for (const signal of signals.between(from, to)) yield signalItem(signal)
  },
  markAll: signals.markAll,
  markNone: signals.markNone,
  changed: most => signals.changed(most).map(signalItem),
  at: signals.at,
})

/** Audit events only come: those after the last one that was answered are new. */
export function auditTrack({ audit }: Store): Track<AuditEvent> {
  let last = 0
  return {
    *between(from, to) {
      for (const event of audit.between(from, to)) yield auditItem(event)
    },
    markAll() {
      last = 0
    },
    markNone() {
      last = audit.head().seq
    },
    changed(most) {
      const events = audit.after(last, most)
      last = events.at(-1)?.seq ?? last
      return events.map(auditItem)
    },
    at: audit.at,
  }
}
