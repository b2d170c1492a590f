import { createHash } from 'node:crypto'
import { createMiddleware } from 'hono/factory'
import { Refusal } from '../lib/errors.ts'
import type { Env } from '../lib/http.ts'

/** Reads `Idempotency-Key` and `?dry_run=true` of every write into the context that the store's one way to write takes. */
export const writeContext = createMiddleware<Env>(async (c, next) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD' || !c.var.caller) return next()
  const key = c.req.header('idempotency-key')
  if (key !== undefined && !/^[\x21-\x7e]{1,255}$/.test(key))
    throw new Refusal(400, 'invalid', 'Idempotency-Key must be 1 to 255 visible ASCII characters', {
      problems: [{ field: 'Idempotency-Key', message: 'must be 1 to 255 visible ASCII characters' }],
    })
  const dryRun = c.req.query('dry_run')
  if (dryRun !== undefined && dryRun !== 'true' && dryRun !== 'false')
    throw new Refusal(400, 'invalid', 'dry_run must be true or false', {
      problems: [{ field: 'dry_run', message: 'must be true or false' }],
    })
  const { text, arrayBuffer } = c.req.bodyCache
  const body = text === undefined && arrayBuffer !== undefined ? Buffer.from((await arrayBuffer) as ArrayBuffer) : ((await text) ?? '')
  const request = createHash('sha256').update(`${c.req.method} ${c.req.path}\n`).update(body).digest('hex')
  c.set('write', {
    ...c.var.write,
    ...(dryRun === 'true' && { dryRun: true }),
    ...(key !== undefined && { idempotency: { key, request } }),
  })
  return next()
})
