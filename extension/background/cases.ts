import type { Json, JsonObject } from '../../shared/json.ts'
import type { CaseChange, CaseProtocol, CaseRow, NewCase } from '../case-messages.ts'
import type { Protocol } from '../messages.ts'
import { descriptionOf, toCaseEvent, toCaseRow, toCaseType, toProject, toThing } from './case-wire.ts'
import type { Daemon } from './daemon.ts'
import { toJob } from './jobs.ts'
import { count, object, objects, text } from './read.ts'
import { unlessStale } from './unchanged.ts'

export type Cases = { [T in keyof CaseProtocol]: (asked: Protocol[T][0]) => Promise<Protocol[T][1]> }

const wire = '/api/v2/cases'
const local = '/api/local/cases'
const types = `${wire}/types`
/** Things and events that a panel shows. */
const most = { things: 1000, events: 1000 }
/** The browser ends a worker that waits for 30 s. */
const patience = 28_000

const at = (id: string, end = '', base = wire) => `${base}/${encodeURIComponent(id)}${end}`
const body = (attributes: JsonObject = {}): JsonObject => ({ data: { type: 'case', attributes } })
const newCase = ({ type, assignee, due, ...given }: NewCase): JsonObject => ({
  ...given,
  type_id: type,
  ...(assignee && { assignee_id: assignee }),
  ...(due && { due_date: due }),
})
const rowOf = ({ data }: JsonObject): CaseRow => toCaseRow(object(data))

/** The end of the path by which a change is made, and what it carries. */
function changeOf({
  title,
  description,
  priority,
  status,
  reason,
  assignee,
  archived,
  due,
}: CaseChange): [end: string, attributes?: JsonObject] {
  if (title !== undefined) return ['/title', { title }]
  if (description !== undefined) return ['/description', { description }]
  if (priority !== undefined) return ['/priority', { priority }]
  if (status !== undefined) return ['/status', { status, ...(reason && { security_resolved_reason: reason }) }]
  if (assignee !== undefined) return assignee === '' ? ['/unassign'] : ['/assign', { assignee_id: assignee }]
  if (due !== undefined) return ['/due_date', { due_date: due || null }]
  return [archived ? '/archive' : '/unarchive']
}

/** Of a case, the parts that a form began with, to be compared with them. */
function partsOf(before: CaseChange, data: JsonObject): CaseChange {
  const { assignee, reason, ...row } = toCaseRow(data)
  const now: CaseChange = {
    ...row,
    description: descriptionOf(data),
    assignee: assignee?.uuid ?? '',
    ...(reason && { reason }),
  }
  const asked = Object.keys(before) as (keyof CaseChange)[]
  return Object.fromEntries(asked.map(name => [name, now[name]]))
}

/** Investigation cases. Every function throws `Refused` or `Unanswered`. */
export function createCases({ request, file }: Pick<Daemon, 'request' | 'file'>): Cases {
  const write = (method: string, path: string, sent?: JsonObject, timeout?: number) =>
    request(method, path, sent, crypto.randomUUID(), timeout)
  return {
    async cases({ filter, sort, ascending, page, size }) {
      const asked = new URLSearchParams({
        ...{ filter, 'page[size]': String(size), 'page[number]': String(page) },
        ...{ 'sort[field]': sort, 'sort[asc]': String(ascending) },
      })
      const { data, meta } = await request('GET', `${wire}?${asked}`)
      return { rows: objects(data).map(toCaseRow), total: count(object(object(meta)['page'])['total']) }
    },
    async caseCounts({ filter, fields }) {
      const asked = new URLSearchParams({ query_filter: filter, group_bys: fields.join(','), limit: '50' })
      const { data } = await request('GET', `${wire}/count?${asked}`)
      const groups = objects(object(object(data)['attributes'])['groups']).map(
        ({ group, group_values: values }) =>
          [text(group), objects(values).map(({ value, count: many }) => ({ value: text(value), count: count(many) }))] as const,
      )
      return { counts: Object.fromEntries(groups) }
    },
    async case({ id }) {
      const [one, things, events] = await Promise.all([
        request('GET', at(id)),
        request('GET', at(id, `/insights?page[size]=${most.things}`, local)),
        request('GET', at(id, `/timelines?page[size]=${most.events}&sort[ascending]=false`)),
      ])
      return {
        row: rowOf(one),
        description: descriptionOf(object(one['data'])),
        things: objects(things['data']).map(toThing),
        events: objects(events['data']).map(toCaseEvent).reverse(),
      }
    },
    caseRow: async ({ id }) => rowOf(await request('GET', at(id))),
    async caseProjects() {
      const { data } = await request('GET', `${wire}/projects`)
      return { projects: objects(data).map(toProject) }
    },
    async saveCaseProject({ id, key, name }) {
      const sent = (attributes: JsonObject) => ({ data: { type: 'project', attributes } })
      const path = `${wire}/projects`
      const { data } =
        id === undefined
          ? await write('POST', path, sent({ key: key ?? '', name }))
          : await write('PATCH', at(id, '', path), sent({ name }))
      return toProject(object(data))
    },
    deleteCaseProject: ({ id }) => write('DELETE', at(id, '', `${wire}/projects`)),
    caseTypes: async () => ({ types: objects((await request('GET', types))['data']).map(toCaseType) }),
    async saveCaseType({ id, form: { name, description, needsReason } }) {
      const sent = { data: { type: 'case_type', attributes: { name, description, x_local: { needs_reason: needsReason } } } }
      const { data } = await (id === undefined ? write('POST', types, sent) : write('PUT', at(id, '', types), sent))
      return toCaseType(object(data))
    },
    deleteCaseType: ({ id }) => write('DELETE', at(id, '', types)),
    createCase: async ({ given, signals }) => rowOf(await write('POST', local, body({ ...newCase(given), signals }))),
    async addToCase({ id, signals }) {
      const answer = await write('POST', at(id, '/signals', local), body({ signals }))
      return { row: rowOf(answer), added: count(object(answer['meta'])['added']) }
    },
    async selectionToCase({ selection, id, given }) {
      const path = `/api/local/signals/selections/${encodeURIComponent(selection)}/case`
      const answer = await write('POST', path, body(given ? newCase(given) : { case_id: id ?? '' }), patience)
      const { id: made, key } = object(object(answer['meta'])['case'])
      return { job: toJob(answer['data']), ref: { id: text(made), key: text(key) } }
    },
    async changeCase({ id, version, change, before }) {
      const [end, attributes] = changeOf(change)
      const save = async (seen: Json) =>
        rowOf(await write('POST', at(id, end), attributes ? body({ ...attributes, version: seen }) : { data: { type: 'case' } }))
      if (!before) return save(version)
      const read = async () => {
        const data = object((await request('GET', at(id)))['data'])
        return { stored: partsOf(before, data), version: toCaseRow(data).version }
      }
      return unlessStale(request, { type: 'case', id }, before, read, now => save(now.version))
    },
    commentCase: ({ id, text: comment }) => write('POST', at(id, '/comment'), body({ comment })),
    editComment: ({ id, comment, text: words }) =>
      write('PUT', at(id, `/comment/${encodeURIComponent(comment)}`), body({ comment: words })),
    deleteComment: ({ id, comment }) => write('DELETE', at(id, `/comment/${encodeURIComponent(comment)}`)),
    unlinkFromCase: async ({ id, kind: type, thing }) =>
      rowOf(await write('DELETE', at(id, '/insights'), body({ insights: [{ type, resource_id: thing }] }))),
    mergeCases: async ({ id, others }) => rowOf(await write('POST', at(id, '/merge', local), body({ case_ids: others }))),
    async splitCase({ id, part }) {
      const { data } = await write('POST', at(id, '/split', local), body({ case_id: part }))
      return toCaseRow(objects(data)[1] ?? {})
    },
    async caseFile({ id, format }) {
      const response = await file(at(id, `/export?format=${format}`, local))
      const name = /filename="([\w.-]{1,100})"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1]
      return { name: name ?? `case.${format}`, type: response.headers.get('Content-Type') ?? 'text/plain', content: await response.text() }
    },
  }
}
