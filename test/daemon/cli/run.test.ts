import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Surroundings } from '../../../daemon/cli/surroundings.ts'
import { version } from '../../../daemon/lib/version.ts'
import { callCommand } from '../../command.ts'

const dir = mkdtempSync(join(tmpdir(), 'signalbox-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Run a command where no daemon is. */
const call = (args: string[], more: Partial<Surroundings> = {}) => callCommand(args, { env: { SIGNALBOX_DATA: dir }, ...more })

describe('exit code 2 and one sentence', () => {
  test.each([
    ['', 'Usage: npm run -s signalbox -- COMMAND'],
    ['nonsense', 'There is no command nonsense.'],
    ['nonsense\x1b[31m', 'There is no command nonsense␛[31m.'],
    ['keys', 'keys list'],
    ['keys steal', 'keys revoke'],
    ['users', 'users list'],
    ['lookup', 'signalbox -- lookup IP…'],
    ['import', 'signalbox -- import FILE…'],
    ['pair now', 'signalbox -- pair'],
    ['restore', 'signalbox -- restore DIR'],
    ['backup here there', 'signalbox -- backup [DIR]'],
    ['search --frm now', "Unknown option '--frm'"],
    ['search * --track cats', '--track is one of logs, signals, audit'],
    ['search * --limit many', '--limit is a number from 0 to 1000'],
    ['search * --limit -4', '--limit is a number from 0 to 1000'],
    ['search * --limit=-4', '--limit is a number from 0 to 1000'],
    ['rules backtest an-id --seconds -1', '--seconds is a number from 1 to 100'],
    ['search * --limit 1001', '--limit is a number from 0 to 1000'],
    ['signals --state shut', '--state is one of open, under_review, archived, all'],
    ['keys create ci --kind master', '--kind is api or application'],
    ['feeds add tor', 'A feed needs --format'],
    ['rules backtest', 'signalbox -- rules backtest FILE|ID'],
    ['rules backtest an-id --limit 201', '--limit is a number from 0 to 200'],
    ['rules backtest an-id --seconds 0', '--seconds is a number from 1 to 100'],
    ['start --port x', '--port must be a number'],
  ])('%s', async (line, expected) => {
    const { code, out, err } = await call(line === '' ? [] : line.split(' '))
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(expected)
    expect(err).not.toContain('\x1b')
  })
})

describe('exit code 0 and nothing on standard error', () => {
  test.each([
    ['--version', version],
    ['help', 'rules test [ID|FILE…]'],
    ['--help', 'doctor [--accept-loss]'],
    ['help import', '-f, --follow'],
    ['import --help', '-f, --follow'],
    ['keys create -h', '--scopes'],
    ['start --help', 'SIGNALBOX_PORT'],
  ])('%s', async (line, expected) => {
    const { code, out, err } = await call(line.split(' '))
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain(expected)
  })
})

test('--data before the command is the same as after it', async () => {
  for (const args of [
    ['--data', '/nowhere', 'pair'],
    ['pair', '--data', '/nowhere'],
  ])
    expect((await call(args)).err).toContain('No daemon runs on /nowhere')
})

describe('no daemon to talk to: exit code 1', () => {
  test.each([
    ['nothing was ever started', {}, 'No daemon runs on'],
    ['an address that is none', { SIGNALBOX_URL: 'localhost:7420' }, 'is not an address of a daemon'],
    ['an address with a path', { SIGNALBOX_URL: 'http://localhost:7420/api' }, 'is not an address of a daemon'],
    ['another machine without TLS', { SIGNALBOX_URL: 'http://desk.example:7420' }, 'over https only'],
    ['no keys', { SIGNALBOX_URL: 'http://127.0.0.1:9' }, 'There are no keys'],
    ['a key with a line feed', { SIGNALBOX_URL: 'http://127.0.0.1:9', SIGNALBOX_API_KEY: 'a', SIGNALBOX_APP_KEY: 'b\n' }, 'no key has'],
    ['nobody listens', { SIGNALBOX_URL: 'http://127.0.0.1:9', SIGNALBOX_API_KEY: 'a', SIGNALBOX_APP_KEY: 'b' }, 'No daemon answers at'],
  ])('%s', async (_, env, expected) => {
    const { code, out, err } = await call(['pair'], { env: { SIGNALBOX_DATA: dir, ...env } })
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(expected)
  })
  test('one that was killed: its port may be anybody’s, so it is not asked', async () => {
    writeFileSync(join(dir, 'daemon.json'), JSON.stringify({ pid: 4711, url: 'http://127.0.0.1:9' }))
    expect((await call(['pair'])).err).toContain('(process 4711) is gone')
    rmSync(join(dir, 'daemon.json'))
  })
})

test('keys.json that cannot be read: exit code 3', async () => {
  writeFileSync(join(dir, 'keys.json'), '{')
  const { code, err } = await call(['pair'], { env: { SIGNALBOX_DATA: dir, SIGNALBOX_URL: 'http://127.0.0.1:9' } })
  rmSync(join(dir, 'keys.json'))
  expect(code).toBe(3)
  expect(err).toContain('keys.json cannot be read')
})

test('Ctrl-C leaves a command that waits', async () => {
  const { code } = await call(['rules', 'test', '-'], {
    stdin: () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }),
    stop: Promise.resolve(),
  })
  expect(code).toBe(1)
})

describe('rules test', () => {
  const rule = {
    name: 'Guess',
    queries: [{ name: 'a', query: 'Failed' }],
    cases: [{ status: 'high', condition: 'a > 1' }],
    tests: [{ name: 'two', logs: ['Failed', 'Failed'], signals: [{ status: 'high' }] }],
  }
  const file = (text: string) => ({
    stdin: async function* () {
      yield Buffer.from(text)
    },
  })
  test('one that holds', async () => {
    const { code, out, err } = await call(['rules', 'test', '-'], file(JSON.stringify(rule)))
    expect([code, err]).toEqual([0, '1 test run.\n'])
    expect(out).toContain('does what its tests expect')
  })
  test.each([
    ['one that fails', { ...rule, cases: [{ status: 'low', condition: 'a > 1' }] }, '“two”: expected high, got low'],
    ['no tests', { ...rule, tests: undefined }, '-: tests: there are none in the file'],
    ['an unknown attribute', { ...rule, colour: 'red' }, '-: colour: is not an attribute'],
    ['a query that cannot be read', { ...rule, queries: [{ name: 'a', query: 'x:(a' }] }, 'x:(a\n    ^'],
  ])('%s', async (_, rule, expected) => {
    const { code, err } = await call(['rules', 'test', '-'], file(JSON.stringify(rule)))
    expect(code).toBe(1)
    expect(err).toContain(expected)
  })
  test('not JSON: file, line and column', async () => {
    expect((await call(['rules', 'test', '-'], file('{\n  "name": x}'))).err).toMatch(/^-:2:11: /)
  })
})
