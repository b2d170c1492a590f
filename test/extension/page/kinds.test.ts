import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { MarkKind } from '../../../extension/messages.ts'
import { batch, createKinds, type Known } from '../../../extension/page/kinds.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function setUp(kinds: Record<string, MarkKind>) {
  const asked: string[][] = []
  const changed: string[][] = []
  let answers: Known | undefined = { kinds }
  const known = createKinds(
    async addresses => {
      asked.push(addresses)
      return answers
    },
    addresses => changed.push([...addresses]),
  )
  return {
    known,
    asked,
    changed,
    answer: (kinds?: Record<string, MarkKind>, unsure?: string[]) => (answers = kinds && { kinds, ...(unsure && { unsure }) }),
  }
}

test('what is wanted at once is asked at once, each address once; what is missing is unknown', async () => {
  const { known, asked, changed } = setUp({ '1.1.1.1': 'match' })
  for (const address of ['1.1.1.1', '2.2.2.2', '1.1.1.1']) known.want(address)
  expect(known.of('1.1.1.1')).toBeUndefined()
  await vi.runAllTimersAsync()
  known.want('1.1.1.1')
  await vi.runAllTimersAsync()
  expect(asked).toEqual([['1.1.1.1', '2.2.2.2']])
  expect(changed).toEqual([['1.1.1.1', '2.2.2.2']])
  expect([known.of('1.1.1.1'), known.of('2.2.2.2')]).toEqual(['match', 'unknown'])
})

test('2,500 addresses go in three requests', async () => {
  const { known, asked } = setUp({})
  for (let i = 0; i < 2_500; i++) known.want(`10.0.${i >> 8}.${i & 255}`)
  await vi.runAllTimersAsync()
  expect(asked.map(({ length }) => length)).toEqual([batch, batch, 500])
})

test('renewed: only what changed is told, what left the page is forgotten', async () => {
  const { known, changed, answer } = setUp({ '1.1.1.1': 'signal', '2.2.2.2': 'match' })
  for (const address of ['1.1.1.1', '2.2.2.2', '3.3.3.3']) known.want(address)
  await vi.runAllTimersAsync()
  answer({ '1.1.1.1': 'signal', '2.2.2.2': 'blocked' })
  known.renew(['1.1.1.1', '2.2.2.2'])
  expect(known.of('2.2.2.2')).toBe('match')
  await vi.runAllTimersAsync()
  expect(changed.at(-1)).toEqual(['2.2.2.2'])
  expect(known.of('3.3.3.3')).toBeUndefined()
})

test('the daemon is away: nothing is marked, and all is asked again when it is back', async () => {
  const { known, asked, answer } = setUp({})
  answer(undefined)
  known.want('1.1.1.1')
  await vi.runAllTimersAsync()
  expect(known.of('1.1.1.1')).toBeUndefined()
  answer({ '1.1.1.1': 'match' })
  known.renew(['1.1.1.1'])
  await vi.runAllTimersAsync()
  expect(known.of('1.1.1.1')).toBe('match')
  expect(asked).toHaveLength(2)
})

test('stopped: an answer that comes late changes nothing', async () => {
  const { known, changed } = setUp({ '1.1.1.1': 'match' })
  known.want('1.1.1.1')
  known.stop()
  await vi.runAllTimersAsync()
  expect(changed).toEqual([])
})

test('nothing is wanted: begun, it asks once all the same; renewed, again', async () => {
  const { known, asked } = setUp({})
  known.begin()
  known.begin()
  await vi.runAllTimersAsync()
  known.begin()
  await vi.runAllTimersAsync()
  expect(asked).toEqual([[]])
  known.renew([])
  await vi.runAllTimersAsync()
  expect(asked).toEqual([[], []])
})

test('those of which something is known, whatever they are', async () => {
  const { known } = setUp({ '1.1.1.1': 'match', 'evil.example': 'signal' })
  for (const value of ['1.1.1.1', 'evil.example', 'fine.example']) known.want(value)
  await vi.runAllTimersAsync()
  expect([...known.marked()]).toEqual([
    ['1.1.1.1', 'match'],
    ['evil.example', 'signal'],
  ])
})

test('the daemon still reads: asked again a second later, only of what it may know more of, until it is done', async () => {
  const { known, asked, changed, answer } = setUp({})
  answer({ '1.1.1.1': 'match' }, ['a.example', 'b.example'])
  for (const value of ['1.1.1.1', 'a.example', 'b.example']) known.want(value)
  await vi.advanceTimersByTimeAsync(500)
  expect(asked).toHaveLength(1)
  expect([known.of('1.1.1.1'), known.of('a.example')]).toEqual(['match', 'unknown'])
  answer({ 'a.example': 'signal' }, ['a.example', 'b.example'])
  await vi.advanceTimersByTimeAsync(1_000)
  expect(changed.at(-1)).toEqual(['a.example'])
  answer({ 'a.example': 'signal', 'b.example': 'match' })
  await vi.runAllTimersAsync()
  expect(asked.slice(1)).toEqual([
    ['a.example', 'b.example'],
    ['a.example', 'b.example'],
  ])
  expect([known.of('a.example'), known.of('b.example')]).toEqual(['signal', 'match'])
})
test('the daemon still reads, and nothing was asked of: asked again all the same; stopped, no more', async () => {
  const { known, asked, answer } = setUp({})
  answer({}, [])
  known.begin()
  await vi.advanceTimersByTimeAsync(1_500)
  expect(asked).toEqual([[], []])
  known.stop()
  await vi.runAllTimersAsync()
  expect(asked).toHaveLength(2)
})
