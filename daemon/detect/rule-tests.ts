import { isObject, type Json } from '../../shared/json.ts'
import type { Log } from '../../shared/log.ts'
import type { Rule, RuleFile, RuleTest } from '../../shared/rule.ts'
import type { Detection } from '../../shared/signal.ts'
import { createDetector } from './detector.ts'

/**
 * Run a rule against its own test logs; one sentence for each test that fails. `normaliseLog` makes a log of an intake item or raw line, with
 * its place in the test. Throws a Refusal where the rule itself is wrong.
 */
export function runRuleTests({ id, tests, ...payload }: RuleFile, normaliseLog: (item: Json, i: number) => Log): string[] {
  const rule: Rule = {
    ...payload,
    id,
    isEnabled: true,
    version: 1,
    seq: 0,
    createdAt: 0,
    updatedAt: 0,
    creationAuthor: '',
    updateAuthor: '',
    isDefault: true,
    isDeleted: false,
  }
  return tests.flatMap(({ name, logs, signals }) => {
    const detector = createDetector()
    detector.setRules([rule])
    for (const { problem } of detector.load()) if (problem) throw problem
    for (const [i, { item, later }] of unfold(logs).entries()) {
      const log = normaliseLog(item, i)
      detector.judge({ ...log, timestamp: log.timestamp + later })
    }
    const found = detector.takeChanges().signals.map(({ detection }) => detection)
    const expected = signals.map(({ status, group }) => (group === undefined ? status : `${status} for ${group}`)).sort()
    const actual = found.map(detection => (signals.some(({ group }) => group !== undefined) ? named(detection) : detection.severity)).sort()
    if (expected.join('\n') === actual.join('\n')) return []
    return [`${id}, “${name}”: expected ${expected.join('; ') || 'no signal'}, got ${found.map(named).join('; ') || 'none'}`]
  })
}

/** Every copy of every log in order, with how many ms later than written it is. */
const unfold = (logs: RuleTest['logs']): { item: Json; later: number }[] =>
  (logs as Json[]).flatMap(entry => {
    if (!isObject(entry) || entry['log'] === undefined || typeof entry['times'] !== 'number') return [{ item: entry, later: 0 }]
    const text = JSON.stringify(entry['log'])
    return Array.from({ length: entry['times'] }, (_, n) => ({
      item: JSON.parse(text.replaceAll('{n}', String(n))) as Json,
      later: Math.round(n * Number(entry['every']) * 1000),
    }))
  })

const named = ({ severity, group }: Detection): string => `${severity} for ${Object.values(group).join(', ')}`
