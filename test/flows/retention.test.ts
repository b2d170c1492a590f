import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { platform } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createCore } from '../../daemon/core/core.ts'
import { createRetain } from '../../daemon/store/retain.ts'
import { openStore } from '../../daemon/store/store.ts'
import type { NewLog } from '../../shared/log.ts'
import { startChild, stop, temporary } from '../child.ts'
import { noon, startDaemon } from '../daemon.ts'
import { bruteForce, guesses } from '../logs.ts'
import { smallDisk } from '../small-disk.ts'
import { until } from '../until.ts'

const day = 24 * 3_600_000
const aYearOn = (store: ReturnType<typeof openStore>) =>
  createRetain(
    store,
    () => noon + 365 * day,
    () => {},
  )
const days90 = { days: 90, max_bytes: null }
/** As the next start finds it: the binding keeps a database locked for as long as this process has its statements. */
const copyOf = (dir: string) => {
  const copy = temporary()
  cpSync(dir, copy, { recursive: true })
  chmodSync(copy, 0o700)
  return copy
}
const filesOf = (dir: string) => readdirSync(join(dir, 'logs')).filter(name => name.endsWith('.db'))
const text = { 'content-type': 'text/plain' }
const messages = async (caller: { post: Awaited<ReturnType<typeof startDaemon>>['admin']['post'] }) =>
  (await caller.post('/api/local/explorer', { track: 'logs', query: '*', from: 0, limit: 1000 })).each('data', 'attributes.message')
/** Bytes on disk of files of logs that are unlinked and still open. */
const held = () =>
  readdirSync('/proc/self/fd')
    .filter(fd => {
      try {
        return /\/logs\/\d+\.db.* \(deleted\)$/.test(readlinkSync(`/proc/self/fd/${fd}`))
      } catch {
        return false
      }
    })
    .reduce((sum, fd) => sum + statSync(`/proc/self/fd/${fd}`).blocks * 512, 0)

test('logs go 90 days after they came, whatever their own time; signals keep their samples, the trail says it, the disk is free', async () => {
  const daemon = await startDaemon({ rules: [bruteForce] })
  const { clock, core, admin, intake, dir } = daemon
  // of the year before: age counts from arrival
  await intake.post('/api/v2/logs', guesses(noon - 300 * day, '203.0.113.9', 10), text)
  await core.caughtUp()
  expect(await core.retain(days90)).toEqual([])
  clock.now += 4 * day
  expect(await core.retain(days90)).toEqual([])
  expect(filesOf(dir)).toEqual(['0001.db', '0002.db'])
  await intake.post('/api/v2/logs', [{ message: 'later' }])
  await core.caughtUp()
  clock.now = noon + 90 * day
  expect(await core.retain(days90)).toEqual([])
  expect(await messages(admin)).toHaveLength(11)
  clock.now += 1
  expect(await core.retain(days90)).toEqual([{ name: '0001.db', count: 10, last: noon }])
  expect(filesOf(dir)).toEqual(['0002.db', '0003.db'])
  expect(await messages(admin)).toEqual(['later'])
  if (platform() === 'linux') expect(held()).toBe(0)
  const [signal] = (await admin.get('/api/v2/security_monitoring/signals')).each('data', 'attributes.custom') as Record<string, unknown>[]
  expect(signal?.['title']).toContain('Brute force')
  expect(JSON.stringify(signal)).toContain('Failed password')
  const trail = await admin.post('/api/local/explorer', { track: 'audit', query: '@asset.type:log_file', from: 0 })
  expect(trail.text).toContain('removed 10 logs that came until 2026-03-14: kept for 90 days')
  // the last of them goes too, though nothing new comes
  clock.now += 100 * day
  expect((await core.retain(days90)).map(({ name }) => name)).toEqual(['0002.db'])
  expect(filesOf(dir)).toEqual(['0003.db'])
  expect(await messages(admin)).toEqual([])
  expect(daemon.reported).toEqual([])
})

test('by size: the oldest go, the newest stays', async () => {
  const { core, intake, admin, dir, clock } = await startDaemon()
  const noise = (n: number) => Array.from({ length: 100 }, (_, i) => ({ message: `${n} ${Math.random()} ${Math.random()} ${i}` }))
  for (let n = 0; n < 4; n++) {
    await intake.post('/api/v2/logs', noise(n))
    await core.caughtUp()
    clock.now += 4 * day
    await core.retain(days90)
  }
  expect(filesOf(dir)).toHaveLength(5)
  const sizes = filesOf(dir).map(name => statSync(join(dir, 'logs', name)).size)
  expect(Math.min(...sizes)).toBeGreaterThan(0)
  const gone = await core.retain({ days: 90, max_bytes: 1 })
  expect(gone.map(({ name }) => name)).toEqual(['0001.db', '0002.db', '0003.db', '0004.db'])
  expect(await messages(admin)).toEqual([])
  await intake.post('/api/v2/logs', [{ message: 'new' }])
  expect(await messages(admin)).toEqual(['new'])
})

const log = (n: number, received = noon) =>
  JSON.stringify({ stream: 'live', timestamp: n, received, message: `m${n}`, status: 'info', tags: [], attributes: {} })
const stored = (seq: number) => ({ seq, ...(JSON.parse(log(seq)) as NewLog) })

describe('a store', () => {
  test('a file that detection has not passed stays', async () => {
    const store = openStore(temporary())
    const { retain } = aYearOn(store)
    store.logs.append([{ logs: [stored(store.nextSeq())] }])
    store.logs.begin()
    expect(await retain(days90)).toEqual([])
    store.write(() => (store.detection.position = 1))
    expect(await retain(days90)).toHaveLength(1)
    store.close()
  })
  test('a file that a query reads goes when it has ended; a query that comes later does not see it', async () => {
    const dir = temporary()
    const store = openStore(dir)
    const { retain } = aYearOn(store)
    for (let i = 0; i < 3; i++) store.logs.append([{ logs: [stored(store.nextSeq())] }])
    store.logs.begin()
    store.write(() => (store.detection.position = store.seq))
    const reading = store.logs.blocks(0, noon)
    const seen = [reading.next().value]
    let done = false
    const retained = retain(days90).then(() => (done = true))
    await until(() => !store.logs.names.includes('0001.db'))
    expect([...store.logs.blocks(0, noon)]).toEqual([])
    expect([existsSync(join(dir, 'logs', '0001.db')), done]).toEqual([true, false])
    for (const logs of reading) seen.push(logs)
    expect(seen.flat().map(one => one?.message)).toEqual(['m1', 'm2', 'm3'])
    await retained
    expect([existsSync(join(dir, 'logs', '0001.db')), done]).toEqual([false, true])
    store.close()
  })
  test('closed while a query reads a file that was given up: the next start takes it away', async () => {
    const dir = temporary()
    const store = openStore(dir)
    const { retain } = aYearOn(store)
    store.logs.append([{ logs: [stored(store.nextSeq())] }])
    store.logs.begin()
    store.write(() => (store.detection.position = store.seq))
    store.logs.blocks(0, noon).next()
    void retain(days90)
    await until(() => !store.logs.names.includes('0001.db'))
    store.close()
    expect(filesOf(dir)).toEqual(['0001.db', '0002.db'])
    const next = copyOf(dir)
    openStore(next).close()
    expect(filesOf(next)).toEqual(['0002.db'])
  })
  test('no place in the order is given twice when the logs that held it are gone', async () => {
    const dir = temporary()
    const store = openStore(dir)
    for (let i = 0; i < 50; i++) store.logs.append([{ logs: [stored(store.nextSeq())] }])
    store.logs.begin()
    store.write(() => (store.detection.position = 50))
    await aYearOn(store).retain(days90)
    const { seq } = store
    store.close()
    const again = openStore(copyOf(dir))
    expect([again.logs.count, again.seq]).toEqual([0, seq])
    expect(again.nextSeq()).toBeGreaterThan(50)
    again.close()
  })
})

describe('kill -9 at each point: the store opens, with all logs or without those that were to go, and comes to the same', () => {
  const open = (dir: string, reached?: (point: string) => void) =>
    createCore({ dir, now: () => noon + 91 * day, publish: () => {}, report: () => {}, ...(reached && { reached }) })
  test.each([
    ['retention: recorded', 20, ['0001.db', '0002.db']],
    ['retention: marked', 10, ['0002.db']],
    ['retention: unlinked', 10, ['0002.db']],
  ])('%s', async (point, logs, files) => {
    let killed = ''
    const made = temporary()
    const store = openStore(made)
    store.logs.append([{ logs: Array.from({ length: 10 }, () => stored(store.nextSeq())) }])
    store.logs.begin()
    store.logs.append([{ logs: Array.from({ length: 10 }, () => ({ ...stored(store.nextSeq()), received: noon + 90 * day })) }])
    store.close()
    const dir = copyOf(made)
    const core = open(dir, reached => {
      // what a kill would leave
      if (reached === point) killed = copyOf(dir)
    })
    await core.caughtUp()
    await core.retain(days90)
    await core.close()
    const again = open(killed)
    await again.caughtUp()
    expect((await again.statistics()).logs).toBe(logs)
    expect(filesOf(killed)).toEqual(files)
    expect(await again.auditVerify()).toBeNull()
    expect(await again.check()).toEqual([])
    await again.append(Buffer.from(log(99, noon + 91 * day)), {})
    await again.retain(days90)
    expect((await again.statistics()).logs).toBe(11)
    expect(filesOf(killed)).toEqual(['0002.db'])
    await again.close()
  })
})

test('a process killed while it gives files up: the next one ends it, and what is to stay is whole', { timeout: 120_000 }, async () => {
  const made = temporary()
  const store = openStore(made)
  for (let file = 0; file < 20; file++) {
    store.logs.append([{ logs: Array.from({ length: 10 }, () => stored(store.nextSeq())) }])
    store.logs.begin()
  }
  store.logs.append([{ logs: [{ ...stored(store.nextSeq()), received: Date.now() + 400 * day }] }])
  store.close()
  const env = { SIGNALBOX_TEST_CLOCK_OFFSET: String(400 * day) }
  const left: number[] = []
  for (const after of [10, 40, 70, 100, 150]) {
    const dir = copyOf(made)
    const child = await startChild(dir, { env })
    // retention begins when it listens
    setTimeout(() => child.kill('SIGKILL'), after)
    await child.ended
    left.push(filesOf(dir).length)
    const next = await startChild(dir, { env })
    await until(() => filesOf(dir).length === 1)
    const logs = await next.admin.post('/api/local/explorer', { track: 'logs', query: '*', from: 0 })
    expect(logs.at('meta.total')).toBe(1)
    expect((await next.admin.get('/api/local/audit/verification')).at('data.attributes.intact')).toBe(true)
    expect(await stop(next)).toBe(0)
  }
  console.info(`files of logs that the kills left, of 21: ${left.join(', ')}`)
})

test('audit events go after 90 days, but for the latest 1,000; the chain goes on from the head of what is gone', async () => {
  const each = {
    ...{ name: 'Each', message: 'x', queries: [{ query: 'source:each', groupByFields: ['@n'] }], cases: [{ status: 'info' }] },
    options: { detectionMethod: 'threshold', evaluationWindow: 0, keepAlive: 60, maxSignalDuration: 60 },
  }
  const { core, clock, admin, intake } = await startDaemon({ rules: [each] })
  await intake.post(
    '/api/v2/logs',
    Array.from({ length: 199 }, (_, n) => ({ timestamp: noon, ddsource: 'each', message: 'x', n })),
  )
  await core.caughtUp()
  const found = await admin.post('/api/local/explorer', { track: 'signals', query: '', from: 0, limit: 500 })
  for (let i = 0; i < 6; i++) {
    const data = found.each('data', 'id').map(id => ({ id, attributes: { state: i % 2 ? 'open' : 'under_review' } }))
    expect((await admin.patch('/api/v2/security_monitoring/signals/bulk/state', { data })).status).toBe(200)
  }
  const trail = (query = '*') =>
    admin.post('/api/local/explorer', { track: 'audit', query, from: 0, to: clock.now, limit: 1, sort: 'timestamp', facets: ['@action'] })
  const before = (await trail()).at('meta.total') as number
  expect(before).toBeGreaterThan(1_190)
  clock.now += 90 * day
  await core.retain({ ...days90, audit_days: 90 })
  expect((await trail()).at('meta.total')).toBe(before)
  clock.now += 2 * day
  await core.retain({ ...days90, audit_days: null })
  expect((await trail('@asset.type:audit_trail')).at('meta.total')).toBe(0)

  const [first] = (await trail()).each('data', 'id')
  await core.retain({ ...days90, audit_days: 90 })
  const after = await trail()
  expect([after.at('meta.total'), after.each('data', 'id').includes(first)]).toEqual([1_001, false])
  expect((after.at('meta.facets') as Record<string, { count: number }[]>)['@action']!.reduce((sum, { count }) => sum + count, 0)).toBe(
    1_001,
  )
  const verified = await admin.get('/api/local/audit/verification')
  expect(verified.at('data.attributes')).toMatchObject({ intact: true })
  const [told] = (await trail('@asset.type:audit_trail')).each('data', 'attributes.message')
  const { seq, hash, events } = verified.at('data.attributes.cut') as { seq: number; hash: string; events: number }
  // all of before and what retention of logs has told, but for the latest 1,000
  expect(events).toBeGreaterThanOrEqual(before - 1_000)
  expect(told).toBe(`gave up ${events} events of the audit trail up to ${seq}:${hash}: kept for 90 days`)
  await core.retain({ ...days90, audit_days: 90 })
  expect((await trail('@asset.type:audit_trail')).at('meta.total')).toBe(1)
})

describe('settings', () => {
  const path = '/api/local/settings'
  const body = (retention: unknown) => ({ data: { type: 'settings', attributes: { retention } } })
  test('only who may manage the organisation', async () => {
    const { admin, standard, readOnly, nobody } = await startDaemon()
    expect((await admin.get(path)).at('data.attributes.retention')).toEqual({ days: 90, max_bytes: null, audit_days: 90 })
    for (const caller of [standard, readOnly]) {
      expect((await caller.get(path)).status).toBe(403)
      expect((await caller.patch(path, body({ days: 1 }))).status).toBe(403)
    }
    expect((await nobody.get(path)).status).toBe(401)
  })
  test.each([
    [{ days: 0 }, 'days'],
    [{ days: '9' }, 'days'],
    [{ days: null }, 'days'],
    [{ max_bytes: 5 }, 'max_bytes'],
    [{ hours: 5 }, 'hours'],
  ])('%j → 400 naming it', async (retention, field) => {
    const { admin } = await startDaemon()
    const answer = await admin.patch(path, body(retention))
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(`data.attributes.retention.${field}`)])
  })
  test('a dry run, a change, the same again: one change, one event', async () => {
    const { admin, dir } = await startDaemon()
    const file = join(dir, 'settings.json')
    const dry = await admin.patch(`${path}?dry_run=true`, body({ days: 30 }))
    expect([dry.status, dry.at('data.attributes.retention.days'), existsSync(file)]).toEqual([200, 30, false])
    const key = { 'idempotency-key': 'once' }
    for (let i = 0; i < 2; i++)
      expect((await admin.patch(path, body({ days: 30 }), key)).at('data.attributes.retention')).toEqual({
        days: 30,
        max_bytes: null,
        audit_days: 90,
      })
    expect((await admin.patch(path, body({ days: 31 }), key)).status).toBe(422)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ retention: { days: 30, max_bytes: null } })
    expect((await admin.get(path)).at('data.attributes.retention.days')).toBe(30)
    const trail = await admin.post('/api/local/explorer', { track: 'audit', query: '@asset.type:settings', from: 0 })
    expect(trail.at('meta.total')).toBe(1)
    expect(trail.text).toContain('changed retention.days from 90 to 30')
  })
  test('a bad file: the daemon does not start, and names it', async () => {
    const dir = temporary()
    chmodSync(dir, 0o700)
    writeFileSync(join(dir, 'settings.json'), '{"retention":{"days":"ninety"}}')
    await expect(startDaemon({ dir })).rejects.toThrow(/settings\.json: retention\.days is wrong/)
  })
})

const disk = smallDisk(72)

test.skipIf(!disk)(
  'a full disk: logs are refused, small changes and retention go on from the reserve; space again: so do logs',
  async () => {
    const dir = join(disk!, 'data')
    mkdirSync(dir, { mode: 0o700 })
    const { core, intake, admin, clock, stop } = await startDaemon({ dir })
    const send = async () => (await intake.post('/api/v2/logs', [{ message: `m ${Math.random()}` }])).status
    expect(await send()).toBe(202)
    await core.caughtUp()
    await core.retain(days90)
    const reserve = join(dir, 'reserve')
    expect(statSync(reserve).size).toBe(8 * 1024 * 1024)
    clock.now += 4 * day
    await core.retain(days90)
    const ballast = join(disk!, 'ballast')
    expect(() => writeFileSync(ballast, Buffer.alloc(80 * 1024 * 1024))).toThrow(/ENOSPC/)
    for (let i = 0; i < 500 && (await send()) === 202; i++);
    expect(await send()).toBe(507)
    expect(existsSync(reserve)).toBe(true)
    const rule = { ...bruteForce, message: 'm'.repeat(50_000) }
    for (let i = 0; i < 5; i++) expect((await admin.post('/api/v2/security_monitoring/rules', { ...rule, name: `r${i}` })).status).toBe(200)
    expect([existsSync(reserve), await send()]).toEqual([false, 507])
    clock.now += 91 * day
    expect((await core.retain(days90)).map(({ name }) => name)).toContain('0001.db')
    expect(existsSync(join(dir, 'logs', '0001.db'))).toBe(false)
    rmSync(ballast)
    const end = performance.now() + 5000
    let status = 507
    while (status !== 202 && performance.now() < end) status = await send()
    expect([status, existsSync(reserve)]).toEqual([202, true])
    await stop()
  },
)
