import { z } from '@hono/zod-openapi'
import type { Json } from '../../shared/json.ts'
import { type Rule, RulePayload } from '../../shared/rule.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, jsonAnswer, jsonBody, requires, route } from '../lib/http.ts'
import { createWaiting } from '../lib/waiting.ts'
import { checkRuleAt } from './check.ts'
import { compileRule } from './compile.ts'
import { matching } from './hits.ts'
import { runInSlices, type ToLog } from './rule-tests.ts'

interface Needs {
  getRule(id: string): Promise<Rule>
  toLog: ToLog
}

const tags = ['Detection rules']
const wire = '/api/v2/security_monitoring/rules'
const local = '/api/local/rules'
const params = z.object({ id: z.string().min(1).max(128) })
const Payloads = z
  .array(
    z.strictObject({
      index: z.number().int().min(0).default(0).openapi({ description: 'Which of the queries of the rule' }),
      expectedResult: z.boolean().default(true).openapi({ description: 'Whether the query must find the log' }),
      payload: z.looseObject({}),
    }),
  )
  .max(1000)
  .default([])
const Results = z.object({ results: z.array(z.boolean()).openapi({ description: 'Whether each came out as expected' }) })
const wireTest = { tags, middleware: [requires('security_monitoring_rules_write')], method: 'post' as const, 'x-read': true }
const onWire = { 200: jsonAnswer(Results, 'In the order of the payloads') }

const TestResult = z.object({
  type: z.literal('rule_test_result'),
  id: z.string(),
  attributes: z.object({
    name: z.string(),
    passed: z.boolean(),
    expected: z.array(z.string()),
    actual: z.array(z.string()),
    missing: z.array(z.string()),
    unexpected: z.array(z.string()),
  }),
})
const localTest = { tags, middleware: [requires('security_monitoring_rules_read')], method: 'post' as const, 'x-read': true }
const ownResults = {
  200: jsonAnswer(
    z.object({ data: z.array(TestResult), meta: z.object({ passed: z.number(), failed: z.number() }) }),
    'What became of each test. Signals are written as “high for 203.0.113.9”',
  ),
}

/** Rules on trial: Datadog's way, a log a query, and ours, logs and the signals they must make. */
export const ruleTestRoutes = ({ getRule, toLog }: Needs) => {
  const waiting = createWaiting()
  function matchPayloads(rule: RulePayload, payloads: z.output<typeof Payloads>): { results: boolean[] } {
    const compiled = compileRule(rule)
    const results = payloads.map(({ index, expectedResult, payload }, i) => {
      if (index >= rule.queries.length) throw unknownQuery(i, index, rule.queries.length)
      const log = toLog(payload as Json, i)
      const found = matching(compiled, log).includes(index) && !compiled.suppresses(log)
      return found === expectedResult
    })
    return { results }
  }
  const run = async (rule: RulePayload, connection: AbortSignal) => {
    const results = await waiting(connection, undefined, signal => runInSlices(rule, toLog, () => signal.throwIfAborted()))
    const passed = results.filter(result => result.passed).length
    return {
      data: results.map((attributes, i) => ({ type: 'rule_test_result' as const, id: String(i), attributes })),
      meta: { passed, failed: results.length - passed },
    }
  }

  return createRouter()
    .openapi(
      route({
        ...wireTest,
        path: `${wire}/test`,
        summary: 'Test the queries of a rule',
        request: jsonBody(z.strictObject({ rule: RulePayload, ruleQueryPayloads: Payloads })),
        responses: onWire,
      }),
      c => {
        const { rule, ruleQueryPayloads } = c.req.valid('json')
        return c.json(matchPayloads(rule, ruleQueryPayloads), 200)
      },
    )
    .openapi(
      route({
        ...wireTest,
        path: `${wire}/{id}/test`,
        summary: 'Test the queries of a stored rule',
        request: { params, ...jsonBody(z.looseObject({ ruleQueryPayloads: Payloads })) },
        responses: onWire,
      }),
      async c => c.json(matchPayloads(await getRule(c.req.valid('param').id), c.req.valid('json').ruleQueryPayloads), 200),
    )
    .openapi(
      route({
        ...localTest,
        path: `${local}/test`,
        summary: 'Run the tests of a rule that is not stored',
        request: jsonBody(
          z.strictObject({
            data: z.strictObject({ type: z.literal('rule_test').optional(), attributes: z.strictObject({ rule: RulePayload }) }),
          }),
        ),
        responses: ownResults,
      }),
      async c => {
        const { rule } = c.req.valid('json').data.attributes
        checkRuleAt(rule, 'data.attributes.rule')
        return c.json(await run(rule, c.req.raw.signal), 200)
      },
    )
    .openapi(
      route({ ...localTest, path: `${local}/{id}/test`, summary: 'Run the tests of a rule', request: { params }, responses: ownResults }),
      async c => c.json(await run(await getRule(c.req.valid('param').id), c.req.raw.signal), 200),
    )
}

const unknownQuery = (i: number, index: number, count: number) =>
  new Refusal(400, 'invalid_test', `The rule has ${count} queries and none at ${index}`, {
    problems: [{ field: `ruleQueryPayloads.${i}.index`, message: `is ${index}; the rule has ${count} queries, counted from 0` }],
  })
