import { expect, test, vi } from 'vitest'

vi.mock('wxt/browser', () => ({ browser: {} }))

const { createDesk } = await import('../../../extension/popup/desk.ts')
const { createKeys } = await import('../../../extension/popup/keys.ts')
const { createToasts } = await import('../../../extension/ui/toast.tsx')

import type { Moved, Protocol, Queue, RequestType, SignalDetails, SignalRow } from '../../../extension/messages.ts'
import type { ask as Ask } from '../../../extension/relay.ts'
import type { FoundRow } from '../../../extension/search-messages.ts'
import type { State } from '../../../shared/triage.ts'
import { row } from './rows.ts'

const me = { uuid: 'u-1', handle: 'ana', name: 'Ana' }
const detailsOf = (row: SignalRow): SignalDetails => ({
  row,
  rule: 'the rule',
  message: 'what happened',
  condition: 'a > 1',
  queries: [{ name: 'a', query: '*', value: 2 }],
  addresses: [],
  hosts: [],
  samples: [],
  tags: [],
  timeline: [],
})

/** A background that keeps rows and moves them as the daemon would. */
function setUp(rows: SignalRow[]) {
  const asked: { type: RequestType; [key: string]: unknown }[] = []
  let refuse: string | undefined
  let skipped: { id: string; reason: string; by?: string } | undefined
  const stays: string[] = []
  const before = new Map<string, SignalRow[]>()
  const change = (ids: { id: string }[], to: (row: SignalRow) => SignalRow): Moved => {
    if (refuse) return { done: [], failed: ids.map(({ id }) => ({ id, error: refuse! })), changes: [] }
    const made = `change-${before.size + 1}`
    before.set(
      made,
      rows.filter(one => ids.some(({ id }) => id === one.id)),
    )
    rows = rows.map(one => (ids.some(({ id }) => id === one.id) ? { ...to(one), version: one.version + 1 } : one))
    return { done: rows.filter(one => ids.some(({ id }) => id === one.id)), failed: [], changes: [made] }
  }
  const answers: { [T in 'queue' | 'move' | 'assign' | 'signal' | 'undo' | 'foundRows']: (asked: Protocol[T][0]) => Protocol[T][1] } = {
    queue: ({ state }): Queue => {
      const of = (state: State) => rows.filter(one => one.state === state)
      const counts = { open: of('open').length, under_review: of('under_review').length, archived: of('archived').length }
      return { rows: of(state), counts, total: of(state).length, at: 1 }
    },
    move: ({ ids, state, reason = 'none', comment = '' }) =>
      change(ids, one => ({ ...one, state, archive: state === 'archived' ? { reason, comment, by: 'Ana', at: 2 } : null })),
    foundRows: ({ ids }) => ({ rows: rows.filter(({ id }) => ids.includes(id)).map(signal => ({ id: signal.id, signal }) as FoundRow) }),
    signal: ({ id }) => detailsOf(rows.find(one => one.id === id)!),
    undo({ changes }) {
      if (skipped) return { undone: 0, skipped: [skipped], cases: [], jobs: [] }
      const back = changes.flatMap(change => before.get(change) ?? [])
      rows = rows.map(one => {
        const was = back.find(({ id }) => id === one.id)
        return was ? { ...was, version: one.version + 1 } : one
      })
      return { undone: back.length, skipped: [], cases: stays, jobs: [] }
    },
    assign: ({ ids, to }) => change(ids, one => ({ ...one, assignee: to === 'me' ? me : null })),
  }
  const ask = (async (type: 'queue', payload: never) => {
    asked.push({ type, ...(payload as object) })
    return answers[type](payload)
  }) as unknown as typeof Ask
  let barred: string | undefined
  const toasts = createToasts()
  const desk = createDesk({ ask, toasts, me: () => me.uuid, off: () => barred, noBlock: () => barred, reveal: () => {} })
  const surface = {
    openFilter: vi.fn(),
    openState: vi.fn(),
    openHelp: vi.fn(),
    openExplorer: vi.fn(),
    openSidePanel: vi.fn(),
    closeTop: vi.fn(() => false),
  }
  const keys = createKeys(desk, toasts, surface)
  const type = async (key: string, options = { keys: true, live: true }) => {
    const handled = keys(options)[key]?.({} as KeyboardEvent)
    await vi.waitFor(() => expect(desk.busy.value.size).toBe(0))
    await handled
    return handled !== undefined && handled !== false
  }
  const said = () => toasts.all.value.map(({ text }) => text)
  const shown = () => desk.list.value.rows.map(({ id }) => id).join('')
  return {
    desk,
    keys,
    toasts,
    surface,
    type,
    asked,
    said,
    shown,
    ready: desk.load(),
    bar: (why?: string) => (barred = why),
    refuse: (why?: string) => (refuse = why),
    skip: (one: typeof skipped) => (skipped = one),
    stay: (...keys: string[]) => stays.push(...keys),
    push: (one: SignalRow) => (rows = [one, ...rows]),
  }
}
const abc = () => [row('a'), row('b'), row('c')]

test('j, archive as malicious, U: archived, then back where it was', async () => {
  const { desk, type, said, shown, asked, ready } = setUp(abc())
  await ready
  await type('j')
  await type('e')
  expect(desk.archiving.value?.map(({ id }) => id)).toEqual(['b'])
  await desk.move(desk.archiving.value!, 'archived', { reason: 'true_positive_malicious', comment: '' })
  expect(shown()).toBe('ac')
  expect(desk.list.value.current).toBe('c')
  expect(said()).toEqual(['Archived as malicious'])
  await type('u')
  await vi.waitFor(() => expect(shown()).toBe('abc'))
  expect(asked.filter(({ type }) => type === 'move' || type === 'undo')).toEqual([
    { type: 'move', ids: [{ id: 'b', version: 1, title: 'Signal b' }], state: 'archived', reason: 'true_positive_malicious' },
    { type: 'undo', changes: ['change-1'] },
  ])
})

test('x j x r: both go into review', async () => {
  const { desk, type, said, shown, ready } = setUp(abc())
  await ready
  for (const key of ['x', 'j', 'x', 'r']) await type(key)
  await vi.waitFor(() => expect(shown()).toBe('c'))
  expect(said()).toEqual(['Put 2 signals in review'])
  expect(desk.list.value.picked.size).toBe(0)
})

test('a twice: to me, then to nobody', async () => {
  const { desk, type, said, ready } = setUp(abc())
  await ready
  await type('a')
  await vi.waitFor(() => expect(desk.list.value.rows[0]?.assignee).toEqual(me))
  await type('a')
  await vi.waitFor(() => expect(desk.list.value.rows[0]?.assignee).toBeNull())
  expect(said()).toEqual(['Assigned to you', 'Assigned to nobody'])
})

test('a u a, r u u at once: one after the other, each with the version that there is then', async () => {
  const { desk, keys, said, asked, ready } = setUp(abc())
  await ready
  const press = (all: string) => {
    for (const key of all) keys({ keys: true, live: true })[key]?.({} as KeyboardEvent)
  }
  press('aua')
  await vi.waitFor(() => expect(said()).toEqual(['Assigned to you', 'Undone', 'Assigned to you']))
  await vi.waitFor(() => expect(desk.busy.value.size).toBe(0))
  press('ruu')
  await vi.waitFor(() => expect(said().at(-1)).toBe('Undone'))
  await vi.waitFor(() => expect(desk.busy.value.size).toBe(0))
  expect(asked.flatMap(({ type, ids, changes }) => (['move', 'assign', 'undo'].includes(type) ? [ids ?? changes] : []))).toEqual([
    [{ id: 'a', version: 1, title: 'Signal a' }],
    ['change-1'],
    [{ id: 'a', version: 3, title: 'Signal a' }],
    [{ id: 'a', version: 4, title: 'Signal a' }],
    ['change-3'],
    ['change-2'],
  ])
})

test('taken from somebody else, U: theirs again', async () => {
  const bo = { uuid: 'u-2', handle: 'bo', name: 'Bo' }
  const { desk, type, ready } = setUp([row('a', { assignee: bo })])
  await ready
  await type('a')
  await vi.waitFor(() => expect(desk.list.value.rows[0]?.assignee).toEqual(me))
  await type('u')
  await vi.waitFor(() => expect(desk.list.value.rows[0]?.assignee).toEqual(bo))
})

test('refused: the row stays, and the toast says why', async () => {
  const { desk, toasts, type, shown, said, ready, refuse } = setUp(abc())
  await ready
  refuse('analyst-2 changed this signal 4 s ago')
  await type('r')
  await vi.waitFor(() => expect(said()).toEqual(['Not put in review: analyst-2 changed this signal 4 s ago']))
  expect(toasts.all.value[0]?.bad).toBe(true)
  expect(shown()).toBe('abc')
  expect(desk.busy.value.size).toBe(0)
})

test('locked: nothing is asked', async () => {
  const { desk, type, asked, ready } = setUp([row('a', { locked: true })])
  await ready
  for (const key of ['e', 'r', 'a']) await type(key)
  expect(desk.archiving.value).toBeNull()
  expect(asked.every(({ type }) => type === 'queue')).toBe(true)
})

test('a new signal waits; N shows it', async () => {
  const { desk, type, shown, ready, push } = setUp(abc())
  await ready
  push(row('z'))
  await desk.refresh()
  expect([shown(), desk.list.value.waiting]).toEqual(['abc', 1])
  await type('n')
  await vi.waitFor(() => expect(shown()).toBe('zabc'))
  expect(desk.list.value.current).toBe('a')
})

test('50 signals go in portions', async () => {
  const many = Array.from({ length: 50 }, (_, i) => row(`s${i}`))
  const { desk, asked, ready, said } = setUp(many)
  await ready
  await desk.move(many, 'under_review')
  expect(asked.filter(({ type }) => type === 'move').map(({ ids }) => (ids as object[]).length)).toEqual([20, 20, 10])
  expect(said()).toEqual(['Put 50 signals in review'])
})

test('g r, g o: the tabs', async () => {
  const { desk, type, shown, ready } = setUp([row('a'), row('b', { state: 'under_review' })])
  await ready
  await type('g')
  await type('r')
  expect(desk.tab.value).toBe('under_review')
  await vi.waitFor(() => expect(shown()).toBe('b'))
  await type('g')
  await type('o')
  await vi.waitFor(() => expect(shown()).toBe('a'))
})

test.each<[string, { keys: boolean; live: boolean }, string, boolean]>([
  ['letters off: arrows still move', { keys: false, live: true }, 'ArrowDown', true],
  ['letters off: j is left to the browser', { keys: false, live: true }, 'j', false],
  ['away: j moves', { keys: true, live: false }, 'j', true],
  ['away: nothing is archived', { keys: true, live: false }, 'e', false],
  ['away: nothing is assigned', { keys: true, live: false }, 'a', false],
  ['Esc with nothing open is the browser’s', { keys: true, live: true }, 'Escape', false],
])('%s', async (_, options, key, handled) => {
  const { type, desk, ready } = setUp(abc())
  await ready
  await type(key, options)
  expect(desk.archiving.value === null).toBe(true)
  expect((await type(key, options)) || (key !== 'Escape' && desk.list.value.current !== 'a')).toBe(handled)
})

test('Esc: first what is on top, then the selection', async () => {
  const { desk, surface, type, ready } = setUp(abc())
  await ready
  await type('x')
  surface.closeTop.mockReturnValueOnce(true)
  await type('Escape')
  expect(desk.list.value.picked.size).toBe(1)
  await type('e')
  await type('Escape')
  expect([desk.archiving.value, desk.list.value.picked.size]).toEqual([null, 1])
  await type('Escape')
  expect(desk.list.value.picked.size).toBe(0)
})

test('Enter reads the current signal, j the next, Esc goes back to it in the list', async () => {
  const { desk, type, ready } = setUp(abc())
  await ready
  await type('j')
  await type('Enter')
  expect(desk.opened.row.value?.id).toBe('b')
  await vi.waitFor(() => expect(desk.opened.about.value?.message).toBe('what happened'))
  await type('j')
  await vi.waitFor(() => expect([desk.opened.row.value?.id, desk.opened.about.value?.row.id]).toEqual(['c', 'c']))
  await type('k')
  await type('Escape')
  expect([desk.opened.row.value, desk.list.value.current]).toEqual([null, 'b'])
})

test('Enter, archive, j, U: what is read stays until the next is asked for', async () => {
  const { desk, type, shown, asked, ready } = setUp(abc())
  await ready
  for (const key of ['x', 'j', 'Enter', 'e']) await type(key)
  // what is read is meant, not what is picked
  expect(desk.archiving.value?.map(({ id }) => id)).toEqual(['b'])
  await desk.move(desk.archiving.value!, 'archived', { reason: 'other', comment: '' })
  expect([shown(), desk.opened.row.value?.id, desk.opened.row.value?.state]).toEqual(['ac', 'b', 'archived'])
  await type('j')
  expect(desk.opened.row.value?.id).toBe('c')
  await type('u')
  await vi.waitFor(() => expect(asked.filter(({ type }) => type === 'undo')).toEqual([{ type: 'undo', changes: ['change-1'] }]))
})

test('the undo of a reopened signal: archived again as it was', async () => {
  const archive = { reason: 'true_positive_benign', comment: 'ours', by: 'Bo', at: 1 } as const
  const { desk, type, ready } = setUp([row('a', { state: 'archived', archive })])
  desk.open('archived')
  await ready
  await vi.waitFor(() => expect(desk.list.value.current).toBe('a'))
  await type('E')
  await type('u')
  await vi.waitFor(() => expect(desk.list.value.rows[0]?.archive).toEqual(archive))
})

test('undone in part: it says whose change stays', async () => {
  const { toasts, type, said, ready, skip } = setUp(abc())
  await ready
  await type('r')
  skip({ id: 'a', reason: 'changed', by: 'bo' })
  await type('u')
  await vi.waitFor(() => expect(said()).toContain('Not undone. 1 signal was changed since by bo and stays as it is.'))
  expect(toasts.all.value.at(-1)?.bad).toBe(true)
})

test('undone what is in a case: it says that it stays there', async () => {
  const { type, said, ready, stay } = setUp(abc())
  await ready
  await type('r')
  stay('SEC-1')
  await type('u')
  await vi.waitFor(() => expect(said()).toContain('Undone. It stays in SEC-1.'))
})

test('U with nothing to undo says so; away, Enter opens nothing', async () => {
  const { desk, type, said, ready } = setUp(abc())
  await ready
  await type('u')
  expect(said()).toEqual(['Nothing to undo'])
  await type('Enter', { keys: true, live: false })
  expect(desk.opened.row.value).toBeNull()
})

test('somebody else changes the signal that is read: it is read again', async () => {
  const { desk, type, asked, ready } = setUp(abc())
  await ready
  await type('Enter')
  desk.heard(['b'])
  expect(asked.filter(({ type }) => type === 'signal')).toHaveLength(1)
  desk.heard(['a'])
  expect(asked.filter(({ type }) => type === 'signal')).toHaveLength(2)
})

test.each(['e', 'E', 'r', 'a', 'b'])('read-only: %s is said not to be done, and nothing is asked', async key => {
  const { asked, bar, desk, said, type, ready } = setUp(abc())
  await ready
  bar('The daemon is read-only')
  await type(key)
  const not = key === 'b' ? 'Not blocked' : 'Not changed'
  expect([said(), desk.archiving.value]).toEqual([[`${not}: The daemon is read-only`], null])
  expect(asked.map(({ type }) => type)).toEqual(['queue'])
})

test('the daemon goes away while the archive form is open: the form stays, and archives once it is back', async () => {
  const { bar, desk, said, shown, type, ready } = setUp(abc())
  await ready
  await type('e')
  bar('The daemon is away')
  const rows = desk.archiving.value!
  await desk.move(rows, 'archived', { reason: 'other', comment: 'mine' })
  expect([desk.archiving.value, shown()]).toEqual([rows, 'abc'])
  bar()
  await desk.move(rows, 'archived', { reason: 'other', comment: 'mine' })
  expect([desk.archiving.value, shown(), said()]).toEqual([
    null,
    'bc',
    ['Not changed: The daemon is away', expect.stringContaining('Archived')],
  ])
})
