import { expect, test } from 'vitest'
import { createPages } from '../../../extension/explorer/pages.ts'

/** A list by pages of ten over what `all` holds now. */
function listOver(all: { id: string }[]) {
  const asked: number[] = []
  const pages = createPages<object, { rows: { id: string }[]; total: number }>(10, async (_, page) => {
    asked.push(page)
    return { rows: all.slice(page * 10, page * 10 + 10), total: all.length }
  })
  const settled = () => new Promise(resolve => setTimeout(resolve))
  const shown = (from: number, to: number) => pages.value.value!.rows.slice(from, to).map(row => row?.id)
  return { ...pages, asked, settled, shown }
}
const some = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `${i}` }))
const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `${from + i}`)

test('rows of the fortieth page are looked at → that page is asked for once, and those between are gaps', async () => {
  const list = listOver(some(1000))
  await list.load({})
  list.want(400, 412)
  list.want(401, 413)
  await list.settled()
  expect(list.asked).toEqual([0, 40, 41])
  expect([list.shown(400, 420), list.shown(10, 12)]).toEqual([ids(400, 420), [undefined, undefined]])
})

test('one came in front → what is looked at is asked for again, nobody stands twice, and the rest when it is looked at', async () => {
  const all = some(100)
  const list = listOver(all)
  await list.load({})
  list.want(10, 30)
  await list.settled()
  all.unshift({ id: 'new' })
  list.refresh()
  expect(list.shown(10, 30)).toEqual(ids(10, 30))
  await list.settled()
  expect([list.shown(10, 30), list.value.value!.total]).toEqual([ids(9, 29), 101])
  const there = list.value.value!.rows.flatMap(row => row?.id ?? [])
  expect(new Set(there).size).toBe(there.length)
  list.want(0, 10)
  await list.settled()
  expect(list.shown(0, 10)).toEqual(['new', ...ids(0, 9)])
})

test('all but a few have gone → the list ends where it does now, and is not asked for without end', async () => {
  const all = some(100)
  const list = listOver(all)
  await list.load({})
  list.want(90, 100)
  await list.settled()
  all.length = 15
  list.refresh()
  await list.settled()
  expect(list.value.value!.rows).toHaveLength(15)
  list.want(0, 15)
  await list.settled()
  const asked = list.asked.length
  list.want(0, 15)
  await list.settled()
  expect([list.shown(0, 15), list.asked.length]).toEqual([ids(0, 15), asked])
})
