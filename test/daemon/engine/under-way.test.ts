import { expect, test } from 'vitest'
import { createUnderWay } from '../../../daemon/engine/under-way.ts'

test('nobody searches: it is quiet', async () => {
  expect(await createUnderWay().quiet(1)).toBe(true)
})

test('two search: it is quiet when both have ended', async () => {
  const { begin, end, quiet, isQuiet } = createUnderWay()
  begin()
  begin()
  let isOver = false
  const waited = quiet().then(quiet => {
    isOver = true
    return quiet
  })
  end()
  await new Promise(resolve => setImmediate(resolve))
  expect([isOver, isQuiet()]).toEqual([false, false])
  end()
  expect(await waited).toBe(true)
})

test('a search that goes on: no longer than asked for', async () => {
  const { begin, quiet } = createUnderWay()
  begin()
  expect(await quiet(1)).toBe(false)
})

test('the next search begins as the last one ends: it is not quiet', async () => {
  const { begin, end, quiet } = createUnderWay()
  begin()
  const waited = quiet()
  end()
  begin()
  expect(await waited).toBe(false)
})
