import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openReserve, reserveSize } from '../../../daemon/store/reserve.ts'

const dir = mkdtempSync(join(tmpdir(), 'signalbox-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

test('made, found again, given up once, made again after a second', async () => {
  const path = join(dir, 'reserve')
  let now = 0
  const reserve = openReserve(dir, () => now)
  expect([existsSync(path), reserve.giveUp(), reserve.isSpent()]).toEqual([false, false, false])
  await Promise.all([reserve.make(), reserve.make()])
  expect(statSync(path).size).toBe(reserveSize)
  expect(statSync(path).blocks * 512).toBeGreaterThanOrEqual(reserveSize)
  const again = openReserve(dir, () => now)
  expect([again.giveUp(), again.giveUp(), again.isSpent(), existsSync(path)]).toEqual([true, false, true, false])
  await again.make()
  expect([again.isSpent(), existsSync(path)]).toEqual([false, true])
  again.giveUp()
  await again.make()
  expect(again.isSpent()).toBe(true)
  now += 1000
  await again.make()
  expect([again.isSpent(), existsSync(`${path}.new`)]).toEqual([false, false])
})
