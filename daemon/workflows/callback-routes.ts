import { z } from '@hono/zod-openapi'
import type { Json, JsonObject } from '../../shared/json.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, emptyAnswer, jsonBody, route } from '../lib/http.ts'

interface Needs {
  answerRun(token: string, answer: { status: 'succeeded' | 'failed'; outputs: JsonObject; error?: string | undefined }): Promise<null>
}

/** Characters of what an engine puts out, as JSON. */
const longest = 65_536

/** Where an engine that was handed a step tells what became of it. The token in the path is all that it needs and all that it may do: once, in time. */
export const callbackRoutes = ({ answerRun }: Needs) =>
  createRouter().openapi(
    route({
      method: 'post',
      path: '/api/local/workflows/callbacks/{token}',
      summary: 'Answer a step that was handed over',
      tags: ['Workflows'],
      security: [],
      'x-needs': 'anybody',
      request: {
        params: z.object({ token: z.string().min(1).max(128) }),
        query: z.object({}),
        ...jsonBody(
          z.strictObject({
            status: z.enum(['succeeded', 'failed']).default('succeeded'),
            outputs: z
              .record(z.string().max(256), z.unknown() as z.ZodType<Json>)
              .default({})
              .openapi({ description: 'What later steps find under Steps.<name>.answer' }),
            error: z.string().max(1000).optional(),
          }),
          false,
        ),
      },
      responses: { 204: emptyAnswer('The step goes on') },
    }),
    async c => {
      const answer = c.req.valid('json')
      if (JSON.stringify(answer.outputs).length > longest)
        throw new Refusal(413, 'too_large', `outputs are longer than ${longest} characters`, {
          problems: [{ field: 'outputs', message: `are longer than ${longest} characters` }],
        })
      await answerRun(c.req.valid('param').token, answer)
      return c.body(null, 204)
    },
  )
