import { z } from '@hono/zod-openapi'
import { createRouter, jsonAnswer, route } from '../lib/http.ts'
import { oneOf } from './wire.ts'

const tags = ['Users and keys']

/** Whether an API key is good. */
export const validateRoutes = () =>
  createRouter()
    .openapi(
      route({
        method: 'get',
        path: '/api/v1/validate',
        summary: 'Check an API key',
        tags,
        'x-needs': 'intake',
        responses: { 200: jsonAnswer(z.object({ valid: z.boolean() }), 'The API key is good') },
      }),
      c => c.json({ valid: true }, 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/v2/validate',
        summary: 'Check an API key, and name it',
        tags,
        'x-needs': 'intake',
        responses: {
          200: jsonAnswer(
            oneOf(
              z.object({
                id: z.string(),
                type: z.literal('validate_v2'),
                attributes: z.object({ api_key_id: z.string(), api_key_scopes: z.array(z.string()), valid: z.boolean() }),
              }),
            ),
            'The API key is good',
          ),
        },
      }),
      c =>
        c.json(
          {
            data: {
              id: c.var.caller.keyId,
              type: 'validate_v2' as const,
              attributes: { api_key_id: c.var.caller.keyId, api_key_scopes: [], valid: true },
            },
          },
          200,
        ),
    )
