import { describe, expect, test } from 'vitest'
import { runInSlices, runTests, type ToLog } from '../../../daemon/detect/rule-tests.ts'
import { RulePayload } from '../../../shared/rule.ts'
import type { RuleTest } from '../../../shared/rule-test.ts'
import { makeLog } from './fixtures.ts'

const toLog: ToLog = item => makeLog(0, { usr: { name: String(item) } }, { message: 'failed' })
const rule = (test: Partial<RuleTest>) =>
  RulePayload.parse({
    name: 'rule',
    queries: [{ query: 'failed', groupByFields: ['@usr.name'] }],
    cases: [
      { status: 'high', condition: 'a > 1' },
      { status: 'low', condition: 'a > 0' },
    ],
    tests: [{ name: 'one', signals: [], ...test }],
  })

describe('what differs', () => {
  const logs = ['ann', 'ann', 'bob']
  test.each<[RuleTest['signals'], string[], string[]]>([
    [[{ status: 'high' }, { status: 'low' }], [], []],
    [[{ status: 'low', group: 'bob' }, { status: 'high' }], [], []],
    [[{ status: 'low', group: 'ann' }, { status: 'high' }], ['low for ann'], ['low for bob']],
    [[{ status: 'high' }], [], ['low for bob']],
    [[{ status: 'high' }, { status: 'low' }, { status: 'low' }], ['low'], []],
    [[], [], ['high for ann', 'low for bob']],
  ])('expected %j', (signals, missing, unexpected) => {
    const [result] = runTests(rule({ logs, signals }), toLog)
    expect([result!.missing, result!.unexpected, result!.passed]).toEqual([missing, unexpected, missing.length + unexpected.length === 0])
    expect(result!.actual).toEqual(['high for ann', 'low for bob'])
  })
  test('one expected by its severity alone does not take the place of one with a group', () => {
    const [result] = runTests(rule({ logs: ['ann', 'bob'], signals: [{ status: 'low' }, { status: 'low', group: 'ann' }] }), toLog)
    expect(result!.passed).toBe(true)
  })
})

test('a log many times over is that many logs', () => {
  expect(runTests(rule({ logs: [{ log: 'u{n}', times: 3, every: 1 }] }), toLog)[0]!.actual).toEqual([
    'low for u0',
    'low for u1',
    'low for u2',
  ])
})
test('many logs run in slices, and end where nobody waits', async () => {
  const many = rule({ logs: [{ log: 'ann', times: 10_000, every: 1 }] })
  expect((await runInSlices(many, toLog, () => {})).length).toBe(1)
  const slow: ToLog = (item, i) => {
    for (const until = performance.now() + 1; performance.now() < until; );
    return toLog(item, i)
  }
  const leave = () => {
    throw new Error('nobody waits')
  }
  await expect(runInSlices(many, slow, leave)).rejects.toThrow('nobody waits')
})
