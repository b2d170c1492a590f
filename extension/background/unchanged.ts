import { get, isObject, type Json, type JsonObject } from '../../shared/json.ts'
import { ago } from '../ui/age.ts'
import type { Daemon } from './daemon.ts'
import { objects, text } from './read.ts'
import { Refused } from './send.ts'

interface Asset {
  type: string
  id: string
}

/** Who changed it last, and when; undefined where whoever asks may not look it up. */
async function lastChange(request: Daemon['request'], asset: Asset, now: number) {
  const query = `@asset.type:"${asset.type}" @asset.id:${JSON.stringify(asset.id)}`
  const body: JsonObject = { track: 'audit', query, from: 0, to: now, limit: 1, sort: '-timestamp' }
  const { data } = await request('POST', '/api/local/explorer', body).catch(() => ({ data: [] }) as JsonObject)
  const [event] = objects(data)
  const usr = event && get(event, 'attributes', 'attributes', 'usr')
  if (!event || !isObject(usr)) return undefined
  const at = Date.parse(text(get(event, 'attributes', 'timestamp')))
  return { by: text(usr['name']) || text(usr['id']), at: Number.isNaN(at) ? now : at }
}

/** What is stored now, and what is sent back with a change to say that it is this that was read. */
export interface Stored<T> {
  stored: T
  version: Json
}

/**
 * Save where something still is what somebody began to change, and else say who came first. What was read then is compared with what is there
 * now; that nobody comes in between the two is up to the daemon, by the version.
 */
export async function unlessStale<T, R>(
  request: Daemon['request'],
  asset: Asset,
  before: T,
  read: () => Promise<Stored<T>>,
  save: (now: Stored<T>) => Promise<R>,
): Promise<R> {
  async function refuseStale(): Promise<Stored<T>> {
    const now = await read()
    if (canonical(before) === canonical(now.stored)) return now
    const last = await lastChange(request, asset, Date.now())
    const who = last ? `${last.by} changed it ${ago(last.at, Date.now())}` : 'somebody changed it meanwhile'
    throw new Refused(409, `Not saved: ${who}. What you typed is still here. Look at it again, then save.`)
  }
  return save(await refuseStale()).catch(async error => {
    if (error instanceof Refused && error.status === 409) await refuseStale()
    throw error
  })
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
