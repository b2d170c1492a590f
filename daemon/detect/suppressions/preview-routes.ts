import { z } from '@hono/zod-openapi'
import type { Signal } from '../../../shared/signal.ts'
import type { SuppressionPayload } from '../../../shared/suppression.ts'
import { createRouter, jsonAnswer, jsonBody, requires, restrictionsOf, route } from '../../lib/http.ts'
import type { Restrictions } from '../../lib/restrictions.ts'
import { createWaiting } from '../../lib/waiting.ts'
import { checkSuppression } from './compile.ts'
import type { Preview } from './preview.ts'
import { SuppressionBody } from './wire.ts'

interface Needs {
  previewSuppression(
    only: Restrictions,
    payload: SuppressionPayload,
    asked: { from: number; to: number; limit: number },
    ms: number,
    signal: AbortSignal,
  ): Promise<Preview>
  /** A signal in the wire's form. */
  signalResource(signal: Signal): { id: string; type: 'signal'; attributes: Record<string, unknown> }
  /** How long it may take, ms. */
  patience: () => number
  now: () => number
}

const lookedBack = 30 * 24 * 3_600_000
const samples = 20
const ByRule = z.array(z.object({ id: z.string(), name: z.string(), count: z.number() }))

/** What a suppression that is not there yet would have hidden. */
export const previewRoutes = ({ previewSuppression, signalResource, patience, now }: Needs) => {
  const waiting = createWaiting()
  return createRouter().openapi(
    route({
      method: 'post',
      'x-read': true,
      path: '/api/local/suppressions/preview',
      summary: 'Preview what a suppression would have hidden in the last 30 days',
      tags: ['Suppressions'],
      middleware: [
        requires('security_monitoring_suppressions_read'),
        requires('security_monitoring_signals_read'),
        requires('logs_read_data'),
      ],
      request: jsonBody(SuppressionBody),
      responses: {
        200: jsonAnswer(
          z.object({
            data: z.array(z.object({ id: z.string(), type: z.literal('signal'), attributes: z.looseObject({}) })),
            meta: z.object({
              from: z.number(),
              to: z.number(),
              rules: z.number(),
              signals: z.object({ count: z.number(), estimated: z.boolean(), by_rule: ByRule }),
              logs: z.object({ count: z.number(), by_rule: ByRule }).nullable(),
              cut: z.boolean(),
            }),
          }),
          'The latest of the signals, and counts of all. Dates of the suppression are not looked at',
        ),
      },
    }),
    async c => {
      const payload = checkSuppression(c.req.valid('json').data.attributes)
      const range = { from: now() - lookedBack, to: now() }
      const { signals, logs, ...rest } = await waiting(c.req.raw.signal, undefined, signal =>
        previewSuppression(restrictionsOf(c), payload, { ...range, limit: samples }, patience(), signal),
      )
      const { samples: found, ...counts } = signals
      return c.json({ data: found.map(signalResource), meta: { ...range, ...rest, signals: counts, logs: logs ?? null } }, 200)
    },
  )
}
