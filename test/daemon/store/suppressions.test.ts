import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { migrations } from '../../../daemon/store/schema.ts'
import { openSignals } from '../../../daemon/store/signals.ts'
import { openDatabase } from '../../../daemon/store/sqlite.ts'
import { type HiddenItem, openSuppressions } from '../../../daemon/store/suppressions.ts'

const dir = mkdtempSync(join(tmpdir(), 'signalbox-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const how = { mayCreate: true, crashed: false }

test('what was hidden: counts add up, the latest twenty samples of each kind stay, in the order in which they were last hidden', () => {
  const db = openDatabase(join(dir, 'a.db'), migrations, how)
  const suppressions = openSuppressions(db)
  const item = (kind: HiddenItem['kind'], n: number): HiddenItem => ({ kind, id: `${kind}-${n}`, body: { n } })
  for (let n = 0; n < 30; n++)
    suppressions.addHidden({ owner: 'a', signals: 1, logs: 2, last: n, items: [item('signal', n), item('log', n), item('log', n + 100)] })
  suppressions.addHidden({ owner: 'a', signals: 0, logs: 0, last: 5, items: [item('signal', 12)] })
  suppressions.addHidden({ owner: 'b', signals: 1, logs: 0, last: 1, items: [] })
  const { items, ...counts } = suppressions.hidden('a')
  expect(counts).toEqual({ owner: 'a', signals: 30, logs: 60, last: 29 })
  expect(suppressions.counts('a')).toEqual(counts)
  const ids = (kind: string) => items.filter(one => one.kind === kind).map(({ id }) => id)
  expect(ids('signal')).toEqual([...Array.from({ length: 20 }, (_, i) => i + 10).filter(n => n !== 12), 12].map(n => `signal-${n}`))
  expect(ids('log')).toEqual(Array.from({ length: 10 }, (_, i) => [`log-${i + 20}`, `log-${i + 120}`]).flat())
  expect(suppressions.hidden('none')).toEqual({ owner: 'none', signals: 0, logs: 0, last: 0, items: [] })
  db.close()
})

test('signals of a store that is older know their rule and what became of them', () => {
  const path = join(dir, 'b.db')
  const before = openDatabase(path, migrations.slice(0, 2), how)
  const detection = JSON.stringify({ rule: { id: 'rule-1' }, attributes: {} })
  before.exec(`INSERT INTO signal VALUES
    ('a', 1, 1, 10, 'open', '${detection}', '{"state":"open"}'),
    ('b', 2, 1, 20, 'archived', '${detection}', '{"state":"archived","archive_reason":"false_positive"}')`)
  before.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  // its lock goes with the process
  cpSync(path, `${path}.copy`)
  before.close()
  const db = openDatabase(`${path}.copy`, migrations, how)
  expect(openSignals(db).outcomes()).toEqual([
    { rule: 'rule-1', state: 'archived', archive_reason: 'false_positive', count: 1, last: 20 },
    { rule: 'rule-1', state: 'open', archive_reason: null, count: 1, last: 10 },
  ])
  db.close()
})
