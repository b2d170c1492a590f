import { isObject, type Json, type JsonObject } from '../../shared/json.ts'
import type { AttackerProtocol, PageAsked } from '../attacker-messages.ts'
import type { Protocol } from '../messages.ts'
import { toAttacker, toBars, toDetails, toGroup, toPage, toUser } from './attacker-wire.ts'
import type { Daemon } from './daemon.ts'
import { count, object, objects, texts } from './read.ts'

export type Attacking = { [T in keyof AttackerProtocol]: (asked: Protocol[T][0]) => Promise<Protocol[T][1]> }

const base = '/api/local/attackers'
/** A list is searched for in all signals of its range. */
const patience = 28_000

function pathOf(
  path: string,
  { query, from, offset, size, list, ...more }: Omit<PageAsked, 'sort'> & { sort?: string; group_by?: string },
): string {
  return `${path}?${new URLSearchParams({
    ...{ query, from, limit: String(size), ...more },
    ...(list && { cursor: list, offset: String(offset) }),
  })}`
}
const sharedOf = (value: Json | undefined) =>
  Object.fromEntries(Object.entries(isObject(value) ? value : {}).map(([name, values]) => [name, texts(values)]))

/** Who attacks, and whose account was taken over. Every function throws `Refused` or `Unanswered`. */
export function createAttacking({ request }: Pick<Daemon, 'request'>): Attacking {
  const get = (path: string): Promise<JsonObject> => request('GET', path, undefined, undefined, patience)
  return {
    attackers: async asked => toPage(await get(pathOf(base, asked)), toAttacker, asked.list),
    attackerGroups: async ({ by, ...asked }) => toPage(await get(pathOf(base, { ...asked, group_by: by })), toGroup, asked.list),
    compromisedUsers: async asked => toPage(await get(pathOf('/api/local/compromised-users', asked)), toUser, asked.list),
    attacker: async ({ ip }) => toDetails(object((await get(`${base}/${encodeURIComponent(ip)}`))['data'])),
    async compareAttackers({ addresses }) {
      const body = { data: { attributes: { addresses } } }
      const { data, meta } = await request('POST', `${base}/compare`, body, undefined, patience)
      const said = object(meta)
      return {
        rows: objects(data).map(one => ({ ...toAttacker(one), bars: toBars(object(one['attributes'])['histogram']) })),
        from: count(said['from']),
        to: count(said['to']),
        shared: sharedOf(said['shared']),
      }
    },
  }
}
