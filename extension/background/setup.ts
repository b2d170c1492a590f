import { get, isObject, type JsonObject } from '../../shared/json.ts'
import { severities } from '../../shared/severity.ts'
import type { Protocol } from '../messages.ts'
import type { SetupProtocol, TriageSettings } from '../setup-messages.ts'
import type { ServiceFacts } from '../signal-messages.ts'
import type { Daemon } from './daemon.ts'
import { toService } from './investigation.ts'
import { object } from './read.ts'
import { Refused } from './send.ts'
import { toTriageFigures, toTriageSettings } from './setup-wire.ts'
import { type Stored, unlessStale } from './unchanged.ts'

export type Setup = { [T in keyof SetupProtocol]: (asked: Protocol[T][0]) => Promise<Protocol[T][1]> }

const path = '/api/local/settings'
/** Figures of a long time may take theirs, but the browser ends a worker that waits for 30 s. */
const patience = 28_000

/** Only what has changed, so that nobody's change of the rest is put back. */
function changesOf(before: TriageSettings, after: TriageSettings): JsonObject {
  const due = severities.flatMap(severity => {
    const parts = (['acknowledge', 'resolve'] as const).filter(part => before.due[severity][part] !== after.due[severity][part])
    return parts.length === 0 ? [] : [[severity, Object.fromEntries(parts.map(part => [part, after.due[severity][part]]))]]
  })
  return {
    ...(before.assignOnAct !== after.assignOnAct && { assign_on_act: after.assignOnAct }),
    ...(due.length > 0 && { due: Object.fromEntries(due) }),
  }
}

/** What the explorer asks about how triage is set up and how it goes. Every function throws `Refused` or `Unanswered`. */
export function createSetup({ request }: Pick<Daemon, 'request'>): Setup {
  const write = (method: string, path: string, body?: JsonObject) => request(method, path, body, crypto.randomUUID())
  const placeOf = (name: string) => `/api/local/services/${encodeURIComponent(name)}`
  async function serviceOf(name: string): Promise<Stored<ServiceFacts | null>> {
    try {
      const { data } = await request('GET', placeOf(name))
      const said = object(object(data)['attributes'])
      return { stored: isObject(data) ? toService(said) : null, version: said['version'] ?? null }
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return { stored: null, version: null }
      throw error
    }
  }
  return {
    triageSettings: async () => toTriageSettings(await request('GET', path)),
    async setTriageSettings({ before, after }) {
      const read = async () => {
        const answer = await request('GET', path)
        return { stored: toTriageSettings(answer), version: get(answer, 'data', 'attributes', 'version') ?? '' }
      }
      const save = async ({ version }: Stored<TriageSettings>) =>
        write('PATCH', path, { data: { type: 'settings', attributes: { triage: changesOf(before, after), version } } })
      return toTriageSettings(await unlessStale(request, { type: 'settings', id: 'current' }, before, read, save))
    },
    async putService({ before, service }) {
      const attributes = {
        owner: service.owner.trim() || null,
        on_call: service.onCall.trim() || null,
        url: service.url.trim() || null,
        description: service.about.trim() || null,
      }
      const { data } = await unlessStale(
        request,
        { type: 'service', id: service.name },
        before,
        () => serviceOf(service.name),
        ({ version }) => write('PUT', placeOf(service.name), { data: { type: 'service', attributes: { ...attributes, version } } }),
      )
      if (!isObject(data)) throw new Refused(0, 'The daemon’s answer is not a service.')
      return toService(object(data['attributes']))
    },
    removeService: ({ name }) => write('DELETE', placeOf(name)),
    triageFigures: async ({ from }) =>
      toTriageFigures(
        await request('GET', `/api/local/triage/statistics?from=${encodeURIComponent(from)}`, undefined, undefined, patience),
      ),
  }
}
