import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { createCore } from '../../daemon/core/core.ts'
import { system } from '../../daemon/lib/actor.ts'
import { readMarker, writeMarker } from '../../daemon/store/marker.ts'
import { allOf, type Caller } from '../caller.ts'
import { bytesOf, runCommand, startChild, stop, temporary } from '../child.ts'
import { noon, startDaemon } from '../daemon.ts'
import { bruteForce, guesses } from '../logs.ts'
import { until } from '../until.ts'

// a copy made while logs come in is a state that the daemon was in, and what is wrong with one is found before anything is changed
const root = mkdtempSync(join(tmpdir(), 'signalbox-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const text = { 'content-type': 'text/plain' }
const path = '/api/local/backups'
const restore = (from: string, dir: string, ...more: string[]) => runCommand(['restore', from, '--data', dir, ...more])

const facts = (bodies: unknown[]) =>
  bodies
    .map(body => {
      const { title, first_seen, last_seen, events_matched, entities } = body as Record<string, unknown>
      return JSON.stringify({ title, first_seen, last_seen, events_matched, entities })
    })
    .sort()
const signalsOf = async (caller: Caller) => facts(await allOf(caller, 'signals', '', 'attributes.custom'))

/** Line `n`: every seventh address guesses in vain, a second apart. */
const line = (n: number) =>
  `${new Date(Date.UTC(2026, 0, 5) + n * 1000).toISOString()} gate sshd[${n}]: Failed password for invalid user u${n} from 198.51.100.${n % 7} port 50022 ssh2`

test('a backup under 1,000 logs/s, restored elsewhere: a prefix of what was acknowledged; keys, trail and signals hold', {
  timeout: 120_000,
}, async () => {
  const child = await startChild(temporary())
  let sent = 0
  let acknowledged = 0
  let running = true
  const batch = 100
  const sending = (async () => {
    const began = performance.now()
    while (running) {
      const lines = Array.from({ length: batch }, (_, i) => line(sent + i)).join('\n')
      sent += batch
      expect((await child.admin.post('/api/v2/logs', lines, text)).status).toBe(202)
      acknowledged += batch
      const ahead = sent - (performance.now() - began)
      if (ahead > 0) await sleep(ahead)
    }
  })()
  await until(() => acknowledged >= 2000)
  const before = acknowledged
  const target = join(root, 'elsewhere')
  const made = await runCommand(['backup', target, '--json'], { env: { SIGNALBOX_URL: child.url } })
  // on a slow machine it says how far it is
  expect([made.code, made.err]).toEqual([0, expect.stringMatching(/^(Copied .* bytes\n)*$/)])
  const after = sent
  // intake went on meanwhile
  expect(acknowledged).toBeGreaterThan(before)
  await until(() => acknowledged > after + 1000)
  running = false
  await sending
  expect(await stop(child)).toBe(0)
  expect(JSON.parse(made.out)).toMatchObject({ data: { attributes: { directory: target, state: 'done', error: null } } })
  expect(existsSync(join(target, 'keys.json'))).toBe(false)

  const dir = join(temporary(), 'new')
  const done = await restore(target, dir)
  expect([done.code, done.out, done.err]).toEqual([0, `${dir}\n`, expect.stringMatching(/Put back the backup of .*everything up to \d+/)])
  const again = await startChild(dir)
  const logs = (await allOf(again.admin, 'logs', '*', 'attributes.message')) as string[]
  expect(logs.length).toBeGreaterThanOrEqual(before)
  expect(logs.length).toBeLessThanOrEqual(after)
  expect(new Set(logs).size).toBe(logs.length)
  const numbers = logs.map(message => Number(/user u(\d+) /.exec(message)?.[1])).sort((a, b) => a - b)
  expect(numbers).toEqual(numbers.map((_, n) => n))
  expect((await again.admin.get('/api/local/audit/verification')).at('data.attributes.intact')).toBe(true)

  const calm = await startDaemon()
  const { readDefaultRules } = await import('../../daemon/detect/default-rules/index.ts')
  await calm.core.installRules({ actor: system }, readDefaultRules())
  for (let n = 0; n < logs.length; n += 1000)
    await calm.intake.post('/api/v2/logs', Array.from({ length: Math.min(1000, logs.length - n) }, (_, i) => line(n + i)).join('\n'), text)
  await calm.core.caughtUp()
  const wanted = await signalsOf(calm.standard)
  expect(wanted.length).toBeGreaterThan(0)
  await until(async () => JSON.stringify(await signalsOf(again.admin)) === JSON.stringify(wanted))
  expect(await stop(again)).toBe(0)
})

/** A backup of a daemon with 20 logs, a signal and a feed, and where its data lies. */
async function prepared() {
  const daemon = await startDaemon({ rules: [bruteForce], port: true })
  await daemon.intake.post('/api/v2/logs', guesses(noon, '203.0.113.9', 20), text)
  await daemon.core.caughtUp()
  await daemon.admin.post('/api/local/feeds', {
    data: { attributes: { name: 'Tor', format: 'netset', category: 'tor', intention: 'suspicious' } },
  })
  await daemon.admin.put('/api/local/feeds/tor/content', '198.51.100.1\n', text)
  await daemon.admin.patch('/api/local/settings', { data: { attributes: { retention: { days: 30 } } } })
  return daemon
}
/** Start a backup and wait for its end. */
async function backUp(caller: Caller, directory?: string) {
  const begun = await caller.post(path, { data: { attributes: directory === undefined ? {} : { directory } } })
  expect(begun.status).toBe(202)
  const id = String(begun.at('data.id'))
  return until(async () => {
    const answer = await caller.get(`${path}/${id}`)
    return answer.at('data.attributes.state') === 'running' ? undefined : answer
  })
}

describe('POST /api/local/backups', () => {
  test('done, listed, with feeds and settings and no key; refused where it would write over something', async () => {
    const { admin, standard, readOnly, dir, clock, reported } = await prepared()
    const answer = await backUp(admin)
    expect(answer.at('data.attributes')).toMatchObject({
      state: 'done',
      error: null,
      directory: expect.stringContaining(join(dir, 'backups')),
    })
    const at = String(answer.at('data.attributes.directory'))
    const manifest = JSON.parse(readFileSync(join(at, 'manifest.json'), 'utf8'))
    expect(manifest.files.map(({ name }: { name: string }) => name)).toEqual([
      'store.json',
      'signalbox.db',
      'logs/0001.db',
      'settings.json',
      'feeds/feeds.json',
      'feeds/tor.txt',
    ])
    expect(readdirSync(join(dir, 'backups'))).toEqual([answer.at('data.id')])
    // the second of the same second
    expect((await backUp(admin)).at('data.attributes.state')).toBe('done')
    clock.now += 60_000
    const elsewhere = join(temporary(), 'mine')
    expect((await backUp(admin, elsewhere)).at('data.attributes.directory')).toBe(elsewhere)
    expect((await admin.get(path)).each('data', 'attributes.directory')).toEqual([elsewhere, expect.anything(), expect.anything()])
    for (const caller of [standard, readOnly]) {
      expect((await caller.get(path)).status).toBe(403)
      expect((await caller.post(path, { data: {} })).status).toBe(403)
    }
    for (const [directory, status] of [
      [elsewhere, 409],
      ['relative', 400],
      [join(dir, 'logs', 'x'), 400],
      ['/nowhere/at/all', 400],
      ['/tmp/\0', 400],
    ] as const)
      expect((await admin.post(path, { data: { attributes: { directory } } })).status, directory).toBe(status)
    expect((await admin.get(`${path}/nothing`)).status).toBe(404)
    expect(reported).toEqual([])
  })
  test('a dry run makes none; the same Idempotency-Key makes one; two at once: 409', async () => {
    const { admin, dir } = await prepared()
    expect((await admin.post(`${path}?dry_run=true`, { data: {} })).status).toBe(202)
    expect(existsSync(join(dir, 'backups'))).toBe(false)
    const key = { 'idempotency-key': 'nightly' }
    const first = await admin.post(path, { data: {} }, key)
    expect((await admin.post(path, { data: {} })).status).toBe(409)
    const second = await admin.post(path, { data: {} }, key)
    expect([second.status, second.at('data.id')]).toEqual([202, first.at('data.id')])
    await until(async () => (await admin.get(`${path}/${first.at('data.id')}`)).at('data.attributes.state') === 'done')
    expect((await admin.get(path)).each('data', 'id')).toEqual([first.at('data.id')])
    const trail = await admin.post('/api/local/explorer', { track: 'audit', query: '@asset.type:backup', from: 0 })
    expect(trail.at('meta.total')).toBe(1)
  })
})

let good = ''
/** A backup to spoil. */
async function copyOfGood(): Promise<string> {
  if (good === '') {
    const { admin } = await prepared()
    good = join(root, 'good')
    expect((await backUp(admin, good)).at('data.attributes.state')).toBe('done')
  }
  const copy = join(temporary(), 'backup')
  cpSync(good, copy, { recursive: true })
  return copy
}
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)],
  )
const manifestWith = (change: object) => (from: string) => {
  const file = join(from, 'manifest.json')
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...change }))
}

describe('refused, with not a byte changed', () => {
  test.each<[string, (from: string) => void, number, RegExp]>([
    ['no manifest', from => rmSync(join(from, 'manifest.json')), 1, /is no backup/],
    ['a manifest cut in half', from => truncateSync(join(from, 'manifest.json'), 300), 1, /not JSON/],
    ['a database cut short', from => truncateSync(join(from, 'signalbox.db'), 8192), 1, /signalbox\.db has 8192 bytes/],
    ['a file of logs that is gone', from => rmSync(join(from, 'logs', '0001.db')), 1, /0001\.db is missing/],
    ['a byte more', from => appendFileSync(join(from, 'feeds', 'tor.txt'), 'x'), 1, /tor\.txt has/],
    [
      'a byte changed',
      from => {
        const file = join(from, 'logs', '0001.db')
        const bytes = readFileSync(file)
        bytes[9000]! ^= 1
        writeFileSync(file, bytes)
      },
      1,
      /0001\.db is not what was backed up/,
    ],
    ['a newer schema', manifestWith({ schema: { store: 99, logs: 1 } }), 3, /newer Signalbox/],
    ['a newer form', manifestWith({ format: 2 }), 3, /newer Signalbox/],
  ])('%s', async (_, spoil, code, says) => {
    const from = await copyOfGood()
    spoil(from)
    const dir = temporary()
    writeFileSync(join(dir, 'store.json'), 'kept')
    writeFileSync(join(dir, 'signalbox.db'), 'kept')
    const before = filesIn(dir).map(file => [file, bytesOf(file)])
    const done = await restore(from, dir)
    expect([done.code, done.err]).toEqual([code, expect.stringMatching(says)])
    expect(done.err.trim().split('\n')).toHaveLength(1)
    expect(filesIn(dir).map(file => [file, bytesOf(file)])).toEqual(before)
  })
  test('a daemon runs there: exit 4, and it goes on; also where it left no name', async () => {
    const from = await copyOfGood()
    const dir = temporary()
    const child = await startChild(dir)
    for (const again of [false, true]) {
      if (again) rmSync(join(dir, 'daemon.json'))
      const done = await restore(from, dir)
      expect([done.code, done.err]).toEqual([4, expect.stringContaining('Stop it first')])
    }
    expect((await child.admin.post('/api/v2/logs', [{ message: 'still here' }])).status).toBe(202)
    expect(await stop(child)).toBe(0)
  })
})

test('over a directory with data: that is kept aside, with its keys and backups left in place; feeds and settings are back', async () => {
  const from = await copyOfGood()
  const dir = temporary()
  const child = await startChild(dir)
  await child.admin.post('/api/v2/logs', [{ message: 'of the old store' }])
  expect(await stop(child)).toBe(0)
  writeFileSync(join(dir, 'keys.json'), '{}', { mode: 0o600 })
  mkdirSync(join(dir, 'backups'), { recursive: true })
  const store = readMarker(dir)!.store
  const done = await restore(from, dir, '--json')
  expect([done.code, done.err]).toEqual([0, ''])
  const { aside } = (JSON.parse(done.out) as { data: { aside: string } }).data
  expect(aside).toContain(join(dir, 'before-restore-'))
  expect(readMarker(aside)!.store).toBe(store)
  expect(readdirSync(dir).sort()).toEqual(
    expect.arrayContaining(['backups', 'feeds', 'keys.json', 'logs', 'settings.json', 'signalbox.db', 'store.json']),
  )
  expect(readMarker(dir)!.store).not.toBe(store)
  expect(existsSync(join(dir, 'restore.new'))).toBe(false)
  expect(JSON.parse(readFileSync(join(dir, 'settings.json'), 'utf8'))).toMatchObject({
    retention: { days: 30, max_bytes: null },
    search: { deadline_ms: 5000, memory_bytes: 268_435_456 },
    outbound: { allowed_hosts: [] },
    triage: { assign_on_act: false },
    read_only: false,
  })
  const doctor = await runCommand(['doctor', '--data', dir])
  expect([doctor.code, doctor.out]).toEqual([0, expect.stringContaining('all 1 blocks')])
  chmodSync(aside, 0o700)
  const old = await startChild(aside)
  expect(await allOf(old.admin, 'logs', '*', 'attributes.message')).toEqual(['of the old store'])
  expect(await stop(old)).toBe(0)
})

test('a restore that was cut off: no start until it is done again', async () => {
  const from = await copyOfGood()
  const dir = temporary()
  writeMarker(dir, { restoring: { from, aside: join(dir, 'before') } })
  const refused = await runCommand(['start', '--data', dir, '--port', '0'])
  expect([refused.code, refused.err]).toEqual([3, expect.stringContaining(`restore ${from}`)])
  expect((await restore(from, dir)).code).toBe(0)
  expect(readMarker(dir)).toMatchObject({ running: false })
})

describe('kill -9 at each point: the store is unharmed, and what is no whole backup is none', () => {
  test.each([
    ['backup: begun', 0],
    ['backup: signalbox.db', 0],
    ['backup: logs', 0],
    ['backup: hashed', 0],
    ['backup: complete', 0],
    ['backup: in place', 1],
  ])('%s', async (point, listed) => {
    const open = (dir: string, reached: (point: string) => void = () => {}) =>
      createCore({ dir, now: () => noon, publish: () => {}, report: () => {}, reached })
    const dir = temporary()
    const killed = temporary()
    const core = open(dir, reached => {
      // what a kill would leave
      if (reached === point) cpSync(dir, killed, { recursive: true })
    })
    const log = { stream: 'live', timestamp: 0, received: noon, message: 'm', status: 'info', tags: [], attributes: {} }
    await core.append(Buffer.from(JSON.stringify(log)), {})
    await core.caughtUp()
    const { id } = await core.beginBackup({ actor: system })
    await until(async () => (await core.backups()).find(backup => backup.id === id)?.state === 'done')
    await core.close()
    chmodSync(killed, 0o700)
    const again = open(killed)
    expect((await again.statistics()).logs).toBe(1)
    expect(await again.auditVerify()).toBeNull()
    expect(await again.backups()).toHaveLength(listed)
    const { id: next } = await again.beginBackup({ actor: system })
    await until(async () => (await again.backups()).find(backup => backup.id === next)?.state === 'done')
    expect(readdirSync(join(killed, 'backups')).filter(name => name.endsWith('.part'))).toEqual([])
    await again.close()
  })
})

test('a daemon that is killed, and one that is stopped, while it copies', { timeout: 60_000 }, async () => {
  const dir = temporary()
  const first = await startChild(dir)
  const noise = () => Array.from({ length: 1000 }, () => ({ message: Array.from({ length: 60 }, () => Math.random()).join(' ') }))
  for (let i = 0; i < 20; i++) expect((await first.admin.post('/api/v2/logs', noise())).status).toBe(202)
  const part = () => existsSync(join(dir, 'backups')) && readdirSync(join(dir, 'backups')).some(name => name.endsWith('.part'))
  expect((await first.admin.post(path, { data: {} })).status).toBe(202)
  await until(part)
  first.kill('SIGKILL')
  await first.ended
  const second = await startChild(dir)
  expect((await second.admin.get(path)).each('data', 'id')).toEqual([])
  expect((await second.admin.post(path, { data: {} })).status).toBe(202)
  const began = performance.now()
  expect(await stop(second)).toBe(0)
  expect(performance.now() - began).toBeLessThan(5000)
  const third = await startChild(dir)
  const count = await third.admin.post('/api/local/explorer', { track: 'logs', query: '*', from: 0, limit: 0 })
  expect(count.at('meta.total')).toBe(20_000)
  expect(await stop(third)).toBe(0)
})
