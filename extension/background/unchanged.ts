import { get, isObject, type JsonObject } from '../../shared/json.ts'
import { ago } from '../ui/age.ts'
import type { Daemon } from './daemon.ts'
import { objects, text } from './read.ts'
import { Refused } from './send.ts'

/** Who changed it last, and when; undefined where whoever asks may not look it up. */
async function lastChange(request: Daemon['request'], asset: { type: string; id: string }, now: number) {
  const query = `@asset.type:"${asset.type}" @asset.id:${JSON.stringify(asset.id)}`
  const body: JsonObject = { track: 'audit', query, from: 0, to: now, limit: 1, sort: '-timestamp' }
  const { data } = await request('POST', '/api/local/explorer', body).catch(() => ({ data: [] }) as JsonObject)
  const [event] = objects(data)
  const usr = event && get(event, 'attributes', 'attributes', 'usr')
  if (!event || !isObject(usr)) return undefined
  const at = Date.parse(text(get(event, 'attributes', 'timestamp')))
  return { by: text(usr['name']) || text(usr['id']), at: Number.isNaN(at) ? now : at }
}

/**
 * Refuse where a document is not what somebody began to change: these have no versions on the wire, so what was read then is compared with what
 * is there now. Who comes first within the same few ms is still overwritten, and the audit trail has both.
 */
export async function refuseStale<T>(
  request: Daemon['request'],
  asset: { type: string; id: string },
  before: T,
  current: T,
  now = Date.now(),
): Promise<void> {
  if (canonical(before) === canonical(current)) return
  const last = await lastChange(request, asset, now)
  const who = last ? `${last.by} changed it ${ago(last.at, now)}` : 'somebody changed it meanwhile'
  throw new Refused(409, `Not saved: ${who}. What you typed is still here. Look at it again, then save.`)
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
