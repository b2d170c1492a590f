import { z } from '@hono/zod-openapi'
import type { Rule } from '../../shared/rule.ts'
import { createRouter, jsonAnswer, requires, restrictionsOf, route } from '../lib/http.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Outcome } from '../store/signals.ts'
import type { Hidden } from '../store/suppressions.ts'
import { noiseByRule, quiet } from './noise.ts'
import { countsOf, HiddenAnswer, hiddenAnswer } from './suppressions/wire.ts'

interface Needs {
  /** Every rule, with what was hidden of it. */
  ruleOutcomes(only: Restrictions): Promise<{ rules: { rule: Rule; hidden: Omit<Hidden, 'items'> }[]; outcomes: Outcome[] }>
  hiddenOf(only: Restrictions, rule: string): Promise<Hidden>
}

const tags = ['Detection rules']
const Statistics = z.object({
  id: z.string(),
  type: z.literal('rule_statistics'),
  attributes: z.object({
    name: z.string(),
    enabled: z.boolean(),
    signals: z.object({ total: z.number(), open: z.number(), under_review: z.number(), archived: z.number() }),
    false_positives: z.number(),
    false_positive_share: z.number().nullable().openapi({ description: 'Of the archived signals' }),
    last_signal: z.number().nullable(),
    last_true_positive: z.number().nullable(),
    hidden: z.object({ signals: z.number(), logs: z.number(), last: z.number().nullable() }),
  }),
})

/** How noisy rules are, and what was hidden of them. */
export const statisticsRoutes = ({ ruleOutcomes, hiddenOf }: Needs) =>
  createRouter()
    .openapi(
      route({
        method: 'get',
        path: '/api/local/rules/statistics',
        summary: 'List how noisy each rule is',
        tags,
        middleware: [requires('security_monitoring_rules_read'), requires('security_monitoring_signals_read')],
        responses: { 200: jsonAnswer(z.object({ data: z.array(Statistics) }), 'Every rule, the noisiest first') },
      }),
      async c => {
        const { rules, outcomes } = await ruleOutcomes(restrictionsOf(c))
        const noise = noiseByRule(outcomes)
        const data = rules.map(({ rule: { id, name, isEnabled }, hidden }) => ({
          id,
          type: 'rule_statistics' as const,
          attributes: { name, enabled: isEnabled, ...(noise.get(id) ?? quiet()), hidden: countsOf(hidden) },
        }))
        return c.json({ data: data.sort((a, b) => b.attributes.signals.total - a.attributes.signals.total) }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/local/rules/{id}/hidden',
        summary: 'List what was hidden of a rule',
        tags,
        // what it answers are signals, logs, and the names of suppressions
        middleware: [
          requires('security_monitoring_rules_read'),
          requires('security_monitoring_suppressions_read'),
          requires('security_monitoring_signals_read'),
          requires('logs_read_data'),
        ],
        request: { params: z.object({ id: z.string().min(1).max(128) }) },
        responses: {
          200: jsonAnswer(
            HiddenAnswer,
            'How much suppressions and its own filters hid, and the latest of it; `suppression` says by which suppression, and is null where the rule itself left a log out',
          ),
        },
      }),
      async c => c.json(hiddenAnswer(await hiddenOf(restrictionsOf(c), c.req.valid('param').id)), 200),
    )
