import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { describe, expect, test } from 'vitest'
import { allOf, type Caller } from '../caller.ts'
import { apiKey, applicationKey, bytesOf, runCommand, startChild, stop, temporary } from '../child.ts'
import { smallDisk } from '../small-disk.ts'
import { until } from '../until.ts'

// the daemon as a process: how it starts, stops and refuses
const isRoot = process.getuid?.() === 0
const nobodyId = 65534
const send = (caller: Caller, from: number, count = 1) =>
  caller.post(
    '/api/v2/logs',
    Array.from({ length: count }, (_, i) => ({ message: `n${from + i}`, ddsource: 'ledger' })),
  )

/** The numbers of all logs that this file sent, as they are stored. */
const stored = async (caller: Caller): Promise<number[]> =>
  (await allOf(caller, 'logs', 'source:ledger', 'attributes.message'))
    .map(message => Number(String(message).slice(1)))
    .sort((a, b) => a - b)
const start = async (dir: string, more: string[] = []) => runCommand(['start', '--data', dir, '--port', '0', ...more])

test('SIGTERM under load → exit 0 within 5 s; every 202 is there after the next start', async () => {
  const dir = temporary()
  const child = await startChild(dir)
  const acknowledged: number[] = []
  let next = 0
  let running = true
  const writers = Array.from({ length: 8 }, async () => {
    while (running) {
      const number = next++
      const answer = await send(child.admin, number).catch(() => undefined)
      if (answer === undefined) return
      expect([202, 503]).toContain(answer.status)
      if (answer.status === 202) acknowledged.push(number)
    }
  })
  await until(() => acknowledged.length > 200)
  const began = performance.now()
  child.kill('SIGTERM')
  const { code } = await child.ended
  const took = performance.now() - began
  running = false
  await Promise.all(writers)
  expect(code).toBe(0)
  expect(took).toBeLessThan(5000)
  const again = await startChild(dir)
  const there = await stored(again.admin)
  expect(new Set(there).size).toBe(there.length)
  expect(acknowledged.filter(number => !there.includes(number))).toEqual([])
  expect(await stop(again)).toBe(0)
})

test('SIGTERM while a WebSocket and a slow request stay silent → exit 0 within 5 s', async () => {
  const child = await startChild(temporary())
  const { port, host } = new URL(child.url)
  const dangling = [
    `GET /api/local/live HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\nAuthorization: Bearer ${applicationKey}\r\n\r\n`,
    `POST /api/v2/logs HTTP/1.1\r\nHost: ${host}\r\nDD-API-KEY: ${apiKey}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n[`,
  ].map(text => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(text))
    socket.on('error', () => {})
    return socket
  })
  await new Promise(resolve => dangling[0]!.once('data', resolve))
  const began = performance.now()
  expect(await stop(child)).toBe(0)
  expect(performance.now() - began).toBeLessThan(5000)
  for (const socket of dangling) socket.destroy()
})

test('SIGINT → exit 0', async () => {
  const child = await startChild(temporary())
  child.kill('SIGINT')
  expect((await child.ended).code).toBe(0)
})

test('a second daemon on the same data → exit 4 with the first one’s pid, the first unharmed', async () => {
  const dir = temporary()
  const first = await startChild(dir)
  const second = await start(dir)
  expect([second.code, second.err]).toEqual([4, expect.stringContaining(String(first.pid))])
  expect(second.err.trim().split('\n')).toHaveLength(1)
  expect((await send(first.admin, 0)).status).toBe(202)
  expect(JSON.parse(readFileSync(join(dir, 'daemon.json'), 'utf8'))).toEqual({ pid: first.pid, url: first.url })
  first.kill('SIGKILL')
  await first.ended
  const third = await startChild(dir)
  expect(await stored(third.admin)).toEqual([0])
  expect(await stop(third)).toBe(0)
  expect(existsSync(join(dir, 'daemon.json'))).toBe(false)
})

test('a port that another daemon has → exit 4; that another program has → exit 1', async () => {
  const first = await startChild(temporary())
  const port = new URL(first.url).port
  const second = await runCommand(['start', '--data', temporary(), '--port', port])
  expect([second.code, second.err]).toEqual([4, expect.stringContaining(port)])
  await stop(first)
  const stranger = createServer(socket => socket.resume().end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')).listen(0, '127.0.0.1')
  await new Promise(resolve => stranger.once('listening', resolve))
  const taken = String((stranger.address() as { port: number }).port)
  const third = await runCommand(['start', '--data', temporary(), '--port', taken])
  expect([third.code, third.err]).toEqual([1, expect.stringContaining(taken)])
  expect(third.err.trim().split('\n')).toHaveLength(1)
  await new Promise(resolve => stranger.close(resolve))
})

test.each([
  '0.0.0.0',
  '::',
  '0',
  '',
  '::ffff:0.0.0.0',
  '0x7f.1',
  'example.com',
  '192.0.2.1',
])('--host %j without TLS → exit 2', async host => {
  const { code, err } = await start(temporary(), ['--host', host])
  expect([code, err]).toEqual([2, expect.stringContaining('--host')])
  expect(err.trim().split('\n')).toHaveLength(1)
})
test.each([[['--port', '65536']], [['--port', 'many']], [['--log-level', 'loud']], [['--colour']]])('start %j → exit 2', async args => {
  expect((await runCommand(['start', '--data', temporary(), ...args])).code).toBe(2)
})
test('an API key of 31 characters → exit 2 naming it, never showing it', async () => {
  const short = 'k'.repeat(31)
  const { code, err, out } = await runCommand(['start', '--data', temporary(), '--port', '0'], { env: { SIGNALBOX_API_KEY: short } })
  expect([code, err]).toEqual([2, expect.stringContaining('SIGNALBOX_API_KEY')])
  expect(err + out).not.toContain(short)
})

test('a first start without keys → keys.json for its owner alone, and they work; no secret in output or command line', async () => {
  const dir = join(temporary(), 'new')
  const child = await startChild(dir, { env: { SIGNALBOX_API_KEY: '', SIGNALBOX_APP_KEY: '' } }).catch(error => error as Error)
  // an empty key is a key that is too short
  expect(child).toBeInstanceOf(Error)
  const given = await startChild(dir)
  expect(existsSync(join(dir, 'keys.json'))).toBe(false)
  expect(readFileSync(`/proc/${given.pid}/cmdline`, 'utf8')).not.toContain('test_a')
  expect(statSync(dir).mode & 0o777).toBe(0o700)
  expect((await given.admin.get('/api/v2/current_user')).status).toBe(200)
  given.kill('SIGTERM')
  const { out, err } = await given.ended
  expect(out + err).not.toContain(applicationKey)
})

const databases = ['signalbox.db', 'logs/0001.db']
/** A data directory with ten logs in it, left by a clean stop or by a kill. */
async function used(signal: 'SIGTERM' | 'SIGKILL'): Promise<string> {
  const dir = temporary()
  const child = await startChild(dir)
  await send(child.admin, 0, 10)
  child.kill(signal)
  await child.ended
  return dir
}
let clean = ''
let killed = ''
async function copyOf(kind: 'clean' | 'killed'): Promise<string> {
  clean ||= await used('SIGTERM')
  killed ||= await used('SIGKILL')
  const dir = temporary()
  cpSync(kind === 'clean' ? clean : killed, dir, { recursive: true })
  chmodSync(dir, 0o700)
  return dir
}
const overwrite = (path: string, at: number, bytes: Buffer) => {
  const whole = readFileSync(path)
  bytes.copy(whole, at)
  writeFileSync(path, whole)
}

describe.each(databases)('%s', name => {
  const mutations: [what: string, kind: 'clean' | 'killed', mutate: (path: string) => void, says: RegExp][] = [
    ['of no length', 'clean', path => truncateSync(path, 0), /empty/],
    ['gone', 'clean', path => rmSync(path), /missing/],
    ['with a zeroed header', 'clean', path => overwrite(path, 0, Buffer.alloc(100)), /damaged/],
    ['of another program', 'clean', path => overwrite(path, 68, Buffer.from('deadbeef', 'hex')), /not one of Signalbox/],
    ['of another program, after a kill', 'killed', path => overwrite(path, 68, Buffer.from('deadbeef', 'hex')), /not one of Signalbox/],
    ['of a newer version', 'clean', path => overwrite(path, 60, Buffer.from('000000ff', 'hex')), /newer/],
    ['of a newer version, after a kill', 'killed', path => overwrite(path, 60, Buffer.from('000000ff', 'hex')), /newer/],
    ['a text', 'clean', path => writeFileSync(path, 'not a database\n'.repeat(1000)), /damaged/],
    ['without its -wal after a kill', 'killed', path => rmSync(`${path}-wal`), /missing or damaged/],
    ['with an empty -wal after a kill', 'killed', path => truncateSync(`${path}-wal`, 0), /missing or damaged/],
    ['with garbage for a -wal after a kill', 'killed', path => writeFileSync(`${path}-wal`, 'garbage'.repeat(5000)), /missing or damaged/],
  ]
  test.each(mutations)('%s → exit 3, one sentence, not a byte changed', async (_, kind, mutate, says) => {
    const dir = await copyOf(kind)
    const path = join(dir, name)
    mutate(path)
    const files = [path, `${path}-wal`].filter(file => existsSync(file))
    const before = files.map(bytesOf)
    const { code, err, out } = await start(dir)
    expect([code, err]).toEqual([3, expect.stringMatching(says)])
    expect(err).toContain(name)
    expect(out).not.toContain('listening')
    expect(err.trim().split('\n')).toHaveLength(1)
    expect(files.map(bytesOf)).toEqual(before)
  })
})

test('without its marker → exit 3', async () => {
  const dir = await copyOf('clean')
  rmSync(join(dir, 'store.json'))
  const { code, err } = await start(dir)
  expect([code, err]).toEqual([3, expect.stringContaining('store.json')])
})
test.each(['', '{', '{"store":7}', 'null', '[]'])('with the marker %j → exit 3', async text => {
  const dir = await copyOf('clean')
  writeFileSync(join(dir, 'store.json'), text)
  const { code, err } = await start(dir)
  expect([code, err]).toEqual([3, expect.stringContaining('store.json')])
})
test('left by a kill → starts, with every log', async () => {
  const child = await startChild(await copyOf('killed'))
  expect(await stored(child.admin)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect((await child.admin.get('/api/local/audit/verification')).at('data.attributes.intact')).toBe(true)
  expect(await stop(child)).toBe(0)
})
test('one byte of an audit event changed → the verification names it', async () => {
  const dir = await copyOf('clean')
  const db = new DatabaseSync(join(dir, 'signalbox.db'))
  db.exec(
    `UPDATE audit SET event = replace(event, 'created', 'created!') WHERE seq = (SELECT seq FROM audit ORDER BY seq LIMIT 1 OFFSET 2)`,
  )
  db.close()
  const child = await startChild(dir)
  const answer = await child.admin.get('/api/local/audit/verification')
  const events = await child.admin.get('/api/v2/audit/events?sort=timestamp&page[limit]=3')
  expect(answer.at('data.attributes')).toMatchObject({ intact: false, broken_at_seq: events.at('data.2.attributes.attributes.seq') })
  await stop(child)
})

describe.skipIf(!isRoot)('other users of the machine (needs root: runs children as another user)', () => {
  const asNobody = { uid: nobodyId }
  test('a data directory that others may write to → exit 3', async () => {
    const dir = temporary()
    chmodSync(dir, 0o770)
    const { code, err } = await start(dir)
    expect([code, err]).toEqual([3, expect.stringContaining('chmod 700')])
    expect(err.trim().split('\n')).toHaveLength(1)
  })
  test('a data directory of somebody else → exit 3', async () => {
    const dir = temporary()
    chownSync(dir, nobodyId, nobodyId)
    const { code, err } = await start(dir)
    expect([code, err]).toEqual([3, expect.stringContaining('another user')])
  })
  test.each(['', ...databases, 'store.json', 'logs'])('chmod 000 of %j → exit 3', async name => {
    const dir = await copyOf('clean')
    execFileSync('chown', ['-R', `${nobodyId}:${nobodyId}`, dir])
    chmodSync(join(dir, name), 0)
    const { code, err } = await runCommand(['start', '--data', dir, '--port', '0'], asNobody)
    expect([code, err]).toEqual([3, expect.stringContaining(dir)])
    expect(err.trim().split('\n')).toHaveLength(1)
    chmodSync(join(dir, name), 0o700)
  })
  test('another user reads no file and gets no data', async () => {
    const dir = temporary()
    const child = await startChild(dir)
    await send(child.admin, 0)
    for (const name of ['', 'signalbox.db', 'signalbox.db-wal', 'logs/0001.db', 'logs/0001.db-wal', 'store.json', 'daemon.json'])
      expect(() => execFileSync('cat', [join(dir, name)], { uid: nobodyId, gid: nobodyId, stdio: 'ignore' }), name).toThrow()
    for (const file of ['signalbox.db', 'signalbox.db-wal', 'logs/0001.db', 'store.json', 'daemon.json'])
      expect(statSync(join(dir, file)).mode & 0o077, file).toBe(0)
    expect(() => execFileSync('cat', [`/proc/${child.pid}/environ`], { uid: nobodyId, gid: nobodyId, stdio: 'ignore' })).toThrow()
    await stop(child)
  })
})

const disk = smallDisk(8)

test.skipIf(!disk)('a full disk → 507, reads go on; space again → writes go on, without a restart; stops and starts full', async () => {
  const dir = join(disk!, 'data')
  mkdirSync(dir, { mode: 0o700 })
  const child = await startChild(dir)
  const acknowledged: number[] = []
  for (let i = 0; i < 5; i++) if ((await send(child.admin, i)).status === 202) acknowledged.push(i)
  expect(acknowledged).toHaveLength(5)
  const ballast = join(disk!, 'ballast')
  expect(() => writeFileSync(ballast, Buffer.alloc(16 * 1024 * 1024))).toThrow(/ENOSPC/)

  let status = 202
  for (let i = 5; status === 202 && i < 500; i++) {
    status = (await send(child.admin, i)).status
    if (status === 202) acknowledged.push(i)
  }
  expect(status).toBe(507)
  const rule = { name: 'r', queries: [{ query: '*' }], cases: [{ status: 'low' }], message: 'm'.repeat(50_000) }
  const write = await child.admin.post('/api/v2/security_monitoring/rules', rule)
  expect([write.status, write.text]).toEqual([507, expect.stringMatching(/disk is full/)])
  expect((await child.admin.get('/health')).status).toBe(200)
  expect(await stored(child.admin)).toEqual(acknowledged)

  rmSync(ballast)
  await until(async () => (await send(child.admin, 1000)).status === 202, 5000)
  expect((await child.admin.post('/api/v2/security_monitoring/rules', rule)).status).toBe(200)
  expect(await stored(child.admin)).toEqual([...acknowledged, 1000])

  expect(() => writeFileSync(ballast, Buffer.alloc(16 * 1024 * 1024))).toThrow(/ENOSPC/)
  await stop(child)
  rmSync(ballast)
  const again = await startChild(dir)
  expect(await stored(again.admin)).toEqual([...acknowledged, 1000])
  await stop(again)
})
