import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { DecisionFilter } from '../../shared/bouncer.ts'
import { Refusal } from '../lib/errors.ts'
import type { Env } from '../lib/http.ts'
import { hashOf } from '../lib/secrets.ts'
import type { Decision } from './decisions.ts'

/** Who asks, by the hash of the key that it shows; from where, and how it names itself. */
export interface Caller {
  hash: string
  address: string
  type: string
  version: string
}
/** The same once it is let in. */
export interface Puller extends Omit<Caller, 'hash'> {
  bouncer: string
  /** Its key is for readers of what is published. */
  publishes: boolean
}
/** What a pull came to: it counts once it is with the puller. `place` is how far it then knows the denylist. */
export interface Pull {
  place: number
  isNews: boolean
  /** Told again of what outlasts the time that it can hold. */
  reissued: boolean
  /** What it asked for, where that leaves out any address. */
  filter?: DecisionFilter
}
/** An entry, and the place at which it was as it was answered. */
export interface Answered {
  id: string
  place: number
}
/** What there is to answer to a question. `news`: what this one had not been answered before. */
export interface Found {
  who: Puller
  decisions: Decision[]
  news: Answered[]
}
/** Where a key may be shown: a key to publish with opens lists and TAXII, one of an enforcer decisions and lists. */
export type Door = 'decisions' | 'lists' | 'taxii'
export type BouncerWith = (hash: string, door: Door) => Promise<{ id: string; publishes: boolean } | null>
type PullerEnv = { Variables: Env['Variables'] & { puller: Puller }; Bindings: Partial<HttpBindings> }

/** As CrowdSec's own says it. */
export const notLetIn = () => new Refusal(403, 'forbidden', 'access forbidden')

/** Lets in whoever has the key of a bouncer. Keys are found by their hash. */
export const bouncersOnly = (bouncerWith: BouncerWith, door: Door, unknown = notLetIn) =>
  createMiddleware<PullerEnv>(async (c, next) => {
    const { hash, ...caller } = callerOf(c)
    const bouncer = await bouncerWith(hash, door)
    if (bouncer === null) throw unknown()
    c.set('puller', { ...caller, bouncer: bouncer.id, publishes: bouncer.publishes })
    await next()
  })

/** Its key is in X-Api-Key, or the password of Basic. */
export function callerOf(c: Context): Caller {
  const [type = '', ...rest] = (c.req.header('user-agent') ?? '').slice(0, 200).split('/')
  return {
    hash: hashOf(c.req.header('x-api-key') ?? passwordOf(c.req.header('authorization'))),
    address: (c.env as Partial<HttpBindings> | undefined)?.incoming?.socket.remoteAddress ?? '',
    type,
    version: rest.join('/'),
  }
}

export const pullerOf = (c: Context): Puller => (c as unknown as Context<PullerEnv>).var.puller

/** Do something once the answer is written to the connection: who never got it is told again. */
export function whenWritten(c: Context, work: () => Promise<unknown>, report: (error: unknown) => void): void {
  const outgoing = (c.env as Partial<HttpBindings> | undefined)?.outgoing
  const done = () => void work().catch(report)
  if (outgoing) outgoing.once('finish', done)
  else done()
}

function passwordOf(authorization = ''): string {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization)?.[1]
  return encoded === undefined
    ? ''
    : Buffer.from(encoded, 'base64')
        .toString()
        .replace(/^[^:]*:/, '')
}
