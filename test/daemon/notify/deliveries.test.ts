import { expect, test } from 'vitest'
import { createDeliveries } from '../../../daemon/notify/deliveries.ts'
import { DeliveryError } from '../../../daemon/notify/delivery-error.ts'
import type { Delivery } from '../../../shared/notice.ts'

type Waiting = Delivery & { tries: number }
const delivery = (id: string, target: string, tries = 0): Waiting => ({
  ...{ id, target, tries, why: 'opened', rule: null, severity: 'high', title: [], text: [], signals: [], more: 0, time: 0 },
})

/** An outbox in memory: what was tried is gone, unless it is to be tried again. */
function start(waiting: Waiting[], deliver: (one: Delivery, ending?: AbortSignal) => Promise<void>) {
  const tried: [string, unknown][] = []
  const reported: unknown[] = []
  const deliveries = createDeliveries({
    dueDeliveries: async busy => {
      const targets = [...new Set(waiting.map(({ target }) => target))].filter(target => !busy.includes(target))
      return targets.map(target => waiting.find(one => one.target === target)!)
    },
    delivered: async (id, what) => {
      tried.push([id, what])
      waiting.splice(
        waiting.findIndex(one => one.id === id),
        1,
      )
    },
    deliver,
    now: () => 0,
    report: error => reported.push(error),
    random: () => 0,
  })
  return { deliveries, tried, reported, waiting }
}

test('one that hangs holds up no other target, and the others of its own channel', async () => {
  let release = () => {}
  const hanging = new Promise<void>(resolve => (release = resolve))
  const told: string[] = []
  const { deliveries, tried } = start(
    [delivery('1', '@a@example.com'), delivery('2', '@b@example.com'), delivery('3', '@slack-x'), delivery('4', '@slack-x')],
    async ({ id }) => {
      told.push(id)
      if (id === '1') await hanging
    },
  )
  const run = deliveries.run()
  while (tried.length < 2) await new Promise(resolve => setImmediate(resolve))
  expect(told).toEqual(['1', '3', '4'])
  release()
  await run
  expect(tried.map(([id]) => id)).toEqual(['3', '4', '1', '2'])
})

test.each([
  [new DeliveryError('no'), 0, { sent: false, error: 'no', again: 1000 }],
  [new DeliveryError('no'), 6, { sent: false, error: 'no', again: 3_600_000 }],
  [new DeliveryError('no'), 7, { sent: false, error: 'no', again: null }],
  [new DeliveryError('no', { retryAfter: 90_000 }), 0, { sent: false, error: 'no', again: 90_000 }],
  [new DeliveryError('no', { isFinal: true }), 0, { sent: false, error: 'no', again: null }],
])('%s after %i tries', async (error, tries, expected) => {
  const { deliveries, tried, reported } = start([delivery('1', '@slack-x', tries)], async () => {
    throw error
  })
  await deliveries.run()
  expect([tried, reported]).toEqual([[['1', expected]], []])
})

test('a bug is reported, and tried again', async () => {
  const { deliveries, tried, reported } = start([delivery('1', '@slack-x')], async () => {
    throw new TypeError('bug')
  })
  await deliveries.run()
  expect([tried[0]![1], reported.map(String)]).toEqual([
    { sent: false, error: 'It failed; the log says why', again: 1000 },
    ['TypeError: bug'],
  ])
})

test('stopped in the middle, it stays', async () => {
  let begun = () => {}
  const began = new Promise<void>(resolve => (begun = resolve))
  const { deliveries, tried, waiting } = start([delivery('1', '@slack-x')], async (_, ending) => {
    begun()
    await new Promise((_, reject) => ending!.addEventListener('abort', () => reject(new DeliveryError('stopped'))))
  })
  deliveries.wake()
  await began
  await deliveries.close()
  expect([tried, waiting.length]).toEqual([[], 1])
})
