import { z } from '@hono/zod-openapi'
import type { DenylistEntry } from '../../shared/denylist.ts'
import { createRouter, route } from '../lib/http.ts'
import type { ListFormat } from '../lib/kinds.ts'
import { listFormats } from './lists/index.ts'
import { bouncersOnly, type Pull, type Puller, pullerOf, whenWritten } from './puller.ts'

export interface ListNeeds {
  bouncerKeys(): Promise<{ id: string; hash: string }[]>
  /** What is in force, for each value the entry that lasts longest, and the place up to which that is so. */
  inForce(): Promise<{ entries: DenylistEntry[]; place: number; changed: number }>
  pulled(who: Puller, pull: Pull): Promise<null>
  report(error: unknown): void
  now: () => number
}

const path = '/api/local/lists/{format}'

/** Whether an enforcer with such a list can keep this out. */
export const listHolds = ({ holds }: ListFormat, { kind, value }: Pick<DenylistEntry, 'kind' | 'value'>): boolean =>
  kind === 'user' ? holds.users : (value.includes(':') ? holds.v6 : holds.v4) && (!value.includes('/') || holds.ranges)

/** The denylist as lists, for enforcers that fetch a file. */
export function listRoutes({ bouncerKeys, inForce, pulled, report, now }: ListNeeds) {
  const router = createRouter()
  router.use('/api/local/lists/*', bouncersOnly(bouncerKeys) as never)
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
      },
    }),
    async c => {
      const format = listFormats.find(({ name }) => name === c.req.valid('param').format)!
      const { entries, place, changed } = await inForce()
      // what has ended by its time alone has changed nothing but how many there are
      const etag = `"${format.name}-${changed}-${entries.length}"`
      const who = pullerOf(c)
      if (c.req.method === 'GET')
        whenWritten(
          c,
          () => pulled({ ...who, type: `list/${format.name}`, version: who.type }, { place, isNews: true, reissued: true }),
          report,
        )
      c.header('etag', etag)
      if (c.req.header('if-none-match') === etag) return c.body(null, 304)
      const body = format.write(
        entries.filter(entry => listHolds(format, entry)),
        now(),
      )
      return c.body(body, 200, { 'content-type': format.contentType }) as never
    },
  )
}
