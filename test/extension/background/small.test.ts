import { expect, test } from 'vitest'
import { createAnswers } from '../../../extension/background/answers.ts'
import { lookOf, pageLook } from '../../../extension/background/badge.ts'
import { createFrames } from '../../../extension/background/frames.ts'
import { readAssigned, readEvent, readNoticed } from '../../../extension/background/live.ts'
import { cardFor } from '../../../extension/background/menu.ts'
import { noticeOf, noticeOfSignals } from '../../../extension/background/notices.ts'
import { patternOf } from '../../../extension/background/sites.ts'
import { type Connection, mostFrames, mostTold, nothingRead } from '../../../extension/messages.ts'
import { defaultSettings, readSettings } from '../../../extension/settings.ts'

const counts = { open: 9, under_review: 2, archived: 1 }

test.each([
  [
    { type: 'hello', version: '0.1.0', counts },
    { ids: [], counts },
  ],
  [
    { type: 'signals', ids: ['a', 7, 'b'], counts },
    { ids: ['a', 'b'], counts },
  ],
  [
    { type: 'signals', ids: ['a'], counts: { open: 'many' } },
    { ids: ['a'], counts: null },
  ],
  [{ type: 'ping' }, undefined],
  [{ type: 'else' }, undefined],
  [[], undefined],
])('the stream says %j', (event, heard) => expect(readEvent(JSON.stringify(event))).toEqual(heard))
test.each([['{'], [''], [7], [new ArrayBuffer(4)], [' '.repeat(1_000_001)]])('the stream says what nobody understands', data =>
  expect(readEvent(data)).toBeUndefined())

test.each([
  [
    { type: 'assigned', to: 'me', ids: ['a'], by: 'ada@example.com', count: 3 },
    'A signal is yours',
    'ada@example.com assigned it to you. 3 wait for you.',
  ],
  [{ type: 'assigned', to: 'me', ids: ['a', 'b'], by: 7, count: 'x' }, '2 signals are yours', 'Somebody assigned them to you.'],
  [{ type: 'assigned', to: 'me', ids: [], by: 'ada@example.com', count: 3 }, undefined, undefined],
  [{ type: 'signals', ids: ['a'] }, undefined, undefined],
])('the stream says %j → the notice %j, %j', (event, title, message) => {
  const news = readAssigned(JSON.stringify(event))
  expect(news ? noticeOf(news) : {}).toEqual(title === undefined ? {} : { title, message })
})

test.each([
  [{ type: 'notice', ids: ['a'], severity: 'high', why: 'opened' }, 'A new signal is high'],
  [{ type: 'notice', ids: ['a'], severity: 'critical', why: 'raised' }, 'A signal is critical now'],
  [{ type: 'notice', ids: ['a', 'b'], severity: 'critical', why: 'opened' }, '2 signals, up to critical'],
  [{ type: 'notice', ids: ['example'], severity: 'high', why: 'test' }, 'Signalbox reaches you here'],
  [{ type: 'notice', ids: [], severity: 'high', why: 'opened' }, undefined],
  [{ type: 'notice', ids: ['a'], severity: 'worst', why: 'opened' }, undefined],
  [{ type: 'notice', ids: ['a'], severity: 'high', why: 'else' }, undefined],
])('the stream says %j → the notice %j', (event, title) => {
  const news = readNoticed(JSON.stringify(event))
  expect(news && noticeOfSignals(news).title).toBe(title)
})

const live: Connection = { state: 'live', version: '1', user: { uuid: '', handle: '', name: '', role: '', permissions: [] }, pairedAt: 0 }
const away: Connection = { state: 'away', since: 1, nextTry: 2 }
test.each<[string, Connection, number, boolean, string, string]>([
  ['nothing open', live, 0, false, 'well', ''],
  ['nine open', live, 9, false, 'well', '9'],
  ['one critical', live, 9, true, 'level', '9'],
  ['very many', live, 1200, false, 'well', '1k+'],
  ['away', away, 9, true, 'away', '9'],
  ['unpaired', { state: 'unpaired' }, 9, true, 'away', ''],
  ['foreign', { state: 'foreign' }, 9, true, 'away', ''],
])('badge, %s', (_, connection, open, critical, look, text) => expect(lookOf(connection, open, critical)).toMatchObject({ look, text }))

test.each([
  [{ selectionText: ' 203.0.113.9:443 ' }, '203.0.113.9', false],
  [{ selectionText: '203[.]0[.]113[.]9' }, '203.0.113.9', false],
  [{ selectionText: 'from 2001:DB8::1: Bye' }, '2001:db8::1', false],
  [{ linkUrl: 'https://203.0.113.9/x' }, '203.0.113.9', true],
  [{ linkUrl: 'https://203.0.113.9/x', selectionText: '10.0.0.5' }, '10.0.0.5', false],
  [{ selectionText: 'version 1.2.3' }, null, false],
  [{}, null, false],
])('right click on %j', (info, ip, link) => expect(cardFor(info)).toMatchObject({ type: 'card', ip, link }))
test('right click on 2 MB of text: 1,000 characters reach the page', () =>
  expect(cardFor({ selectionText: 'x'.repeat(2_000_000) }).text).toHaveLength(1000))

test.each([
  ['https://logs.example.net', 'https://logs.example.net/*'],
  ['http://127.0.0.1:3000', 'http://127.0.0.1/*'],
  ['http://[::1]:3000', 'http://[::1]/*'],
])('%s is granted as %s', (origin, pattern) => expect(patternOf(origin)).toBe(pattern))

test.each([undefined, null, 7, [], { theme: 'pink', rowHeight: 1, marks: [], keys: 'no' }])('settings stored as %j', stored =>
  expect(readSettings(stored)).toEqual(defaultSettings))
test('settings stored by a version that knew less', () =>
  expect(readSettings({ theme: 'dark', marks: { unknown: true } })).toEqual({
    ...defaultSettings,
    theme: 'dark',
    marks: { ...defaultSettings.marks, unknown: true },
  }))

test.each([
  [undefined, null],
  [{ ...nothingRead, found: 40 }, null],
  [
    { ...nothingRead, bad: 3 },
    { text: '3', title: 'Signalbox: 3 known bad on this page' },
  ],
  [
    { ...nothingRead, bad: 3, signals: 1_200 },
    { text: '1k+', title: 'Signalbox: 3 known bad, 1200 in open signals on this page' },
  ],
])('the toolbar over a page that shows %j', (reading, look) => expect(pageLook(reading)).toEqual(look))

test('what a tab shows is that of all its frames, and nothing where none answers', async () => {
  const frames = createFrames({ get: async () => ({}), set: async () => {} })
  const from = (frameId: number) => ({ own: false as const, tabId: 1, frameId, origin: 'https://a', site: 'https://a', nested: false })
  expect(frames.reading(1)).toBeUndefined()
  await frames.note(from(0), { ...nothingRead, marking: true, found: 2, spoken: ['203.0.113.9'] })
  await frames.note(from(4), { ...nothingRead, bad: 1, found: 1, cut: true, drawn: true, spoken: ['203.0.113.9', '203.0.113.10'] })
  const spoken = ['203.0.113.9', '203.0.113.10']
  expect(frames.reading(1)).toEqual({
    bad: 1,
    signals: 0,
    marking: true,
    found: 3,
    cut: true,
    behind: false,
    drawn: true,
    spoken,
    crowded: false,
  })
})

test('more frames than are followed: the first are, one that goes makes room, and it is said until the page is left', async () => {
  let saved = 0
  const stored: Record<string, unknown> = {}
  const area = {
    get: async () => stored,
    async set(items: object) {
      saved++
      Object.assign(stored, structuredClone(items))
    },
  }
  const frames = createFrames(area)
  const from = (frameId: number) => ({ own: false as const, tabId: 1, frameId, origin: 'https://a', site: 'https://a', nested: false })
  for (let i = 0; i < mostFrames; i++) await frames.note(from(i), { ...nothingRead, bad: 1 })
  expect(frames.reading(1)).toMatchObject({ bad: mostFrames, crowded: false })
  for (let i = 0; i < 10_000; i++) await frames.note(from(mostFrames + i), { ...nothingRead, bad: 1 })
  expect(frames.reading(1)).toMatchObject({ bad: mostFrames, crowded: true })
  expect([frames.turnsAway(from(mostFrames - 1)), frames.turnsAway(from(mostFrames))]).toEqual([false, true])
  expect(saved).toBe(mostFrames + 1)
  await frames.left(from(7))
  expect(frames.reading(1)).toMatchObject({ bad: mostFrames - 1, crowded: true })
  await frames.note(from(20_000))
  expect([frames.turnsAway(from(20_000)), frames.turnsAway(from(20_001))]).toEqual([false, true])
  const later = createFrames(area)
  await later.load()
  expect(later.reading(1)).toMatchObject({ bad: mostFrames - 1, crowded: true })
  await later.gone(1)
  await later.note(from(0))
  expect(later.reading(1)).toMatchObject({ crowded: false })
})

test('a frame that is no longer reached is forgotten, and only that one', async () => {
  const frames = createFrames({ get: async () => ({}), set: async () => {} })
  const from = (frameId: number) => ({ own: false as const, tabId: 1, frameId, origin: 'https://a', site: 'https://a', nested: false })
  for (const frameId of [0, 4, 5]) await frames.note(from(frameId), { ...nothingRead, bad: 1, found: 2 })
  await frames.sweep(1, async (_, frameId) => frameId !== 4)
  expect(frames.reading(1)).toMatchObject({ bad: 2, found: 4 })
  await frames.sweep(1, async (_, frameId) => {
    // its page was left while it was asked, and the next one tells what it shows
    if (frameId === 5) await frames.note(from(5), { ...nothingRead, bad: 7, found: 9 })
    return false
  })
  expect(frames.reading(1)).toMatchObject({ bad: 7, found: 9 })
  await frames.sweep(1, async () => false)
  expect(frames.reading(1)).toBeUndefined()
})

test('a frame that nobody knew tells twice before it is kept: the last word counts', async () => {
  let saved = () => {}
  const twice = new Promise<void>(resolve => {
    let saves = 0
    saved = () => void (++saves === 2 && resolve())
  })
  const frames = createFrames({
    get: async () => ({}),
    set() {
      saved()
      return twice
    },
  })
  type Needs = Parameters<typeof createAnswers>[0]
  const others = { daemon: {}, signals: {}, escalations: {}, sites: {} } as Pick<Needs, 'daemon' | 'signals' | 'escalations' | 'sites'>
  const answer = createAnswers({ ...others, frames, addLines: async () => {}, tell() {}, shown() {} })
  const from = { own: false as const, tabId: 1, frameId: 4, origin: 'https://a', site: 'https://a', nested: false }
  const told = [0, 1].map(signals => answer({ ...nothingRead, type: 'seen', signals }, from))
  await Promise.all(told)
  expect(frames.reading(1)).toMatchObject({ signals: 1 })
})

test('the page itself comes after more frames than are followed: it is followed too', async () => {
  const frames = createFrames({ get: async () => ({}), set: async () => {} })
  const from = (frameId: number) => ({ own: false as const, tabId: 1, frameId, origin: 'https://a', site: 'https://a', nested: false })
  for (let i = 1; i <= mostFrames + 5; i++) await frames.note(from(i), { ...nothingRead, bad: 1 })
  expect([frames.turnsAway(from(mostFrames + 6)), frames.turnsAway(from(0))]).toEqual([true, false])
  await frames.note(from(0), { ...nothingRead, bad: 1 })
  expect(frames.reading(1)).toMatchObject({ bad: mostFrames + 1, crowded: true })
})

test('what several frames show is counted once, and of what none told one by one as many as each has', async () => {
  const frames = createFrames({ get: async () => ({}), set: async () => {} })
  const from = (tabId: number, frameId: number) => ({
    ...{ own: false as const, tabId, frameId, origin: 'https://a', site: 'https://a', nested: false },
  })
  await frames.note(from(1, 0), { ...nothingRead, bad: 2, signals: 1, told: { bad: [11, 12], signals: [13] } })
  await frames.note(from(1, 4), { ...nothingRead, bad: 2, signals: 1, told: { bad: [12, 14], signals: [13] } })
  await frames.note(from(2, 0), { ...nothingRead, bad: 1, told: { bad: [11], signals: [] } })
  expect(frames.reading(1)).toMatchObject({ bad: 3, signals: 1 })
  expect(frames.seen('https://a', [1, 2])).toEqual({ bad: 3, signals: 1 })
  const told = { bad: Array.from({ length: mostTold }, (_, i) => i), signals: [] }
  for (const frameId of [0, 4]) await frames.note(from(3, frameId), { ...nothingRead, bad: mostTold + 5, told })
  expect(frames.reading(3)).toMatchObject({ bad: mostTold + 10 })
  expect(frames.reading(3)).not.toHaveProperty('told')
})

test('bad addresses of a site: its own frames in the tabs that show it now', async () => {
  const stored: Record<string, unknown> = {}
  const area = { get: async () => stored, set: async (items: object) => void Object.assign(stored, structuredClone(items)) }
  const frames = createFrames(area)
  const from = (tabId: number, frameId: number, origin = 'https://a') => ({
    own: false as const,
    tabId,
    frameId,
    origin,
    site: origin,
    nested: false,
  })
  await frames.note(from(1, 0), { ...nothingRead, bad: 3, signals: 1 })
  await frames.note(from(1, 4), { ...nothingRead, bad: 2, signals: 0 })
  await frames.note(from(1, 5, 'https://b'), { ...nothingRead, bad: 9, signals: 9 })
  await frames.note(from(2, 0), { ...nothingRead, bad: 1, signals: 4 })
  await frames.note(from(1, 0))
  const later = createFrames(area)
  await later.load()
  expect(later.seen('https://a', [1])).toEqual({ bad: 5, signals: 1 })
  expect(later.seen('https://a', [1, 2, undefined])).toEqual({ bad: 6, signals: 5 })
  expect(later.tabs()).toEqual([1, 2])
  await later.gone(1)
  expect(later.seen('https://a', [1, 2])).toEqual({ bad: 1, signals: 4 })
})
