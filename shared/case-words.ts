import { type CaseCell, caseStatusLabels, closeReasonLabels, priorityLabel } from './case.ts'
import type { JsonObject } from './json.ts'

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const count = (value: unknown, one: string, many = `${one}s`): string =>
  value === 1 ? `1 ${one}` : `${Number(value ?? 0).toLocaleString('en')} ${many}`
const status = ({ status }: JsonObject) => caseStatusLabels[status as keyof typeof caseStatusLabels] ?? text(status)
const reason = ({ resolved_reason }: JsonObject) => closeReasonLabels[resolved_reason as keyof typeof closeReasonLabels] ?? ''
const priority = ({ priority }: JsonObject) => priorityLabel(priority as Parameters<typeof priorityLabel>[0])

/** “3 signals”, “1 signal and 2 pieces of evidence”; “signals” where null says that how many is not for whoever reads it. */
function things(to: JsonObject): string {
  const said = [
    ...(to['signals'] === null ? ['signals'] : Number(to['signals'] ?? 0) > 0 ? [count(to['signals'], 'signal')] : []),
    ...(Number(to['evidence'] ?? 0) > 0 ? [count(to['evidence'], 'piece of evidence', 'pieces of evidence')] : []),
    ...(Number(to['others'] ?? 0) > 0 ? [count(to['others'], 'other thing')] : []),
  ]
  return said.join(' and ') || 'nothing'
}
const ofAll = (to: JsonObject) => (typeof to['of'] === 'number' ? `, of ${Number(to['of']).toLocaleString('en')} that a query found` : '')

/** What each kind of cell says after the name of who did it. `from` and `to` are what was and what is. */
const sentences: Record<CaseCell['kind'], (from: JsonObject, to: JsonObject) => string> = {
  created: (_, to) => `created the case${to['signals'] || to['evidence'] ? ` from ${things(to)}` : ''}`,
  comment: () => 'commented',
  title: (from, to) => `changed the title from “${text(from['title'])}” to “${text(to['title'])}”`,
  description: () => 'changed the description',
  priority: (from, to) => `changed the priority from ${priority(from)} to ${priority(to)}`,
  status: (from, to) => `changed the status from ${status(from)} to ${status(to)}${reason(to) && `: ${reason(to)}`}`,
  resolved_reason: (_, to) => (reason(to) ? `gave the reason ${reason(to)}` : 'took the reason away'),
  assignee: (from, to) => `assigned it to ${text(to['assignee'])}, before ${text(from['assignee'])}`,
  attributes: () => 'changed attributes',
  custom_attributes: () => 'changed custom attributes',
  archived: (_, to) => (to['archived'] === true ? 'archived the case' : 'took the case out of the archive'),
  due_date: (_, to) => (text(to['due_date']) ? `set the due date to ${text(to['due_date'])}` : 'took the due date away'),
  insights_added: (_, to) => `added ${things(to)}${ofAll(to)}`,
  insights_removed: (_, to) => `unlinked ${things(to)}`,
  merged: (_, to) => `merged ${text(to['key'])} into this case, with ${things(to)} that it did not have`,
  merged_into: (_, to) => `merged this case into ${text(to['key'])}`,
  split: (_, to) => `split ${text(to['key'])} off, with ${things(to)}`,
  split_from: (_, to) => `split this case from ${text(to['key'])}`,
  incident: (_, to) => `linked the incident ${text(to['incident'])}`,
  linked: (_, to) => `linked ${text(to['entity'])} (${text(to['relationship'])})`,
  unlinked: (_, to) => `took away the link to ${text(to['entity'])} (${text(to['relationship'])})`,
}

/** What happened, as the rest of a sentence that begins with a name. */
export const sayCell = ({ kind, from = {}, to = {} }: Pick<CaseCell, 'kind' | 'from' | 'to'>): string => sentences[kind](from, to)
