import { z } from 'zod'
import { parseDuration } from '../../../shared/time.ts'
import { defineWorkflowAction } from '../../lib/kinds.ts'
import { duration } from '../duration.ts'
import { ask, bodyOf, headers } from '../request.ts'

export const httpRequest = defineWorkflowAction({
  id: 'http_request',
  title: 'Make an HTTP request',
  needs: ['workflows_write'],
  address: 'url',
  secrets: ['headers'],
  parameters: z.strictObject({
    url: z.string().min(1).max(2048),
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
    headers: headers.default({}),
    // a text as it is, anything else as JSON
    body: z.unknown().optional(),
    timeout: duration('1s', '2m').default('30s'),
  }),
  async outside({ url, method, headers, body, timeout }, { request, ended }) {
    return ask(request, url, { method, timeout: parseDuration(timeout), signal: ended, ...bodyOf(body, headers) })
  },
})
