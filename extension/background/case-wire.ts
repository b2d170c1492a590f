import { casePriorities, caseStatuses, closeReasons } from '../../shared/case.ts'
import { get, type Json, type JsonObject } from '../../shared/json.ts'
import { isSeverity } from '../../shared/severity.ts'
import { type Person, states } from '../../shared/triage.ts'
import type { CaseEvent, CaseProjectRow, CaseRef, CaseRow, CaseThing, CaseTypeRow } from '../case-messages.ts'
import { cut } from './details.ts'
import { count, object, objects, text } from './read.ts'

/** What is shown of a title, and of a description or comment: characters. */
const longest = { title: 512, words: 20_000 }
const time = (value: Json | undefined) => Date.parse(text(value)) || 0
const toRef = (value: Json | undefined): CaseRef => ({ id: text(object(value)['id']), key: text(object(value)['key']) })

function toPerson(value: Json | undefined): Person | null {
  const { uuid, handle, name } = object(value)
  return text(handle) === '' ? null : { uuid: text(uuid), handle: text(handle), name: text(name) }
}
const nobody: Person = { uuid: '', handle: 'somebody', name: '' }

export function toCaseRow(data: JsonObject): CaseRow {
  const said = object(data['attributes'])
  const local = object(said['x_local'])
  const created = time(said['created_at'])
  const into = toRef(local['merged_into'])
  return {
    id: text(data['id']),
    key: text(said['key']),
    version: count(local['version']),
    title: cut(text(said['title']), longest.title) || 'Untitled case',
    status: caseStatuses.find(status => status === said['status']) ?? 'OPEN',
    reason: closeReasons.find(reason => reason === said['security_resolved_reason']) ?? null,
    priority: casePriorities.find(priority => priority === said['priority']) ?? 'NOT_DEFINED',
    type: text(local['type_name']),
    needsReason: local['needs_reason'] === true,
    project: text(get(local, 'project', 'key')),
    assignee: toPerson(local['assignee']),
    creator: toPerson(local['created_by']) ?? nobody,
    created,
    changed: time(said['modified_at']) || created,
    due: text(said['due_date']),
    archived: said['archived_at'] !== undefined,
    comments: count(said['comment_count']),
    insights: count(local['insights_total']),
    incidents: objects(local['incidents']).map(toRef),
    mergedInto: into.id === '' ? null : into,
    merged: objects(local['merged']).map(toRef),
  }
}
export const descriptionOf = (data: JsonObject): string => cut(text(get(data, 'attributes', 'description')), longest.words)

export function toThing(data: JsonObject): CaseThing {
  const said = object(data['attributes'])
  const { severity } = said
  return {
    type: text(said['type']),
    id: text(said['resource_id']),
    title: cut(text(said['title']), longest.title),
    ref: cut(text(said['ref']), 2048),
    severity: typeof severity === 'string' && isSeverity(severity) ? severity : null,
    state: states.find(state => state === said['state']) ?? null,
    by: text(get(said, 'added_by', 'name')) || text(get(said, 'added_by', 'handle')),
    added: count(said['added_at']),
  }
}

export function toCaseEvent(data: JsonObject): CaseEvent {
  const said = object(data['attributes'])
  const { id, handle, name } = object(get(said, 'author', 'content'))
  return {
    id: text(data['id']),
    kind: text(get(said, 'x_local', 'kind')),
    by: { uuid: text(id), handle: text(handle), name: text(name) },
    at: time(said['created_at']),
    text: cut(text(get(said, 'cell_content', 'message')), longest.words),
    edited: said['modified_at'] !== undefined,
    deleted: said['deleted_at'] !== undefined,
  }
}

export const toProject = ({ id, attributes }: JsonObject): CaseProjectRow => {
  const { key, name } = object(attributes)
  return { id: text(id), key: text(key), name: text(name) }
}
export function toCaseType({ id, attributes }: JsonObject): CaseTypeRow {
  const { name, description, x_local } = object(attributes)
  const { needs_reason: needsReason, built_in: builtIn } = object(x_local)
  return { id: text(id), name: text(name), description: text(description), needsReason: needsReason === true, builtIn: builtIn === true }
}
