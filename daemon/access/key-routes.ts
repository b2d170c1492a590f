import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type Permission, permissionNames } from '../../shared/permissions.ts'
import type { Key } from '../../shared/user.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, type Env, emptyAnswer, jsonAnswer, requires, resourceBody, route } from '../lib/http.ts'
import { numberPaging, pageOf } from '../lib/paging.ts'
import type { Access } from './access.ts'
import { checkMayAssign, checkMayGive } from './hand-out.ts'
import { rightsOf } from './rights.ts'
import { KeyResource, keyResource, listOf, oneOf } from './wire.ts'

const tags = ['Users and keys']
const id = z.object({ id: z.string() })
const NewKey = oneOf(KeyResource)
const Name = z.string().min(1).max(200)
const Expiry = z.iso.datetime({ offset: true }).nullable().optional().openapi({ description: 'From then on it lets nobody in' })
const Scopes = z.array(z.enum(permissionNames)).nullable().optional()

/** Keys of one kind, everybody's or one's own, and what each operation on them takes. */
interface Group {
  path: string
  kind: Key['kind']
  type: 'api_keys' | 'application_keys'
  called: string
  isOwn: boolean
  read: Permission
  create?: Permission
  change: Permission
  revoke: Permission
}
const own = 'user_app_keys'
const everybodys = { read: 'org_app_keys_read', change: 'org_app_keys_write', revoke: 'org_app_keys_write' } as const
const forLogs = { read: 'api_keys_read', create: 'api_keys_write', change: 'api_keys_write', revoke: 'api_keys_delete' } as const
const application = { kind: 'application', type: 'application_keys' } as const
const groups: readonly Group[] = [
  { path: '/api/v2/api_keys', kind: 'api', type: 'api_keys', called: 'API key', isOwn: false, ...forLogs },
  { path: '/api/v2/application_keys', ...application, called: 'application key', isOwn: false, ...everybodys },
  {
    ...{ path: '/api/v2/current_user/application_keys', ...application, called: 'application key of mine', isOwn: true },
    ...{ read: own, create: own, change: own, revoke: own },
  },
]

/** API and application keys in Datadog's form. `now` is ms UTC. */
export function keyRoutes(access: Access, now: () => number) {
  const router = createRouter()
  for (const group of groups) addGroup(router, group, access, now)
  return addKeyFor(router, access, now)
}

function addGroup(router: ReturnType<typeof createRouter>, group: Group, access: Access, now: () => number): void {
  const { path, kind, type, called, isOwn } = group
  const isOf = (c: Context<Env>) => (key: Key) => key.kind === kind && (!isOwn || key.user === c.var.caller.user!.uuid)
  const inUse = (c: Context<Env>) => access.keys().filter(key => key.revoked_at === null && isOf(c)(key))
  /** The key of a request; one that is not theirs to see is not there. Of writes, one that was revoked: they may be asked twice. */
  function keyOf(c: Context<Env>, id: string, among: readonly Key[] = access.keys().filter(isOf(c))): Key {
    const key = among.find(key => key.id === id)
    if (!key) throw new Refusal(404, 'not_found', 'Key not found')
    return key
  }
  const attributes = z.strictObject({ name: Name, expires_at: Expiry, ...(kind === 'application' && { scopes: Scopes }) })
  type Attributes = { name?: string; expires_at?: string | null; scopes?: Permission[] | null }

  router.openapi(
    route({
      method: 'get',
      path,
      summary: `List each ${called}`,
      tags,
      middleware: [requires(group.read)],
      request: { query: z.object({ ...numberPaging, filter: z.string().optional(), sort: z.string().optional() }) },
      responses: { 200: jsonAnswer(listOf(KeyResource), 'Keys, without their secrets; those that have expired among them') },
    }),
    c => {
      const query = c.req.valid('query')
      const all = inUse(c)
      const wanted = all.filter(({ name }) => name.toLowerCase().includes((query.filter ?? '').toLowerCase()))
      const page = { total_count: all.length, total_filtered_count: wanted.length }
      return c.json({ data: pageOf(wanted, query).map(key => keyResource(key)), meta: { page } }, 200)
    },
  )
  if (group.create)
    router.openapi(
      route({
        method: 'post',
        path,
        summary: `Create an ${called}`,
        tags,
        middleware: [requires(group.create)],
        request: resourceBody(type, attributes),
        responses: { 201: jsonAnswer(NewKey, 'Created. The key is shown this once') },
      }),
      async c => {
        const { name, expires_at, scopes } = c.req.valid('json').data.attributes as Attributes & { name: string }
        const expires = readExpiry(expires_at, now()) ?? null
        const given = {
          kind,
          name,
          user: c.var.caller.user!.uuid,
          expires_at: expires,
          scopes: kind === 'api' ? null : narrowed(c, scopes),
        }
        const key = await access.createKey(c.var.write, given)
        return c.json({ data: keyResource(key, shown(key)) }, 201)
      },
    )
  router.openapi(
    route({
      method: 'get',
      path: `${path}/{id}`,
      summary: `Get an ${called}`,
      tags,
      middleware: [requires(group.read)],
      request: { params: id },
      responses: { 200: jsonAnswer(oneOf(KeyResource), 'The key, without its secret') },
    }),
    c => c.json({ data: keyResource(keyOf(c, c.req.valid('param').id, inUse(c))) }, 200),
  )
  router.openapi(
    route({
      method: 'patch',
      path: `${path}/{id}`,
      summary: `Change an ${called}`,
      tags,
      middleware: [requires(group.change)],
      request: { params: id, ...resourceBody(type, attributes.partial()) },
      responses: { 200: jsonAnswer(oneOf(KeyResource), 'The key as it is now, without its secret') },
    }),
    async c => {
      const key = keyOf(c, c.req.valid('param').id)
      const { name, expires_at, scopes } = c.req.valid('json').data.attributes as Attributes
      const expires = readExpiry(expires_at, now())
      if (scopes !== undefined) checkWidening(c, access, key, scopes)
      const changed = {
        ...(name !== undefined && { name }),
        ...(expires !== undefined && { expires_at: expires }),
        ...(scopes !== undefined && { scopes }),
      }
      return c.json({ data: keyResource(await access.updateKey(c.var.write, key.id, changed)) }, 200)
    },
  )
  router.openapi(
    route({
      method: 'delete',
      path: `${path}/{id}`,
      summary: `Revoke an ${called}`,
      tags,
      middleware: [requires(group.revoke)],
      request: { params: id },
      responses: { 204: emptyAnswer('Revoked') },
    }),
    async c => {
      await access.revokeKey(c.var.write, keyOf(c, c.req.valid('param').id).id)
      return c.body(null, 204)
    },
  )
}

/** Whoever manages users lets them in: a key that speaks for another user. */
const addKeyFor = (router: ReturnType<typeof createRouter>, access: Access, now: () => number) =>
  router.openapi(
    route({
      method: 'post',
      path: '/api/local/users/{id}/application_keys',
      summary: 'Create an application key for a user',
      tags,
      middleware: [requires('user_access_manage')],
      request: { params: id, ...resourceBody('application_keys', z.strictObject({ name: Name, expires_at: Expiry, scopes: Scopes })) },
      responses: { 201: jsonAnswer(NewKey, 'Created. The key is shown this once') },
    }),
    async c => {
      const user = access.users().get(c.req.valid('param').id)
      if (!user) throw new Refusal(404, 'not_found', 'User not found')
      checkMayAssign(
        c,
        access.roles().filter(({ id }) => user.roles.includes(id)),
      )
      const { name, expires_at, scopes } = c.req.valid('json').data.attributes
      const expires = readExpiry(expires_at, now()) ?? null
      const given = { kind: 'application' as const, name, user: user.uuid, expires_at: expires, scopes: narrowed(c, scopes) }
      const key = await access.createKey(c.var.write, given)
      return c.json({ data: keyResource(key, shown(key)) }, 201)
    },
  )

/** A key never makes one that may do more than itself. */
function narrowed(c: Context<Env>, scopes: Permission[] | null | undefined): Permission[] | null {
  const { scopes: mine } = c.var.caller
  return mine === null ? (scopes ?? null) : (scopes ?? [...mine]).filter(scope => mine.includes(scope))
}

function readExpiry(text: string | null | undefined, now: number): number | null | undefined {
  const time = typeof text === 'string' ? Date.parse(text) : text
  if (typeof time === 'number' && time <= now)
    throw new Refusal(400, 'invalid', 'data.attributes.expires_at: is in the past', {
      problems: [{ field: 'data.attributes.expires_at', message: 'is in the past' }],
    })
  return time
}

/** What a key may do beyond what it may do now is handed out. */
function checkWidening(c: Context<Env>, access: Access, key: Key, scopes: Permission[] | null): void {
  const user = access.users().get(key.user)
  if (!user) return
  const before = rightsOf(user, key, access.roles()).permissions
  const after = rightsOf(user, { id: key.id, scopes }, access.roles()).permissions
  checkMayGive(
    c,
    [...after].filter(name => !before.has(name)),
  )
}

/** When a write is asked again with its Idempotency-Key, the key is not shown a second time: the new secret was never stored. */
const shown = ({ secret, last4 }: { secret: string; last4: string }) => (secret.endsWith(last4) ? secret : undefined)
