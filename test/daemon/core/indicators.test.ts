import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createIndicators } from '../../../daemon/core/indicators.ts'
import { createLateReader } from '../../../daemon/core/late-intel.ts'
import { createTallyLogs } from '../../../daemon/core/tally-logs.ts'
import { unrestricted } from '../../../daemon/lib/restrictions.ts'
import { openStore, type Store } from '../../../daemon/store/store.ts'
import type { NewLog } from '../../../shared/log.ts'

const now = Date.UTC(2026, 2, 14)
const dir = mkdtempSync(join(tmpdir(), 'signalbox-'))
let store: Store
beforeAll(() => {
  store = openStore(dir)
  const logs = Array.from({ length: 600 }, (_, i): NewLog => {
    const address = `203.0.${i >> 8}.${i & 255}`
    const results = [{ indicator: address, category: 'c2', intention: 'malicious', source: { name: 'Drop' } }]
    return {
      ...{ stream: 'live', timestamp: now - i, received: now, message: address, status: 'info', tags: [] },
      attributes: { threat_intel: { indicators_matched: [address], results } },
    }
  })
  store.logs.append([{ logs: logs.map(log => ({ ...log, seq: store.nextSeq() })) }])
})
afterAll(() => {
  store.close()
  rmSync(dir, { recursive: true })
})

test.each<[string, (asked: number) => boolean, number, boolean]>([
  ['time for all', () => false, 600, false],
  ['time for the first 500 only', asked => asked > 11, 500, true],
  ['no time even to count', () => true, 0, true],
])('600 indicators, %s', async (_, isOver, count, cut) => {
  const reader = createLateReader(store)
  const indicators = createIndicators({
    ...{ store, reader, tallyLogs: createTallyLogs({ store, reader, engine: () => undefined }), now: () => now },
    write: () => {
      throw new Error('nothing is written')
    },
    audit: () => {},
  })
  let asked = 0
  const patience = { check: () => {}, enough: () => isOver(++asked) }
  const list = { limit: 1000, offset: 0, query: '', column: 'score', order: 'desc', ocsf: false } as const
  expect(await indicators.list(unrestricted, list, patience)).toMatchObject({ count, cut, iocs: { length: count } })
})
