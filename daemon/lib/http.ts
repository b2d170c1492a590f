import { createRoute, OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { Permission } from '../../shared/permissions.ts'
import type { User } from '../../shared/user.ts'
import type { WriteContext } from './actor.ts'
import { problemsOf, Refusal } from './errors.ts'
import type { Restrictions } from './restrictions.ts'

/** Who is calling, once access has let them in. A caller with an API key alone has no user, and may only bring logs. */
export interface Caller {
  user: User | null
  scopes: readonly Permission[] | null
  keyId: string
  /** What they may do, by all of their roles and at most with the scopes of the key. */
  permissions: ReadonlySet<Permission>
  restrictions: Restrictions
}

export type Env = { Variables: { caller: Caller; write: WriteContext; isReadOnly: boolean } }

/** A router whose checks refuse in the one shape: every problem with its field. */
export const createRouter = () =>
  new OpenAPIHono<Env>({
    defaultHook: result => {
      if (!result.success) throw invalid(result.error.issues)
    },
  })

/** A refusal for what zod found wrong with a request. */
export function invalid(issues: readonly z.core.$ZodIssue[], prefix: readonly PropertyKey[] = []): Refusal {
  const problems = problemsOf(issues, prefix).map(({ field, message }) => ({ field: field || 'body', message }))
  const [first, ...others] = problems
  const more = others.length > 0 ? `, and ${others.length} more` : ''
  return new Refusal(400, 'invalid', `${first?.field ?? 'body'}: ${first?.message ?? 'is not what it should be'}${more}`, { problems })
}

/** Only callers with this permission come through. */
export const requires = (permission: Permission): MiddlewareHandler<Env> & { permission: Permission } => {
  const check = createMiddleware<Env>(async (c, next) => {
    if (!may(c, permission)) throw forbidden(permission)
    await next()
  })
  return Object.assign(check, { permission })
}
export const forbidden = (permission: Permission) =>
  new Refusal(403, 'forbidden', `This needs the permission ${permission}`, {
    problems: [{ field: permission, message: 'is missing from this key or role' }],
  })

/** Nothing is written while the daemon is read-only, logs that come in included: who sends them sends them again. */
const refuseWrites = createMiddleware<Env>(async (c, next) => {
  if (c.var.isReadOnly) throw isReadOnly()
  await next()
})
export const isReadOnly = () =>
  new Refusal(
    403,
    'read_only',
    'The daemon is read-only: nothing is written, and reading works. The setting `read_only` or --read-only makes it so',
    // the public wire has no room for a code
    { headers: { 'Signalbox-Read-Only': 'true' } },
  )

/**
 * Who may call an operation: `anybody` without a key, `intake` with an API key alone, `bouncer` with a key of its own, `user` whoever has a
 * user; else who has all of some
 * permissions, one of them, or that of the track that is asked about.
 */
export type Needs =
  | 'anybody'
  | 'intake'
  | 'bouncer'
  | 'user'
  | readonly Permission[]
  | { one_of: readonly Permission[] }
  | { by_track: Readonly<Record<string, Permission | 'user'>> }

/** What a route asks for: what its own checks say, unless it declares it. There is no route that says nothing. */
function needsOf({ method, path, middleware = [], ...declared }: RouteConfig): Needs {
  const permissions = [middleware].flat().flatMap(check => ('permission' in check ? (check.permission as Permission) : []))
  const needs = (declared['x-needs'] as Needs | undefined) ?? (permissions.length > 0 ? permissions : undefined)
  if (needs === undefined) throw new Error(`${method} ${path} does not say who may call it: give it requires(…) or x-needs`)
  return needs
}

export const may = (c: Context<Env>, permission: Permission): boolean => c.var.caller.permissions.has(permission)

/**
 * What the caller may see of each track. Every function of the core that reads signals, logs or audit events takes it first, so that no route
 * can leave it out.
 */
export const restrictionsOf = (c: Context<Env>): Restrictions => c.var.caller.restrictions

/** The same where signals are told of beside something else: whoever may not read signals sees none there, whatever their roles show of them. */
export const restrictionsBeside = (c: Context<Env>): Restrictions =>
  may(c, 'security_monitoring_signals_read') ? restrictionsOf(c) : { ...restrictionsOf(c), signals: [] }

export const jsonBody = <S extends z.ZodType>(schema: S, required = true) => ({
  body: { required, content: { 'application/json': { schema } } },
})
/** A resource as it is sent; what it is and its id may be left out. */
export const resourceBody = <A extends z.ZodType>(type: string, attributes: A) =>
  jsonBody(z.strictObject({ data: z.strictObject({ type: z.literal(type).optional(), id: z.string().optional(), attributes }) }))
/** What a resource was when it was read, where its change is not to go over somebody else's. */
export const readVersion = z.string().max(64).nullable().optional().openapi({ description: 'null: there must be none yet' })
export const jsonAnswer = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})
export const emptyAnswer = (description: string) => ({ description })

/** What any write takes besides its own words. */
export const writeHeaders = z.object({
  'idempotency-key': z.string().optional().openapi({
    description: 'Send the same key again after a lost answer: the change is made once and the same answer comes back. Kept for 7 days.',
  }),
})
export const writeQuery = z.object({
  dry_run: z.enum(['true', 'false']).optional().openapi({ description: 'true: check everything and answer as if, but change nothing' }),
})

const Errors = z
  .object({
    errors: z.array(
      z.union([z.string(), z.looseObject({ code: z.string().optional(), title: z.string().optional(), detail: z.string().optional() })]),
    ),
  })
  .openapi('Errors')
const refusals = Object.fromEntries(
  Object.entries({ 400: 'Something sent is wrong; the text names the field', 403: 'Not allowed', 404: 'Not found' }).map(
    ([status, text]) => [status, jsonAnswer(Errors, text)],
  ),
)

/**
 * A route with what every route shares: who may call it, refusals, and for writes Idempotency-Key, dry_run and that there are none while the
 * daemon is read-only. `x-read`: a POST that only reads; `x-while-read-only`: a write that is possible even then.
 */
export function route<const R extends RouteConfig>(config: R): R & { getRoutingPath(): string } {
  const isWrite = config.method !== 'get' && config['x-read'] !== true
  const request = isWrite ? { ...config.request, headers: writeHeaders, query: config.request?.query ?? writeQuery } : config.request
  const middleware = [config.middleware ?? [], isWrite && config['x-while-read-only'] !== true ? refuseWrites : []].flat()
  return createRoute({
    ...config,
    middleware,
    'x-needs': needsOf(config),
    request,
    responses: { ...refusals, ...config.responses },
  }) as unknown as R & { getRoutingPath(): string }
}
