import { z } from '@hono/zod-openapi'
import type { Rule } from '../../shared/rule.ts'
import type { Signal } from '../../shared/signal.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, jsonAnswer, jsonBody, may, requires, restrictionsOf, route } from '../lib/http.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import { HandMade } from './hand-made.ts'
import { candidateFor } from './suppressions/candidate.ts'
import { casesOf, reasonsOf, valuesNow } from './why.ts'

type Resource = { id: string; type: 'signal'; attributes: Record<string, unknown> }

interface Needs {
  getSignal(only: Restrictions, id: string): Promise<Signal>
  ruleAt(id: string, version: number): Promise<Rule | null>
  createSignal(only: Restrictions, ctx: WriteContext, given: HandMade): Promise<Signal>
  /** A signal in the wire's form. */
  signalResource(signal: Signal): Resource
}

const tags = ['Signals']
const Case = z.looseObject({ name: z.string(), status: z.string(), condition: z.string() })
const Value = z.looseObject({ name: z.string(), query: z.string(), aggregation: z.string(), value: z.number() })
const Why = z.object({
  id: z.string(),
  type: z.literal('signal_reasons'),
  attributes: z.object({
    rule: z.looseObject({ id: z.string(), name: z.string(), version: z.number() }),
    group: z.record(z.string(), z.string()),
    reasons: z.array(z.object({ sentence: z.string(), case: Case, from: z.number(), time: z.number(), values: z.array(Value) })),
    cases: z.array(Case),
    values: z.array(Value),
    first_seen: z.number(),
    last_seen: z.number(),
    events_matched: z.number(),
    samples: z.array(z.looseObject({})),
    suppression: z
      .object({ name: z.string(), rule_query: z.string(), suppression_query: z.string() })
      .openapi({ description: 'What would hide signals like this one' }),
  }),
})

/** Why signals are there, and signals that people raise. */
export const signalRoutes = ({ getSignal, ruleAt, createSignal, signalResource }: Needs) =>
  createRouter()
    .openapi(
      route({
        method: 'get',
        path: '/api/local/signals/{id}/why',
        summary: 'Explain why a signal fired',
        tags,
        middleware: [requires('security_monitoring_signals_read')],
        request: { params: z.object({ id: z.string().min(1).max(128) }) },
        responses: {
          200: jsonAnswer(z.object({ data: Why }), 'The cases that held, what the queries had come to, and the logs that matched'),
        },
      }),
      async c => {
        const { id, detection } = await getSignal(restrictionsOf(c), c.req.valid('param').id)
        const { id: ruleId, version } = detection.rule
        const rule = await ruleAt(ruleId, version)
        const { group, first_seen, last_seen, events_matched, samples } = detection
        const attributes = {
          rule: { ...detection.rule },
          group,
          reasons: reasonsOf(detection),
          cases: rule ? casesOf(rule, detection) : [],
          values: valuesNow(detection.queries),
          evidence: detection.evidence ?? [],
          first_seen,
          last_seen,
          events_matched,
          samples: samples.map(sample => ({ ...sample })),
          suppression: candidateFor(detection),
        }
        return c.json({ data: { id, type: 'signal_reasons' as const, attributes } }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/api/local/signals',
        summary: 'Raise a signal by hand',
        tags,
        middleware: [requires('security_monitoring_signals_write')],
        request: jsonBody(z.strictObject({ data: z.strictObject({ type: z.literal('signal').optional(), attributes: HandMade }) })),
        responses: {
          201: jsonAnswer(
            z.object({ data: z.object({ id: z.string(), type: z.literal('signal'), attributes: z.looseObject({}) }) }),
            'The signal, open like any other',
          ),
        },
      }),
      async c => {
        const given = c.req.valid('json').data.attributes
        // a signal shows what its logs say
        if (given.logs.length > 0 && !may(c, 'logs_read_data'))
          throw new Refusal(403, 'forbidden', 'This needs the permission logs_read_data', {
            problems: [{ field: 'logs_read_data', message: 'is missing from this key or role' }],
          })
        return c.json({ data: signalResource(await createSignal(restrictionsOf(c), c.var.write, given)) }, 201)
      },
    )
