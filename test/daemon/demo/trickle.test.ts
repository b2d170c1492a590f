import { expect, test } from 'vitest'
import type { DemoLine } from '../../../daemon/demo/line.ts'
import { pace, startTrickle } from '../../../daemon/demo/trickle.ts'
import { judge } from './judge.ts'

/** A trickle on a clock that only moves when told. */
function drive(ingest: (lines: DemoLine[]) => Promise<unknown>) {
  let now = Date.UTC(2025, 5, 3, 12)
  let work: (() => void) | undefined
  const reports: unknown[] = []
  const stop = startTrickle({
    every: (ms, tick) => {
      expect(ms).toBe(pace)
      work = tick
      return () => (work = undefined)
    },
    ingest,
    now: () => now,
    report: error => reports.push(error),
    seed: 1,
  })
  const pass = (minutes: number) => {
    for (const end = now + minutes * 60_000; now < end; ) {
      now += pace
      work?.()
    }
  }
  return { stop, pass, reports, now: () => now }
}

test('twelve minutes: an ordinary line every three seconds, six attacks that each open a signal', async () => {
  const batches: { lines: DemoLine[]; now: number }[] = []
  const { stop, pass, now } = drive(async lines => batches.push({ lines, now: now() }))
  pass(12)
  await stop()
  expect(batches).toHaveLength(12 * 20)
  expect(batches.filter(({ lines }) => lines.length > 1)).toHaveLength(6)
  for (const { lines, now } of batches) for (const { time } of lines) expect(time).toBeLessThanOrEqual(now)
  const signals = await judge(
    batches.flatMap(({ lines }) => lines),
    now(),
  )
  expect(signals.sort()).toEqual([
    'high default-ssh-brute-force 192.0.2.220',
    'high default-web-sql-injection 198.51.100.220',
    'info default-web-injection-hints 192.0.2.221',
    'info default-web-injection-hints 198.51.100.220',
    'info default-web-scanner 198.51.100.220', // by the tool's name
    'info default-web-sensitive-files 198.51.100.221',
    'low default-web-path-traversal 203.0.113.220',
    'low default-web-xss 192.0.2.221',
    'medium default-ssh-invalid-users 203.0.113.221',
  ])
})

test('stopped: nothing more', async () => {
  let count = 0
  const { stop, pass } = drive(async () => count++)
  pass(1)
  await stop()
  pass(1)
  expect(count).toBe(20)
})

test('a full disk: reported, and it goes on', async () => {
  let count = 0
  const { stop, pass, reports } = drive(async () => {
    if (++count === 3) throw new Error('disk full')
  })
  pass(1)
  await stop()
  expect(count).toBe(20)
  expect(reports).toEqual([new Error('disk full')])
})
