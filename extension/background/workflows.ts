import { get, isObject, type JsonObject } from '../../shared/json.ts'
import type { Protocol } from '../messages.ts'
import type { WorkflowProtocol } from '../workflow-messages.ts'
import type { Daemon } from './daemon.ts'
import { count, object, objects } from './read.ts'
import { Refused } from './send.ts'
import { toChoice, toInputs, toRun, toSource, toWorkflowRow } from './workflow-wire.ts'

type Asked<T extends keyof WorkflowProtocol> = Protocol[T][0]
export type Workflows = { [T in keyof WorkflowProtocol]: (asked: Asked<T>) => Promise<Protocol[T][1]> }

const base = '/api/v2/workflows'
/** Runs that a list shows. */
const shown = 50

function readObject(source: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(source)
  } catch (error) {
    throw new Refused(400, `This is not JSON: ${(error as Error).message}`)
  }
  if (!isObject(value)) throw new Refused(400, 'This is no JSON object.')
  return value
}

/** The daemon names members as they were sent; people see what stands in the editor. */
async function asWritten<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const problems = error.problems.map(problem => ({ ...problem, field: problem.field.replace(/^data\.attributes\.?/, '') }))
    throw new Refused(error.status, error.message, problems)
  }
}

/** What the explorer asks about workflows. Every function throws `Refused` or `Unanswered`. */
export function createWorkflows({ request }: Pick<Daemon, 'request'>): Workflows {
  const read = (path: string) => request('GET', path)
  const write = (method: string, path: string, body?: JsonObject) => request(method, path, body, crypto.randomUUID())
  const send = (source: string, id: string | undefined, more: JsonObject, end = '') => {
    const body = { data: { type: 'workflows', attributes: { ...readObject(source), ...more } } }
    return asWritten(id === undefined ? write('POST', `${base}${end}`, body) : write('PATCH', `${base}/${id}${end}`, body))
  }
  const rowOf = (answer: JsonObject) => toWorkflowRow(object(answer['data']))

  return {
    async workflows() {
      const { data } = await read(`${base}?limit=1000&filter[includeUnpublished]=true`)
      return { rows: objects(data).map(toWorkflowRow) }
    },
    async workflow({ id }) {
      const data = object((await read(`${base}/${id}`))['data'])
      return {
        row: toWorkflowRow(data),
        source: toSource(data),
        inputs: toInputs(get(data, 'attributes', 'spec', 'inputSchema', 'parameters')),
      }
    },
    checkWorkflow: async ({ source, id }) => send(source, id, {}, '?dry_run=true'),
    saveWorkflow: async ({ source, id, version }) => rowOf(await send(source, id, version === undefined ? {} : { x_local: { version } })),
    async publishWorkflow({ id, version, on }) {
      const attributes = { published: on, x_local: { version } }
      return rowOf(await write('PATCH', `${base}/${id}`, { data: { type: 'workflows', attributes } }))
    },
    deleteWorkflow: ({ id }) => write('DELETE', `${base}/${id}`),
    async workflowRuns({ id }) {
      const { data, meta } = await read(`${base}/${id}/instances?page[size]=${shown}`)
      return { runs: objects(data).map(run => toRun(run, id)), total: count(get(object(meta), 'page', 'totalCount')) }
    },
    async workflowRun({ workflow, id }) {
      return toRun(object((await read(`${base}/${workflow}/instances/${id}`))['data']), workflow)
    },
    async runWorkflow({ id, inputs, signal }) {
      const meta = { payload: readObject(inputs), ...(signal !== undefined && { x_local: { signal_id: signal } }) }
      return toRun(object((await write('POST', `${base}/${id}/instances`, { meta }))['data']), id)
    },
    async cancelRun({ workflow, id }) {
      return toRun(object((await write('PUT', `${base}/${workflow}/instances/${id}/cancel`))['data']), workflow)
    },
    async signalWorkflows({ id }) {
      const { data, meta } = await read(`/api/local/signals/${id}/workflows`)
      return { choices: objects(data).map(toChoice), signal: JSON.stringify(object(meta)['signal'] ?? {}, null, 2) }
    },
    async signalRuns({ id }) {
      return { runs: objects((await read(`/api/local/signals/${id}/workflow_runs`))['data']).map(run => toRun(run)) }
    },
  }
}
