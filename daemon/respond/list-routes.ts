import { z } from '@hono/zod-openapi'
import type { DenylistEntry } from '../../shared/denylist.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, route } from '../lib/http.ts'
import type { ListFormat } from '../lib/kinds.ts'
import { listFormats } from './lists/index.ts'
import { type BouncerWith, bouncersOnly, type Pull, type Puller, pullerOf, whenWritten } from './puller.ts'
import type { Shares } from './taxii.ts'

export interface ListNeeds {
  bouncerWith: BouncerWith
  /** The denylist in a form, and the place up to which that is so; no body where one of the known tags stands for it. */
  denylistAs(
    format: string,
    shares: Shares,
    known: readonly string[],
  ): Promise<{ etag: string; body: Uint8Array<ArrayBuffer> | null; place: number }>
  /** What of blocks is published. */
  shares(): Shares
  pulled(who: Puller, pull: Pull): Promise<null>
  report(error: unknown): void
}

const path = '/api/local/lists/{format}'

/** In a list of lines such a name would be somebody else's. */
const breaks = /[\p{Cc}\p{Zl}\p{Zp}]/u
/** Whether an enforcer can keep this out. */
export const holdsEntry = (holds: ListFormat['holds'], { kind, value }: Pick<DenylistEntry, 'kind' | 'value'>): boolean =>
  kind === 'user'
    ? holds.users === true || (holds.users === 'a line each' && !breaks.test(value))
    : (value.includes(':') ? holds.v6 : holds.v4) && (!value.includes('/') || holds.ranges)

/** The tags that an If-None-Match names, for a weak comparison (RFC 9110, 13.1.2). */
const tagsIn = (header = ''): string[] => header.split(',').map(tag => tag.trim().replace(/^W\//, ''))

/** The denylist as lists, for enforcers that fetch a file. */
export function listRoutes({ bouncerWith, denylistAs, shares, pulled, report }: ListNeeds) {
  const router = createRouter()
  router.use('/api/local/lists/*', bouncersOnly(bouncerWith, 'lists') as never)
  return router.openapi(
    route({
      method: 'get',
      path,
      summary: 'Fetch the denylist as a list',
      tags: ['Bouncers'],
      'x-needs': 'bouncer',
      security: [{ bouncerKey: [] }],
      request: { params: z.object({ format: z.enum(listFormats.map(({ name }) => name)) }) },
      responses: {
        200: { description: 'The list, with an ETag that changes only when it does', content: { 'text/plain': { schema: z.string() } } },
        304: { description: 'As before' },
        403: { description: 'A wrong key, or a list of what is not published' },
      },
    }),
    async c => {
      const format = listFormats.find(({ name }) => name === c.req.valid('param').format)!
      const who = pullerOf(c)
      // an enforcer has to know users, and why is nobody's business but ours
      const { reasons, users } = shares()
      if (format.name === 'users' && who.publishes && !users)
        throw new Refusal(403, 'not_published', 'Users are not published: the setting respond.publish.blocks.users is off')
      const told = { reasons, users: users || !who.publishes }
      const { etag, body, place } = await denylistAs(format.name, told, tagsIn(c.req.header('if-none-match')))
      if (c.req.method === 'GET')
        whenWritten(
          c,
          () => pulled({ ...who, type: `list/${format.name}`, version: who.type }, { place, isNews: true, reissued: true }),
          report,
        )
      c.header('etag', etag)
      if (body === null) return c.body(null, 304)
      return c.body(body, 200, { 'content-type': format.contentType }) as never
    },
  )
}
