import { z } from 'zod'
import type { Json } from '../../../shared/json.ts'
import { parseDuration } from '../../../shared/time.ts'
import { defineWorkflowAction } from '../../lib/kinds.ts'
import { duration } from '../duration.ts'
import { ask } from '../request.ts'
import { sign } from '../sign.ts'

/** For engines that begin by a webhook: n8n, Tracecat, Shuffle and the like. Signed as standardwebhooks.com says. */
export const handOver = defineWorkflowAction({
  id: 'hand_over',
  title: 'Hand over to another engine',
  needs: ['workflows_write'],
  address: 'url',
  parameters: z.strictObject({
    url: z.string().min(1).max(2048),
    // the name of a secret: whsec_ and the key in base64
    secret: z.string().min(1).max(64),
    payload: (z.unknown() as z.ZodType<Json>).optional(),
    wait_for_answer: z.boolean().default(true),
    answer_within: duration('1m', '24h').default('1h'),
  }),
  answerWithin: ({ wait_for_answer: waits, answer_within: within }) => (waits ? parseDuration(within) : undefined),
  async outside({ url, secret: name, payload = null }, { request, secret, callback, run, now, ended }) {
    const id = `msg_${run.id}_${run.step}`
    const body = JSON.stringify({
      type: 'signalbox.workflow.step',
      timestamp: new Date(now()).toISOString(),
      data: {
        ...{ workflow: run.workflow, run_id: run.id, step: run.step, signal_id: run.signal, payload },
        ...(callback && { callback: { url: callback.url, expires_at: new Date(callback.until).toISOString() } }),
      },
    })
    const headers = { 'Content-Type': 'application/json', ...sign(secret(name, url), id, Math.floor(now() / 1000), body) }
    const answer = await ask(request, url, { method: 'POST', headers, body, timeout: 30_000, signal: ended })
    return { delivery_id: id, ...answer }
  },
})
