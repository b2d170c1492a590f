import { z } from '@hono/zod-openapi'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, jsonAnswer, jsonBody, requires, route } from '../lib/http.ts'
import type { Backup } from './backups.ts'

interface Needs {
  begin(ctx: WriteContext, directory?: string): Promise<Backup>
  list(): Promise<Backup[]>
}

const tags = ['Daemon']
const Resource = z
  .object({
    id: z.string(),
    type: z.literal('backup'),
    attributes: z.object({
      directory: z.string(),
      state: z.enum(['running', 'done', 'failed']),
      made_at: z.number(),
      bytes: z.number(),
      total_bytes: z.number(),
      seq: z.number().nullable(),
      error: z.string().nullable(),
    }),
  })
  .openapi('Backup')
const resource = ({ id, ...attributes }: Backup): z.input<typeof Resource> => ({ id, type: 'backup', attributes })
const middleware = [requires('org_management')]

/** Backups, made while the daemon works. */
export const backupRoutes = ({ begin, list }: Needs) =>
  createRouter()
    .openapi(
      route({
        method: 'get',
        path: '/api/local/backups',
        summary: 'List backups',
        tags,
        middleware,
        responses: { 200: jsonAnswer(z.object({ data: z.array(Resource) }), 'The backups, newest first') },
      }),
      async c => c.json({ data: (await list()).map(resource) }, 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/local/backups/{id}',
        summary: 'Get a backup, and how far it is',
        tags,
        middleware,
        request: { params: z.object({ id: z.string().max(64) }) },
        responses: { 200: jsonAnswer(z.object({ data: Resource }), 'How far it is') },
      }),
      async c => {
        const { id } = c.req.valid('param')
        const backup = (await list()).find(backup => backup.id === id)
        if (!backup) throw new Refusal(404, 'not_found', `There is no backup ${id.slice(0, 64)}`)
        return c.json({ data: resource(backup) }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/api/local/backups',
        summary: 'Begin a backup',
        tags,
        middleware,
        request: jsonBody(
          z.strictObject({
            data: z.strictObject({
              type: z.literal('backup').optional(),
              attributes: z
                .strictObject({
                  directory: z.string().min(1).max(4000).optional().openapi({
                    description: 'Absolute path of a folder that is not there yet, or is empty; without it one of DATA/backups',
                  }),
                })
                .optional(),
            }),
          }),
        ),
        responses: { 202: jsonAnswer(z.object({ data: Resource }), 'It has begun; ask for it again until it is done') },
      }),
      async c => {
        const backup = await begin(c.var.write, c.req.valid('json').data.attributes?.directory)
        return c.json({ data: resource(backup) }, 202)
      },
    )
