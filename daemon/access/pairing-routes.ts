import { z } from '@hono/zod-openapi'
import type { NewAuditEvent } from '../../shared/audit.ts'
import type { User } from '../../shared/user.ts'
import type { WriteContext } from '../lib/actor.ts'
import { createRouter, jsonAnswer, jsonBody, requires, route } from '../lib/http.ts'
import type { Access } from './access.ts'

interface Needs {
  version: string
  /** Put a change made outside the store into the audit trail. */
  record(ctx: WriteContext, event: Omit<NewAuditEvent, 'time' | 'actor'>, result: null): Promise<null>
}

const tags = ['Pairing']
const Nonce = z.string().regex(/^[\w-]{43}$/, 'must be 32 bytes in base64url')
const Proof = z.string().regex(/^[\w-]{43}$/, 'must be 32 bytes in base64url')
const Whom = z.object({ uuid: z.string(), handle: z.string(), name: z.string(), role: z.string(), permissions: z.array(z.string()) })
const envelope = <T extends string, A extends z.ZodType>(type: T, attributes: A) =>
  z.strictObject({ data: z.strictObject({ type: z.literal(type), id: z.string().max(64).optional(), attributes }) })
const NewCode = z.strictObject({
  data: z
    .strictObject({
      type: z.literal('pairing_code').optional(),
      attributes: z
        .strictObject({
          administers: z
            .boolean()
            .optional()
            .openapi({ description: 'The browser may hand out access and change settings, as far as you may' }),
        })
        .optional(),
    })
    .optional(),
})
/** A handshake cannot be tried out: a dry run is refused, not ignored. */
const Nothing = z.strictObject({})
const answer = <A extends z.ZodType>(attributes: A) => z.object({ data: z.object({ type: z.string(), id: z.string(), attributes }) })

/** How a browser gets a key, and with it a session, without the key or the code ever being sent. See access/pairing.ts and sessions.ts. */
export const pairingRoutes = (access: Access, { version, record }: Needs) =>
  createRouter()
    .openapi(
      route({
        method: 'post',
        path: '/api/local/pairing',
        summary: 'Make a pairing code',
        tags,
        middleware: [requires('user_app_keys')] as const,
        request: jsonBody(NewCode, false),
        responses: {
          201: jsonAnswer(
            answer(z.object({ code: z.string(), expires_in_s: z.number() })),
            'A new code for a browser that will act as you',
          ),
        },
      }),
      async c => {
        const { uuid, handle } = c.var.caller.user!
        const asset = { type: 'pairing_code', id: uuid, name: handle }
        const { administers = false } = c.req.valid('json').data?.attributes ?? {}
        const message = `made a pairing code for ${handle}${administers ? ', of a browser that administers' : ''}`
        await record(c.var.write, { action: 'created', asset, message }, null)
        // a code voids the one before it, so a dry run gives none
        const { code, expiresIn } = c.var.write.dryRun
          ? { code: '', expiresIn: 0 }
          : access.issueCode(uuid, c.var.caller.scopes, administers)
        return c.json({ data: { type: 'pairing_code', id: 'current', attributes: { code, expires_in_s: expiresIn / 1000 } } }, 201)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/api/local/pairing/start',
        summary: 'Begin a pairing: the daemon proves that it knows the code',
        tags,
        security: [],
        'x-needs': 'anybody',
        request: { query: Nothing, ...jsonBody(envelope('pairing', z.strictObject({ nonce: Nonce }))) },
        responses: {
          200: jsonAnswer(answer(z.object({ nonce: z.string(), proof: z.string() })), "The daemon's proof that it knows the code"),
        },
      }),
      async c => {
        const { id, nonce, proof } = await access.startPairing(c.req.valid('json').data.attributes.nonce)
        return c.json({ data: { type: 'pairing', id, attributes: { nonce, proof } } }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/api/local/pairing/finish',
        summary: 'Finish a pairing: the browser proves it too, and gets its key',
        tags,
        security: [],
        'x-needs': 'anybody',
        request: { query: Nothing, ...jsonBody(envelope('pairing', z.strictObject({ proof: Proof }))) },
        responses: {
          201: jsonAnswer(
            answer(z.object({ key_id: z.string(), key: z.string(), user: Whom, version: z.string() })),
            'The key, sealed with the code',
          ),
        },
      }),
      async c => {
        const { id = '', attributes } = c.req.valid('json').data
        const { keyId, sealed, ...whom } = await access.finishPairing(id, attributes.proof, c.req.header('origin') ?? '')
        return c.json({ data: { type: 'pairing', id, attributes: { key_id: keyId, key: sealed, user: shown(whom), version } } }, 201)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/api/local/session',
        // kept in memory, and needed to read
        'x-while-read-only': true,
        summary: 'Open a session with a paired key',
        tags,
        security: [],
        'x-needs': 'anybody',
        request: { query: Nothing, ...jsonBody(envelope('session', z.strictObject({ key_id: z.string().max(64), nonce: Nonce }))) },
        responses: {
          200: jsonAnswer(
            answer(
              z.object({
                nonce: z.string(),
                proof: z.string(),
                version: z.string(),
                expires_in_s: z.number(),
                paired_at: z.number(),
                user: Whom,
                read_only: z.boolean().openapi({ description: 'Nothing is written now: the stream says when that changes' }),
              }),
            ),
            "The daemon's proof; both sides make the token from the nonces",
          ),
        },
      }),
      c => {
        const { key_id: keyId, nonce: theirs } = c.req.valid('json').data.attributes
        const { id, nonce, proof, expiresIn, pairedAt, ...whom } = access.openSession(keyId, theirs, c.req.header('origin'))
        return c.json(
          {
            data: {
              type: 'session',
              id,
              attributes: {
                nonce,
                proof,
                version,
                expires_in_s: expiresIn / 1000,
                paired_at: pairedAt,
                user: shown(whom),
                read_only: c.var.isReadOnly,
              },
            },
          },
          200,
        )
      },
    )

const shown = ({ user, role, permissions }: { user: User; role: string; permissions: string[] }) => ({
  uuid: user.uuid,
  handle: user.handle,
  name: user.name,
  role,
  permissions,
})
