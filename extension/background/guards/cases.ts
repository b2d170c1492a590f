import { casePriorities, caseStatuses, closeReasons, longestCaseText, longestTitle } from '../../../shared/case.ts'
import { type CaseChange, type CaseProtocol, type CaseTypeForm, caseFileFormats, caseSorts, type NewCase } from '../../case-messages.ts'
import { flag, type GuardsOf, list, oneOf, shape, text, whole } from '../guard.ts'
import { id, nothing, queryText, signalIds, version } from './parts.ts'

const caseTitle = text(longestTitle, title => title.trim() !== '')
const caseWords = text(longestCaseText)
const comment = text(longestCaseText, words => words.trim() !== '')
const day = text(10, day => /^\d{4}-\d\d-\d\d$/.test(day))
const caseKind = text(100, name => name.trim() !== '')
const newCase = shape<Omit<NewCase, 'assignee' | 'due'>, { assignee: string; due: string }>(
  { title: caseTitle, description: caseWords, priority: oneOf(casePriorities), project: id, type: id },
  { assignee: id, due: day },
)
const caseChange = shape<object, Required<CaseChange>>(
  {},
  {
    ...{ title: caseTitle, description: caseWords, priority: oneOf(casePriorities), status: oneOf(caseStatuses) },
    ...{ reason: oneOf(closeReasons), assignee: text(64), archived: flag, due: (value): value is string => value === '' || day(value) },
  },
)
const thing = text(256, resource => resource !== '')

export const caseGuards: GuardsOf<CaseProtocol> = {
  cases: shape({ filter: queryText, sort: oneOf(caseSorts), ascending: flag, page: whole(1_000_000), size: whole(100) }),
  caseCounts: shape({ filter: queryText, fields: list(text(20), 1, 10) }),
  case: shape({ id }),
  caseRow: shape({ id }),
  caseProjects: nothing,
  saveCaseProject: shape<{ name: string }, { id: string; key: string }>({ name: caseKind }, { id, key: text(10) }),
  deleteCaseProject: shape({ id }),
  caseTypes: nothing,
  saveCaseType: shape<{ form: CaseTypeForm }, { id: string }>(
    { form: shape<CaseTypeForm>({ name: caseKind, description: text(1000), needsReason: flag }) },
    { id },
  ),
  deleteCaseType: shape({ id }),
  createCase: shape({ given: newCase, signals: signalIds }),
  addToCase: shape({ id, signals: signalIds }),
  selectionToCase: shape<{ selection: string }, { id: string; given: NewCase }>({ selection: id }, { id, given: newCase }),
  changeCase: shape<{ id: string; version: number; change: CaseChange }, { before: CaseChange }>(
    { id, version, change: caseChange },
    { before: caseChange },
  ),
  commentCase: shape({ id, text: comment }),
  editComment: shape({ id, comment: id, text: comment }),
  deleteComment: shape({ id, comment: id }),
  unlinkFromCase: shape({ id, kind: text(40, kind => /^[A-Z_]+$/.test(kind)), thing }),
  mergeCases: shape({ id, others: list(id, 1, 20) }),
  splitCase: shape({ id, part: id }),
  caseFile: shape({ id, format: oneOf(caseFileFormats) }),
}
