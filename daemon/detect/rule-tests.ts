import { isObject, type Json } from '../../shared/json.ts'
import type { Log } from '../../shared/log.ts'
import type { Rule, RuleFile, RulePayload } from '../../shared/rule.ts'
import type { RuleTest } from '../../shared/rule-test.ts'
import type { Detection } from '../../shared/signal.ts'
import { createPacer } from '../engine/slices.ts'
import { Refusal } from '../lib/errors.ts'
import { createDetector } from './detector.ts'

/** What one test came to. Signals are written as `high for 203.0.113.9`, or by their severity alone where that was all that was expected. */
export interface RuleTestResult {
  name: string
  passed: boolean
  expected: string[]
  actual: string[]
  /** Expected, and did not come. */
  missing: string[]
  /** Came, and was not expected. */
  unexpected: string[]
}

/** Makes a log of an intake item or raw line, with its place in the test. */
export type ToLog = (item: Json, i: number) => Log

/** Logs that all tests of a rule may come to. */
const mostLogs = 100_000

/** A rule as it would be stored. */
export const asStored = (payload: RulePayload, id: string): Rule => ({
  ...payload,
  id,
  isEnabled: true,
  version: 1,
  seq: 0,
  createdAt: 0,
  updatedAt: 0,
  creationAuthor: '',
  updateAuthor: '',
  isDefault: false,
  isDeleted: false,
})

/** Run a rule against its own test logs; one sentence for each test that fails. Throws a Refusal where the rule or a log is wrong. */
export const runRuleTests = ({ id, ...payload }: RuleFile, toLog: ToLog): string[] =>
  runTests(payload, toLog)
    .filter(({ passed }) => !passed)
    .map(result => `${id}, ${sentenceOf(result)}`)

/** The same with what became of every test. */
export function runTests(payload: RulePayload, toLog: ToLog): RuleTestResult[] {
  const run = steps(payload, toLog)
  for (;;) {
    const { done, value } = run.next()
    if (done) return value
  }
}

/** The same in slices. `check` throws where it has to end. */
export async function runInSlices(payload: RulePayload, toLog: ToLog, check: () => void): Promise<RuleTestResult[]> {
  const pace = createPacer(check)
  const run = steps(payload, toLog)
  for (;;) {
    const { done, value } = run.next()
    if (done) return value
    await pace()
  }
}

export const sentenceOf = ({ name, expected, actual }: RuleTestResult): string =>
  `“${name}”: expected ${expected.join('; ') || 'no signal'}, got ${actual.join('; ') || 'none'}`

/** A step is a log. */
function* steps({ tests, ...payload }: RulePayload, toLog: ToLog): Generator<void, RuleTestResult[]> {
  const rule = asStored({ ...payload, tests: [] }, 'rule')
  const logs = tests.reduce((sum, test) => sum + test.logs.reduce<number>((all, entry) => all + timesOf(entry), 0), 0)
  if (logs > mostLogs) throw wrong('tests', `come to ${logs} logs; there may be ${mostLogs}`)
  const results: RuleTestResult[] = []
  for (const [t, test] of tests.entries()) {
    const detector = createDetector()
    detector.setRules([rule])
    for (const { problem } of detector.load()) if (problem) throw problem
    let i = 0
    for (const { item, later, at } of unfold(test.logs)) {
      const log = readLog(() => toLog(item, i), `tests.${t}.logs.${at}`)
      detector.judge({ ...log, timestamp: log.timestamp + later })
      i++
      yield
    }
    results.push(
      resultOf(
        test,
        detector.takeFound().signals.map(({ detection }) => detection),
      ),
    )
  }
  return results
}

function readLog(read: () => Log, field: string): Log {
  try {
    return read()
  } catch (error) {
    throw error instanceof Refusal ? wrong(field, error.message) : error
  }
}

const wrong = (field: string, message: string) =>
  new Refusal(400, 'invalid_test', `${field}: ${message}`, { problems: [{ field, message }] })

/** Those expected with a group choose first, so that one expected by severity alone does not take theirs. */
function resultOf({ name, signals }: RuleTest, found: Detection[]): RuleTestResult {
  const left = [...found]
  const wanted = [...signals].sort((a, b) => Number(b.group !== undefined) - Number(a.group !== undefined))
  const missing = wanted.filter(({ status, group }) => {
    const place = left.findIndex(signal => signal.severity === status && (group === undefined || groupOf(signal) === group))
    if (place >= 0) left.splice(place, 1)
    return place < 0
  })
  const shown = ({ status, group }: RuleTest['signals'][number]) => (group === undefined ? status : `${status} for ${group}`)
  return {
    name,
    passed: missing.length === 0 && left.length === 0,
    expected: signals.map(shown),
    actual: found.map(named),
    missing: missing.map(shown),
    unexpected: left.map(named),
  }
}

type Entry = RuleTest['logs'][number]
const isRepeated = (entry: Entry): entry is { log: Json & object; times: number; every: number } =>
  isObject(entry) && entry['log'] !== undefined && typeof entry['times'] === 'number'
const timesOf = (entry: Entry): number => (isRepeated(entry) ? entry.times : 1)

/** Every copy of every log in order, with how many ms later than written it is. `at` is its entry. */
function* unfold(logs: RuleTest['logs']): Generator<{ item: Json; later: number; at: number }> {
  for (const [at, entry] of logs.entries()) {
    if (!isRepeated(entry)) {
      yield { item: entry as Json, later: 0, at }
      continue
    }
    const text = JSON.stringify(entry.log)
    for (let n = 0; n < entry.times; n++)
      yield { item: JSON.parse(text.replaceAll('{n}', String(n))) as Json, later: Math.round(n * entry.every * 1000), at }
  }
}

const groupOf = ({ group }: Detection): string => Object.values(group).join(', ')
const named = (signal: Detection): string => {
  const group = groupOf(signal)
  return group === '' ? signal.severity : `${signal.severity} for ${group}`
}
