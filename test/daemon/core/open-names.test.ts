import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { createOpenNames } from '../../../daemon/core/open-names.ts'
import { unrestricted } from '../../../daemon/lib/restrictions.ts'
import { openStore, type Store } from '../../../daemon/store/store.ts'
import type { Detection } from '../../../shared/signal.ts'
import { newTriage, type State, states } from '../../../shared/triage.ts'
import { until } from '../../until.ts'
import { createRandom } from '../engine/random-logs.ts'

vi.setConfig({ testTimeout: 60_000 })

const onlyA = { ...unrestricted, signals: ['service:a'] }
const pool = [
  ...Array.from({ length: 20 }, (_, i) => `n${i}.example`),
  ...['https://n1.example/a', 'eve@n2.example', 'CVE-2021-44228', '44d88612fea8a8f36de82e1278abb02f'],
]
const typeOf = (name: string) =>
  name.includes('://') ? 'url' : name.includes('@') ? 'email' : name.startsWith('CVE') ? 'cve' : name.includes('.') ? 'domain' : 'md5'

const about = (names: readonly string[], service = 'a'): Detection => ({
  ...{ title: 'Beacon', message: 'to other.example', severity: 'high', case: { name: '', status: 'high', condition: 'a > 0' } },
  rule: { id: 'r', name: 'Beacon', type: 'log_detection', version: 1, detectionMethod: 'threshold', isDefault: false, tags: [] },
  ...{ group: {}, stream: 'live', first_seen: 0, last_seen: 0, events_matched: 1, queries: [], samples: [], hosts: [], entities: [] },
  ...{ tags: [`service:${service}`], services: [service], attributes: { seen: [...names] } },
})

let end: () => Promise<void> = async () => {}
afterEach(() => end())
function start(most?: number) {
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-'))
  const store = openStore(dir)
  const errors: unknown[] = []
  const { openNames, close } = createOpenNames({ signals: store.signals, report: error => errors.push(error), ...(most && { most }) })
  end = async () => {
    await close()
    store.close()
    rmSync(dir, { recursive: true })
    expect(errors).toEqual([])
  }
  const settled = () => until(async () => (await openNames(unrestricted, [], false)).complete)
  return { store, openNames, settled, close }
}
const add = (store: Store, id: string, names: readonly string[], service?: string) =>
  store.signals.add(id, store.nextSeq(), 0, about(names, service))
const setState = (store: Store, id: string, state: State) => store.signals.setTriage(id, { ...newTriage(), state })
const fill = (store: Store, count: number) =>
  store.write(() => {
    for (let i = 0; i < count; i++) add(store, `s${i}`, [`only${i}.example`])
  })

test.each([
  ['every open signal is known', undefined, 1],
  ['every open signal is known', undefined, 2],
  ['of many the newest 12 are, at least', 12, 3],
  ['of many the newest 12 are, at least', 12, 4],
])('signals opened, merged, archived, reopened and rolled back: %s (%s, seed %i)', async (_, most, seed) => {
  const { below, chance, pick, some } = createRandom(seed)
  const { store, openNames, settled } = start(most)
  let signals = new Map<string, { names: string[]; service: string; isOpen: boolean }>()
  const names = () => some(3, () => pool[below(pool.length)]!)
  const ids = () => [...signals.keys()]

  function change(): void {
    const id = signals.size === 0 || chance(0.4) ? `s${signals.size}` : ids()[below(signals.size)]!
    const before = signals.get(id)
    const after = { names: before?.names ?? names(), service: before?.service ?? pick(['a', 'b']), isOpen: before?.isOpen ?? true }
    const state = before && chance(0.7) ? states[below(states.length)]! : undefined
    if (state) after.isOpen = state !== 'archived'
    else if (before) Object.assign(after, { names: [...before.names, ...names()].slice(-4), service: pick(['a', 'b']) })
    signals.set(id, after)
    if (!before) add(store, id, after.names, after.service)
    else if (state) setState(store, id, state)
    else store.signals.setDetection(id, about(after.names, after.service))
  }
  function changeSome(count: number): void {
    const before = new Map(signals)
    const isLost = chance(0.1)
    try {
      store.write(() => {
        for (let i = 0; i < count; i++) change()
        if (isLost) throw new Error('lost')
      })
    } catch (error) {
      if (!isLost) throw error
      signals = before
    }
  }
  for (let round = 0; round < 60; round++) {
    changeSome(below(pick([3, 10, 300])))
    if (chance(0.3)) void openNames(unrestricted, [], false)
    if (chance(0.5)) continue
    if (chance(0.5)) await settled()
    for (const only of [unrestricted, onlyA]) {
      const { named, types, complete } = await openNames(only, pool, true)
      expect(complete).toBe(true)
      const open = [...signals.values()].filter(({ isOpen }) => isOpen)
      const namesOf = (of: typeof open) =>
        pool.filter(name => of.some(({ names, service }) => names.includes(name) && (only === unrestricted || service === 'a')))
      const all = namesOf(open)
      expect(most === undefined ? all : all.filter(name => named.includes(name))).toEqual(named)
      expect(named).toEqual(expect.arrayContaining(namesOf(open.slice(most === undefined ? 0 : -most))))
      if (only === unrestricted) expect(types.slice().sort()).toEqual([...new Set(most ? types : named.map(typeOf))].sort())
    }
  }
})

const cve = 'CVE-2021-44228'
test.each<[string, (store: Store) => void]>([
  ['its signal is archived', store => setState(store, 'cve', 'archived')],
  ['its signal is about others now', store => store.signals.setDetection('cve', about(['n1.example']))],
  ['newer signals are enough', store => fill(store, 60)],
])('a kind of names goes away: %s; the others stay, and it comes back with a signal', async (_, go) => {
  const { store, openNames, settled } = start(50)
  add(store, 'cve', [cve])
  add(store, 'domain', ['n0.example'])
  const told = async () => {
    await settled()
    const { named, types } = await openNames(unrestricted, [cve], false)
    return { named, types }
  }
  expect(await told()).toEqual({ named: [cve], types: ['domain', 'cve'] })
  go(store)
  expect(await told()).toEqual({ named: [], types: ['domain'] })
  add(store, 'again', [cve])
  expect(await told()).toEqual({ named: [cve], types: ['domain', 'cve'] })
})
test('of 250 open signals a question is answered before they are read, and says so; then all are known', async () => {
  const { store, openNames, settled } = start()
  fill(store, 250)
  expect(await openNames(unrestricted, ['only0.example'], false)).toMatchObject({ named: [], complete: false })
  expect(await openNames(unrestricted, ['only0.example'], false)).toMatchObject({ complete: false })
  await settled()
  expect(await openNames(unrestricted, ['only0.example', 'only249.example', 'no.example'], false)).toEqual({
    ...{ named: ['only0.example', 'only249.example'], types: ['domain'], complete: true },
  })
})
test('whoever waits is told of all', async () => {
  const { store, openNames } = start()
  fill(store, 250)
  expect(await openNames(unrestricted, ['only0.example'], true)).toMatchObject({ named: ['only0.example'], complete: true })
})
test('of few the first answer tells at once', async () => {
  const { store, openNames } = start()
  fill(store, 99)
  expect(await openNames(unrestricted, ['only0.example'], false)).toMatchObject({ named: ['only0.example'], complete: true })
})
test('of more than are kept the newest are known; when they are archived, those before them', async () => {
  const { store, openNames, settled } = start(200)
  fill(store, 600)
  const known = async () => (await openNames(unrestricted, ['only0.example', 'only399.example', 'only599.example'], true)).named
  await settled()
  expect(await known()).toEqual(['only599.example'])
  store.write(() => {
    for (let i = 350; i < 600; i++) setState(store, `s${i}`, 'archived')
  })
  expect(await known()).toEqual([])
  store.write(() => {
    for (let i = 40; i < 350; i++) setState(store, `s${i}`, 'archived')
  })
  expect(await known()).toEqual(['only0.example'])
})
test('more changes than signals are kept: all is read anew', async () => {
  const { store, openNames, settled } = start(50)
  fill(store, 40)
  await settled()
  store.write(() => {
    for (let i = 0; i < 400; i++) add(store, `t${i}`, ['new.example'])
    for (let i = 0; i < 400; i++) setState(store, `t${i}`, 'archived')
  })
  expect((await openNames(unrestricted, ['only0.example', 'new.example'], true)).named).toEqual(['only0.example'])
})
test('closed while it reads: it ends, and is not complete', async () => {
  const { store, openNames, close } = start()
  fill(store, 300)
  await openNames(unrestricted, [], false)
  await close()
  expect(await openNames(unrestricted, ['only0.example'], true)).toMatchObject({ complete: false })
})
