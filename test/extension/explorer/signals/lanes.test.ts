import { expect, test } from 'vitest'
import { keptFlow, laneOf, placeOf, windowOf } from '../../../../extension/explorer/signals/lanes.ts'
import type { Investigation } from '../../../../extension/signal-messages.ts'
import { row } from '../../popup/rows.ts'

const span = { from: 0, to: 1_000, step: 10 }

test.each([
  [0, { left: 0, width: 0.8 }],
  [500, { left: 50, width: 0.8 }],
  [1_000, { left: 100, width: 0 }],
  [-50, { left: 0, width: 0.8 }],
  [5_000, { left: 100, width: 0 }],
])('a tick at %i of 0 to 1000: %j', (time, place) => expect(placeOf(span, time)).toEqual(place))

test('one moment: the window is not empty', () => {
  const { from, to } = windowOf({ row: row('a', { first_seen: 7_000, last_seen: 7_000 }) })
  expect(to - from).toBeGreaterThan(0)
  expect(from).toBeLessThan(7_000)
})

test('a lane has the true count, and no ticks where nothing was', () => {
  const found = {
    total: 42,
    histogram: [
      { time: 1, count: 40 },
      { time: 2, count: 0 },
      { time: 3, count: 2 },
    ],
  }
  expect(laneOf('failures', '@evt.outcome:failure', found)).toMatchObject({ count: 42, grave: false, ticks: [{ time: 1 }, { time: 3 }] })
  expect(laneOf('success', '(@evt.outcome:success) @usr.name:"a"', found).grave).toBe(true)
})

test('logs are gone: the kept ones, one tick each', () => {
  const log = { id: 'l', text: '', status: '', service: '', host: '', trace: null }
  const about = { row: row('a', { first_seen: 0, last_seen: 60_000 }), logs: [0, 30_000].map(time => ({ ...log, time })) }
  expect(keptFlow(about as unknown as Investigation).lanes).toMatchObject([
    { name: 'Kept logs', count: 2, ticks: [{ time: 0 }, { time: 30_000 }] },
  ])
})
