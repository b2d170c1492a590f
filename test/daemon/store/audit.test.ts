import { DatabaseSync } from '@photostructure/sqlite'
import { beforeEach, expect, test } from 'vitest'
import { canonical, openAudit } from '../../../daemon/store/audit.ts'
import { migrations } from '../../../daemon/store/schema.ts'
import type { NewAuditEvent } from '../../../shared/audit.ts'

let db: InstanceType<typeof DatabaseSync>
let audit: ReturnType<typeof openAudit>
let seq = 0
const event = (name: string): NewAuditEvent => ({
  time: seq,
  actor: { uuid: 'u', handle: 'ann@example.com', name: 'Ann', auth_method: 'application_key' },
  action: 'modified',
  asset: { type: 'security_signal', id: name },
  message: `moved ${name}`,
  before: { b: 1, a: null },
  after: { a: ['x', { d: 1, c: 2 }] },
})
beforeEach(() => {
  db = new DatabaseSync(':memory:')
  for (const migration of migrations) db.exec(migration)
  seq = 0
  audit = openAudit(
    db,
    () => (seq += 10),
    at => `id-${at}`,
  )
  for (const name of ['a', 'b', 'c', 'd', 'e']) audit.add(event(name))
})

// threat O7
test.each([
  ['one byte changed', `UPDATE audit SET event = replace(event, 'moved c', 'moved C') WHERE seq = 30`, 30],
  ['a time changed', `UPDATE audit SET event = replace(event, '"time":20', '"time":21') WHERE seq = 30`, 30],
  ['a middle one taken out', 'DELETE FROM audit WHERE seq = 30', 40],
  ['the first taken out', 'DELETE FROM audit WHERE seq = 10', 20],
  [
    'two swapped',
    'UPDATE audit SET seq = -1 WHERE seq = 20; UPDATE audit SET seq = 20 WHERE seq = 30; UPDATE audit SET seq = 30 WHERE seq = -1',
    20,
  ],
  ['one put in', 'INSERT INTO audit SELECT 35, time, hash, event FROM audit WHERE seq = 30', 35],
  ['a hash changed', "UPDATE audit SET hash = 'f' || substr(hash, 2) || 'x' WHERE seq = 40", 40],
])('%s → found at its place', (_, change, at) => {
  expect(audit.verify()).toBeUndefined()
  db.exec(change)
  expect(audit.verify()).toEqual({ seq: at })
})
test('the end cut off → only a head that was kept shows it', () => {
  const head = audit.head()
  db.exec('DELETE FROM audit WHERE seq >= 40')
  expect(audit.verify()).toBeUndefined()
  expect(audit.head()).not.toEqual(head)
})
test('the oldest given up: the chain goes on from the last of them, and nothing else may be missing', () => {
  const gone = audit.giveUp(15, 1, 100)
  expect([gone, audit.cut()]).toEqual([{ seq: 20, hash: expect.any(String), events: 2 }, gone])
  audit.add(event('f'))
  expect([audit.verify(), audit.oldest(), audit.giveUp(15, 1, 100)]).toEqual([undefined, 20, undefined])
  expect(audit.giveUp(25, 1, 100)).toMatchObject({ seq: 30, events: 1 })
  expect([audit.verify(), audit.cut()]).toEqual([undefined, expect.objectContaining({ seq: 30, events: 3 })])
  db.exec('DELETE FROM audit WHERE seq = 40')
  expect(audit.verify()).toEqual({ seq: 50 })
})
test.each([
  ['all of it, but the latest three stay', 1000, 3, 100, 20],
  ['one at a time', 1000, 1, 1, 10],
  ['an event whose clock ran ahead keeps those behind it', 25, 1, 100, 10],
])('giving up %s', (what, before, keep, most, last) => {
  if (what.startsWith('an event')) db.exec('UPDATE audit SET time = 999 WHERE seq = 20')
  expect(audit.giveUp(before, keep, most)?.seq).toBe(last)
})
test('what was added comes back, oldest first', () => {
  expect([...audit.between(-1, 100)].map(({ asset, id }) => `${id} ${asset.id}`)).toEqual([
    'id-10 a',
    'id-20 b',
    'id-30 c',
    'id-40 d',
    'id-50 e',
  ])
})
test.each([
  [{ b: 1, a: { d: null, c: [3, { z: 1, y: 2 }] } }, '{"a":{"c":[3,{"y":2,"z":1}],"d":null},"b":1}'],
  [{ a: undefined, b: 'ü"' }, '{"b":"ü\\""}'],
  [[undefined], '[null]'],
])('canonical %j → %s', (value, text) => expect(canonical(value)).toBe(text))
