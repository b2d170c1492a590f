import { expect, test } from 'vitest'
import { tinyPage } from './tiny-page.ts'

const { createScrolling } = await import('../../../extension/page/scrolling.ts')

/** Two lists of 100 px each. */
const lists = () =>
  tinyPage('<div><div>a</div><div>b</div></div>').texts.map(text => Object.assign(text.parentNode!, { shows: 100, scrolled: 0 }))
const heard = (target: unknown) => ({ target }) as Event

test('what goes by more than it shows rushes, forth and back', () => {
  const [list] = lists()
  const { note, rushes } = createScrolling()
  const to = (scrolled: number) => {
    note(heard(Object.assign(list!, { scrolled })))
    return rushes()
  }
  expect(to(101)).toBe(true)
  expect(to(201)).toBe(false)
  expect(to(302)).toBe(true)
  expect(to(100)).toBe(true)
  expect(to(0)).toBe(false)
})

test('in more time it has to go further', () => {
  const [list] = lists()
  let now = 5_000
  const { note, rushes } = createScrolling(() => now)
  const after = (ms: number, scrolled: number) => {
    note(heard(Object.assign(list!, { scrolled })))
    now += ms
    return rushes()
  }
  expect(after(250, 101)).toBe(true)
  expect(after(1_000, 500)).toBe(false)
  expect(after(1_000, 901)).toBe(true)
  // no time is counted while nothing scrolls
  now += 60_000
  expect(after(250, 1_002)).toBe(true)
})

test('nothing rushes where nothing has scrolled since the last question', () => {
  const [list] = lists()
  const { note, rushes } = createScrolling()
  expect(rushes()).toBe(false)
  note(heard(Object.assign(list!, { scrolled: 500 })))
  expect(rushes()).toBe(true)
  expect(rushes()).toBe(false)
  // told of by the page, which has not scrolled
  note(heard(list))
  expect(rushes()).toBe(false)
})

test('beside what rushes, what is scrolled slowly is read', () => {
  const [rushing, slow] = lists()
  const { note, rushes } = createScrolling()
  note(heard(Object.assign(rushing!, { scrolled: 500 })))
  note(heard(Object.assign(slow!, { scrolled: 50 })))
  expect(rushes()).toBe(false)
})
