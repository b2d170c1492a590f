import { incidentSeverities, incidentStates } from '../../../shared/incident.ts'
import {
  type IncidentChange,
  type IncidentProtocol,
  incidentFileFormats,
  incidentParts,
  type NewIncident,
  type NewPart,
} from '../../incident-messages.ts'
import { flag, type GuardsOf, list, oneOf, orNull, shape, text, whole } from '../guard.ts'
import { id, queryText, signalIds, time, version } from './parts.ts'

const incidentTitle = text(1024, title => title.trim() !== '')
const impactScope = text(8192)
const newIncident = shape<NewIncident>({
  title: incidentTitle,
  severity: oneOf(incidentSeverities),
  commander: text(64),
  impacted: flag,
  scope: impactScope,
})
const incidentChange = shape<object, Required<IncidentChange>>(
  {},
  {
    ...{ title: incidentTitle, severity: oneOf(incidentSeverities), state: oneOf(incidentStates), commander: text(64) },
    ...{ impacted: flag, scope: impactScope, impactEnd: orNull(time) },
  },
)
const part = oneOf(incidentParts)
const newPart = shape<Omit<NewPart, 'url'>, { url: string }>({ part, text: text(8192, words => words.trim() !== '') }, { url: text(2048) })

export const incidentGuards: GuardsOf<IncidentProtocol> = {
  incidents: shape({ query: queryText, offset: whole(1_000_000), size: whole(100) }),
  incident: shape({ id }),
  declareIncident: shape<{ given: NewIncident; signals: string[] }, { case: string }>(
    { given: newIncident, signals: signalIds },
    { case: id },
  ),
  selectionToIncident: shape<{ selection: string }, { id: string; given: NewIncident }>({ selection: id }, { id, given: newIncident }),
  signalsToIncident: shape({ id, signals: list(id, 1, 199) }),
  signalOutOfIncident: shape({ id, signal: id }),
  caseToIncident: shape({ id, case: id }),
  caseOutOfIncident: shape({ id, case: id }),
  changeIncident: shape<{ id: string; version: number; change: IncidentChange }, { before: IncidentChange }>(
    { id, version, change: incidentChange },
    { before: incidentChange },
  ),
  noteIncident: shape({ id, text: text(10_000, words => words.trim() !== '') }),
  addToIncident: shape({ id, more: newPart }),
  tickTodo: shape({ id, todo: id, content: text(4096), assignees: list(text(256), 0, 50), done: flag }),
  removeFromIncident: shape({ id, part, of: id }),
  incidentFile: shape({ id, format: oneOf(incidentFileFormats) }),
}
