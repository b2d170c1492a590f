import type { JsonObject } from '../../shared/json.ts'
import type { Client } from './client.ts'
import { defineCommand } from './command.ts'
import { during } from './progress.ts'
import { type FindFault, isFile, readEach } from './rule-files.ts'
import { conclude, each, type Result, rulesOf } from './rules.ts'
import { many } from './table.ts'

/** What one test of a rule came to; signals are written as `high for 203.0.113.9`. */
export interface TestResult {
  name: string
  passed: boolean
  expected: string[]
  actual: string[]
  missing: string[]
  unexpected: string[]
}

/** Runs a rule against its own test logs. Throws a Refusal where the rule or its tests are wrong. */
export type TestRule = (rule: JsonObject) => TestResult[]

interface Tested extends Result {
  tests?: TestResult[]
}

/** `signalbox rules test [ID|FILE…]`: files here, without a daemon; stored rules by the daemon. */
export const rulesTest = (testRule: TestRule, findFault: FindFault) =>
  defineCommand({
    name: 'rules test',
    usage: '[ID|FILE…]',
    does: 'Run rules against their own test logs: files without a daemon, rules by their ids, and without either every rule that has tests',
    takes: [0, 1000],
    async run(call) {
      const { args, connect, io, tell } = call
      const results: Tested[] = await each(await readEach(args.filter(isFile), io, findFault), async ({ at, rule }) =>
        toResult(at, testRule(rule)),
      )
      const ids = args.filter(word => !isFile(word))
      if (ids.length > 0 || args.length === 0) {
        const client = connect()
        for (const id of args.length === 0 ? await withTests(client) : ids)
          results.push(toResult(id, await during(io, `Testing ${id}`, testStored(client, id))))
      }
      const code = conclude(call, results, () => 'does what its tests expect')
      tell(
        `${many(
          results.reduce((sum, { tests = [] }) => sum + tests.length, 0),
          'test',
        )} run.`,
      )
      return code
    },
  })

const withTests = async (client: Client): Promise<string[]> =>
  (await rulesOf(client)).filter(({ tests }) => Array.isArray(tests) && tests.length > 0).map(({ id }) => id)

async function testStored(client: Client, id: string): Promise<TestResult[]> {
  const path = `/api/local/rules/${encodeURIComponent(id)}/test`
  const { data } = await client.send<{ data: { attributes: TestResult }[] }>('POST', path)
  if (data.length === 0) throw new Error(`The rule ${id} has no tests.`)
  return data.map(({ attributes }) => attributes)
}

function toResult(file: string, tests: TestResult[]): Tested {
  const failed = tests.filter(({ passed }) => !passed)
  if (failed.length === 0) return { file, ok: true, tests }
  const sentences = failed.map(
    ({ name, expected, actual }) => `${file}, “${name}”: expected ${listed(expected, 'no signal')}, got ${listed(actual, 'none')}`,
  )
  return { file, ok: false, problem: sentences.join('\n'), tests }
}

const listed = (signals: string[], none: string) => signals.join('; ') || none
