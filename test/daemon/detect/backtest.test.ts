import { describe, expect, test, vi } from 'vitest'
import { backtest } from '../../../daemon/detect/backtest.ts'
import { createDetector } from '../../../daemon/detect/detector.ts'
import { createPacer } from '../../../daemon/engine/slices.ts'
import type { Log } from '../../../shared/log.ts'
import { makeLog, makeRule, start } from './fixtures.ts'

vi.setConfig({ testTimeout: 60_000 }) // a second, but not on a machine that does five other things

const rule = makeRule({
  queries: [{ query: 'failed', groupByFields: ['@usr.name'] }],
  cases: [
    { status: 'high', condition: 'a > 4' },
    { status: 'low', condition: 'a > 2' },
  ],
  options: { evaluationWindow: 60, keepAlive: 60, maxSignalDuration: 300 },
})
const failed = (at: number, name: string, more: Partial<Log> = {}) => makeLog(at, { usr: { name } }, { message: 'failed', ...more })
const blocksOf = (logs: Log[]) => Array.from({ length: Math.ceil(logs.length / 64) }, (_, i) => logs.slice(i * 64, (i + 1) * 64))
const run = (logs: Log[], more: Partial<Parameters<typeof backtest>[0]> = {}) =>
  backtest({ rule, suppressions: [], logs: blocksOf(logs), limit: 50, pace: async () => {}, isOver: () => false, ...more })

test('it comes to what detection comes to', async () => {
  const logs = Array.from({ length: 1500 }, (_, i) =>
    failed(i, `u${Math.floor(i / 100) * 20 + ((i * i) % 19)}`, i % 11 === 0 ? { message: 'other' } : {}),
  )
  const detector = createDetector()
  detector.setRules([rule])
  for (const log of logs) detector.judge(log)
  const { signals } = detector.takeChanges()
  const found = await run(logs, { limit: 1000 })
  expect(signals.length).toBeGreaterThan(10)
  expect(found.first).toEqual(
    signals.map(({ id, detection }) => ({ id, detection: { ...detection, samples: detection.samples.slice(0, 3) } })),
  )
  expect(found).toMatchObject({ signals: signals.length, logs: 1500, cut: null })
})
test('the first signals in the order in which they opened, and all of them counted with what they came to', async () => {
  const logs = [3, 5, 3, 7].flatMap((count, n) => Array.from({ length: count }, (_, i) => failed(n * 10 + i, `u${n}`)))
  const found = await run(logs, { limit: 2 })
  expect(found.first.map(({ detection }) => [detection.group['@usr.name'], detection.severity])).toEqual([
    ['u0', 'low'],
    ['u1', 'high'],
  ])
  expect([found.signals, found.severities]).toEqual([4, { low: 2, high: 2 }])
})

describe('it ends early', () => {
  const logs = Array.from({ length: 640 }, (_, i) => failed(i, 'ann'))
  test('when time is up, and says where it then stood', async () => {
    let looks = 0
    const found = await run(logs, { isOver: () => ++looks === 3 })
    expect([found.logs, found.cut]).toEqual([192, { by: 'time', at: start + 191_000 }])
  })
  test('when there are too many signals', async () => {
    const each = makeRule({ queries: [{ query: '*', groupByFields: ['@usr.name'] }], options: { evaluationWindow: 0 } })
    const found = await run(
      Array.from({ length: 4200 }, (_, i) => failed(i, `u${i}`)),
      { rule: each, limit: 1, most: 10 },
    )
    expect(found.cut?.by).toBe('signals')
    expect(found.signals).toBe(4096)
  })
  test('when nobody waits any more, and others had their turn before', async () => {
    let turns = 0
    const other = setInterval(() => turns++, 1)
    function* endless() {
      for (let i = 0; ; i++) yield [failed(i, 'ann')]
    }
    const check = () => {
      if (turns > 3) throw new Error('nobody waits')
    }
    await expect(run([], { logs: endless(), pace: createPacer(check) })).rejects.toThrow('nobody waits')
    clearInterval(other)
  })
})

test('a method that is not evaluated is refused', async () => {
  await expect(run([], { rule: makeRule({ options: { detectionMethod: 'hardcoded' } }) })).rejects.toMatchObject({ status: 400 })
})
