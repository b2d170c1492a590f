import { furthest } from '../../../shared/time.ts'
import { archiveReasons } from '../../../shared/triage.ts'
import type { BulkChange, NewSuppression, SignalProtocol } from '../../signal-messages.ts'
import { type GuardsOf, list, oneOf, orNull, shape, text, whole } from '../guard.ts'
import { id, ids, nothing, queryText, state, time } from './parts.ts'

const snoozeReason = text(1000, reason => reason.trim() !== '')
const someSnooze = shape({ until: whole(furthest), reason: snoozeReason })
const suppression = shape<Omit<NewSuppression, 'until'>, { until: number }>(
  { name: text(512, name => name !== ''), rules: queryText, hides: queryText, reason: text(4_096) },
  { until: whole(furthest) },
)

export const signalGuards: GuardsOf<SignalProtocol> = {
  undo: shape({ changes: list(id, 1, 10_000) }),
  snooze: shape({ ids, until: whole(furthest), reason: snoozeReason }),
  wake: shape({ ids }),
  unmade: nothing,
  seenUnmade: shape({ until: time }),
  select: shape({ query: queryText, from: time, to: time }),
  applyToSelection: shape<{ id: string }, Required<BulkChange>>(
    { id },
    { state, reason: oneOf(archiveReasons), comment: text(1000), assignee: text(64), snooze: orNull(someSnooze) },
  ),
  job: shape({ id }),
  stopJob: shape({ id }),
  relatedSignals: shape({ id }),
  services: nothing,
  addNote: shape({ id, text: text(10_000, note => note.trim() !== '') }),
  people: shape({ search: text(200) }),
  investigate: shape({ id }),
  previewSuppression: suppression,
  suppress: suppression,
}
