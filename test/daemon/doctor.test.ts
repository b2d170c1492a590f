import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createCore } from '../../daemon/core/core.ts'
import { prepareDataDir } from '../../daemon/data-dir.ts'
import { acceptLoss, examine } from '../../daemon/doctor.ts'
import { system } from '../../daemon/lib/actor.ts'
import { roleIdOf } from '../../daemon/lib/default-roles.ts'
import { verifyOffline } from '../../daemon/offline-audit.ts'
import { readMarker, writeMarker } from '../../daemon/store/marker.ts'
import type { NewLog } from '../../shared/log.ts'

const me = process.getuid?.()
const root = mkdtempSync(join(tmpdir(), 'signalbox-'))
const good = join(root, 'good')
let dir: string
let made = 0

const openCore = (dir: string) => createCore({ dir, now: () => 0, publish: () => {}, report: () => {} })
beforeAll(async () => {
  prepareDataDir(good, me)
  const core = openCore(good)
  const user = { handle: 'ada@example.com', email: 'ada@example.com', name: 'ada' }
  await core.createUser({ actor: system }, { ...user, roles: [roleIdOf('Admin')] })
  await core.createUser({ actor: system }, { ...user, handle: 'b@example.com', roles: [roleIdOf('Admin')] })
  const log: NewLog = { stream: 'live', timestamp: 0, received: 0, message: 'a', status: 'info', tags: [], attributes: {} }
  const logs = Array.from({ length: 200 }, (_, i) => JSON.stringify({ ...log, message: `message ${i}` })).join('\n')
  await core.append(Buffer.from(logs), {})
  await core.close()
})
beforeEach(() => {
  dir = join(root, `copy-${++made}`)
  cpSync(good, dir, { recursive: true })
  chmodSync(dir, 0o700)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const problems = () => [...examine(dir, me, () => {})].filter(({ level }) => level === 'problem')
const db = () => join(dir, 'signalbox.db')
const logs = () => join(dir, 'logs', '0001.db')
const change = (path: string, sql: string) => {
  const file = new DatabaseSync(path)
  file.exec(`PRAGMA journal_mode = DELETE; ${sql}`)
  file.close()
}
/** After a clean stop it holds nothing that the database lacks, but it can mend a damaged one. */
const dropWal = () => rmSync(`${db()}-wal`, { force: true })
const crash = () => writeMarker(dir, { ...readMarker(dir)!, running: true })
const files = (folder = dir): [string, string][] =>
  readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? files(path) : [[path, readFileSync(path).toString('base64')] as [string, string]]
  })

test('a directory that is well', () => {
  expect(problems()).toEqual([])
  expect(verifyOffline(dir)).toMatchObject({ intact: true, head: { hash: expect.stringMatching(/^[0-9a-f]{64}$/) } })
})
test('one that is not there', () => {
  dir = join(root, 'nowhere')
  expect(problems()).toEqual([])
  expect(() => verifyOffline(dir)).toThrow('There is no store in')
})

describe('what is wrong is said, with what to do, and every file stays as it is', () => {
  test.each<[string, () => void, string]>([
    ['no database', () => rmSync(db()), 'is missing'],
    ['an empty database', () => truncateSync(db()), 'is empty'],
    [
      'a database cut in half',
      () => {
        dropWal()
        truncateSync(db(), statSync(db()).size / 2)
      },
      'is damaged',
    ],
    [
      'a database of zeros',
      () => {
        dropWal()
        writeFileSync(db(), Buffer.alloc(65_536))
      },
      'is damaged',
    ],
    ['another program’s database', () => change(db(), 'PRAGMA application_id = 1'), 'not one of Signalbox'],
    ['a newer schema', () => change(db(), 'PRAGMA user_version = 99'), 'newer Signalbox (schema 99'],
    ['no logs', () => rmSync(logs()), '0001.db is missing'],
    [
      'a bit of a block',
      () => change(logs(), "UPDATE block SET data = x'00' WHERE first_seq = (SELECT min(first_seq) FROM block)"),
      'blocks of logs/0001.db are damaged',
    ],
    [
      'an audit event',
      () => change(db(), "UPDATE audit SET event = replace(event, 'Admin', 'admin')"),
      'the audit trail was changed at event',
    ],
    ['no marker', () => rmSync(join(dir, 'store.json')), 'store.json is missing'],
    ['nonsense for a marker', () => writeFileSync(join(dir, 'store.json'), '{'), 'store.json is damaged'],
    [
      'a lost write-ahead log',
      () => {
        crash()
        rmSync(`${db()}-wal`, { force: true })
      },
      '-wal is missing or damaged',
    ],
    ['a feed list that is no JSON', () => writeFileSync(join(dir, 'feeds', 'feeds.json'), '{'), 'feeds.json cannot be read'],
    ['a directory open to all', () => chmodSync(dir, 0o755), 'is open to other users'],
    [
      'keys that all can read',
      () => {
        writeFileSync(join(dir, 'keys.json'), '{}')
        chmodSync(join(dir, 'keys.json'), 0o644)
      },
      'keys.json can be read by others',
    ],
  ])('%s', (_, spoil, expected) => {
    spoil()
    const before = files()
    const found = problems()
    expect(found.map(({ what }) => what).join('\n')).toContain(expected)
    for (const { todo } of found) expect(todo).toMatch(/\S/)
    expect(files()).toEqual(before)
  })
})

test('a damaged audit trail is found without a daemon', () => {
  change(db(), "UPDATE audit SET event = replace(event, 'Admin', 'admin') WHERE seq = (SELECT max(seq) FROM audit)")
  expect(verifyOffline(dir)).toMatchObject({ intact: false, broken_at_seq: expect.any(Number) })
})

describe('--accept-loss', () => {
  test('after a lost write-ahead log the store opens again, and what there was of it is kept', async () => {
    crash()
    writeFileSync(`${db()}-wal`, 'garbage')
    rmSync(`${logs()}-wal`, { force: true })
    expect(() => openCore(dir)).toThrow('accept the loss')
    expect(acceptLoss(dir).what).toContain('signalbox.db-wal')
    expect(readFileSync(`${db()}-wal.lost`, 'utf8')).toBe('garbage')
    await openCore(dir).close()
  })
  test.each([
    ['nothing is wrong', () => {}],
    ['something else is wrong', () => truncateSync(db())],
  ])('%s: nothing is changed', (_, spoil) => {
    spoil()
    const before = files()
    expect(() => acceptLoss(dir)).toThrow('Nothing was changed')
    expect(files()).toEqual(before)
  })
})
