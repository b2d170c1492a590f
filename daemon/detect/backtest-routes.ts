import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type Rule, RulePayload } from '../../shared/rule.ts'
import { createRouter, type Env, jsonAnswer, jsonBody, requires, restrictionsOf, route } from '../lib/http.ts'
import { readRange } from '../lib/range.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import { createWaiting } from '../lib/waiting.ts'
import type { Backtest } from './backtest.ts'
import { checkRuleAt } from './check.ts'

interface Needs {
  getRule(id: string): Promise<Rule>
  backtest(
    only: Restrictions,
    rule: Rule | RulePayload,
    asked: { from: number; to: number; limit: number; suppressed: boolean },
    ms: number,
    signal: AbortSignal,
  ): Promise<Backtest>
  now: () => number
}

const time = z.union([z.string().max(64), z.number()])
const Asked = {
  from: time.default('now-7d'),
  to: time.default('now'),
  limit: z.number().int().min(0).max(200).default(50).openapi({ description: 'Signals to answer; all are counted' }),
  suppressed: z.boolean().default(true).openapi({ description: 'Whether suppressions hide what they would hide' }),
  seconds: z.number().min(1).max(100).default(30).openapi({ description: 'How long it may take; `meta.cut` says where it then stood' }),
}
const bodyOf = <S extends z.ZodRawShape>(shape: S) =>
  jsonBody(
    z.strictObject({
      data: z.strictObject({ type: z.literal('backtest').optional(), attributes: z.strictObject({ ...Asked, ...shape }) }),
    }),
  )
const Answer = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      type: z.literal('backtest_signal'),
      attributes: z.looseObject({
        title: z.string(),
        severity: z.string(),
        group: z.record(z.string(), z.string()),
        first_seen: z.number(),
        last_seen: z.number(),
        events_matched: z.number(),
        samples: z.array(z.looseObject({})),
      }),
    }),
  ),
  meta: z.object({
    signals: z.number(),
    severities: z.record(z.string(), z.number()),
    logs: z.number(),
    late: z.number(),
    hidden: z.object({ signals: z.number(), logs: z.number() }),
    from: z.number(),
    to: z.number(),
    took_ms: z.number(),
    cut: z.object({ by: z.enum(['time', 'signals']), at: z.number() }).nullable(),
  }),
})
const shared = {
  method: 'post' as const,
  'x-read': true,
  tags: ['Detection rules'],
  // what it answers are logs
  middleware: [requires('security_monitoring_rules_read'), requires('logs_read_data')],
  responses: { 200: jsonAnswer(Answer, 'The signals that the rule would have made') },
}

/** What a rule would have made of the logs that are stored. */
export const backtestRoutes = ({ getRule, backtest, now }: Needs) => {
  const waiting = createWaiting()
  async function run(c: Context<Env>, rule: Rule | RulePayload, asked: z.output<z.ZodObject<typeof Asked>>) {
    const started = performance.now()
    const field = (name: string) => `data.attributes.${name}`
    const range = readRange(asked.from, asked.to, now(), { from: 0, to: 'now' }, { from: field('from'), to: field('to') })
    const { limit, suppressed, seconds } = asked
    const { first, ...meta } = await waiting(c.req.raw.signal, undefined, signal =>
      backtest(restrictionsOf(c), rule, { ...range, limit, suppressed }, seconds * 1000, signal),
    )
    return {
      data: first.map(({ id, detection: { title, severity, group, first_seen, last_seen, events_matched, ...rest } }) => ({
        id,
        type: 'backtest_signal' as const,
        attributes: {
          ...{
            title,
            severity,
            group,
            first_seen,
            last_seen,
            events_matched,
            stream: rest.stream,
            case: rest.case,
            fired: rest.fired ?? [],
          },
          queries: rest.queries.map(({ name, value, eventsCount }) => ({ name, value, events_count: eventsCount })),
          entities: rest.entities,
          samples: rest.samples.map(sample => ({ ...sample })),
        },
      })),
      meta: { ...meta, ...range, took_ms: Math.round(performance.now() - started) },
    }
  }
  return createRouter()
    .openapi(
      route({
        ...shared,
        path: '/api/local/rules/backtest',
        summary: 'Try a rule that is not stored on the stored logs',
        request: bodyOf({ rule: RulePayload }),
      }),
      async c => {
        const { rule, ...asked } = c.req.valid('json').data.attributes
        checkRuleAt(rule, 'data.attributes.rule')
        return c.json(await run(c, rule, asked), 200)
      },
    )
    .openapi(
      route({
        ...shared,
        path: '/api/local/rules/{id}/backtest',
        summary: 'Try a rule on the stored logs',
        request: { params: z.object({ id: z.string().min(1).max(128) }), ...bodyOf({}) },
      }),
      async c => {
        const rule = await getRule(c.req.valid('param').id)
        return c.json(await run(c, rule, c.req.valid('json').data.attributes), 200)
      },
    )
}
