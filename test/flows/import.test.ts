import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { apiKey, applicationKey, type Child, runCommand, startChild, temporary } from '../child.ts'
import { guesses } from '../logs.ts'
import { until } from '../until.ts'

// Journey 1 by file: what `signalbox import` brings is there once, whatever happens to the file, the command or the daemon.
const bin = fileURLToPath(new URL('../../daemon/bin.mjs', import.meta.url))
let dir: string
let daemon: Child
beforeAll(async () => {
  dir = temporary()
  daemon = await startChild(dir)
})

/** A file of this test's own, and how many logs there are with its word. */
const fileOf = (word: string, text: string | Uint8Array): string => {
  const path = join(temporary(), `${word}.log`)
  writeFileSync(path, text)
  return path
}
const lines = (word: string, count: number, from = 0) => Array.from({ length: count }, (_, i) => `${word} number ${from + i}\n`).join('')

async function stored(query: string): Promise<number> {
  const answer = await daemon.admin.post('/api/local/explorer', { track: 'logs', query, from: 0, limit: 0 })
  return answer.at('meta.total') as number
}

/** Import to the end; [lines, added, already there] of each file. */
async function bring(...args: string[]): Promise<number[][]> {
  const { code, out, err } = await runCommand(['import', '--json', '--data', dir, ...args])
  expect(code, err).toBe(0)
  const { data } = JSON.parse(out) as { data: { lines: number; added: number; already_there: number }[] }
  return data.map(({ lines, added, already_there }) => [lines, added, already_there])
}

/** An import that does not end by itself. */
function begin(...args: string[]) {
  const env = { PATH: process.env['PATH'] ?? '', SIGNALBOX_API_KEY: apiKey, SIGNALBOX_APP_KEY: applicationKey }
  const child = spawn('node', [bin, 'import', '--json', '--data', dir, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env })
  let out = ''
  child.stdout.on('data', chunk => (out += chunk))
  const ended = new Promise<number | null>(resolve => child.on('close', resolve))
  return {
    kill: () => child.kill('SIGKILL'),
    ended,
    async interrupt(): Promise<{ added: number }> {
      child.kill('SIGINT')
      expect(await ended).toBe(0)
      return (JSON.parse(out) as { data: { added: number }[] }).data[0]!
    },
  }
}

describe('a file', () => {
  test('twice, then grown, then packed', async () => {
    const path = fileOf('walnut', lines('walnut', 2100))
    expect(await bring(path)).toEqual([[2100, 2100, 0]])
    expect(await bring(path)).toEqual([[2100, 0, 2100]])
    appendFileSync(path, lines('walnut', 50, 2100))
    expect(await bring(path)).toEqual([[2150, 50, 2100]])
    expect(await bring(fileOf('walnut', gzipSync(lines('walnut', 2150))))).toEqual([[2150, 0, 2150]])
    expect(await stored('walnut')).toBe(2150)
    expect(await stored('"walnut number 2149"')).toBe(1)
  })
  test('packed', async () => {
    expect(await bring(fileOf('hazel', gzipSync(lines('hazel', 1500))))).toEqual([[1500, 1500, 0]])
    expect(await stored('hazel')).toBe(1500)
  })
  test('CloudTrail: an event a log, plain, spread over lines and packed', async () => {
    const events = Array.from({ length: 1500 }, (_, i) => ({
      eventVersion: '1.08',
      eventSource: 'iam.amazonaws.com',
      eventName: 'CreateUser',
      eventTime: '2026-06-01T10:00:00Z',
      requestParameters: { userName: `rowan ${i}` },
    }))
    const text = JSON.stringify({ Records: events })
    expect(await bring(fileOf('rowan', gzipSync(text)))).toEqual([[1500, 1500, 0]])
    expect(await bring(fileOf('rowan', text))).toEqual([[1500, 0, 1500]])
    expect(await bring(fileOf('rowan', JSON.stringify({ Records: events.slice(0, 3) }, null, 2)))).toEqual([[3, 3, 0]])
    expect(await stored('source:cloudtrail @evt.name:CreateUser @requestParameters.userName:rowan*')).toBe(1503)
    expect(await stored('@requestParameters.userName:"rowan 1499"')).toBe(1)
    const { code, err } = await runCommand(['import', '--json', '--data', dir, fileOf('rowan', `${text.slice(0, -40)}`)])
    expect([code, err]).toEqual([1, expect.stringContaining('is cut off within a JSON document')])
  })
  test('a line of three million letters: it is cut, and says so', async () => {
    expect(await bring(fileOf('rosewood', `rosewood ${'y'.repeat(3_000_000)}`))).toEqual([[1, 1, 0]])
    expect(await stored('rosewood @signalbox.truncated:true')).toBe(1)
  })
  test('equal lines are as many logs', async () => {
    expect(await bring(fileOf('beech', 'beech\n'.repeat(7)))).toEqual([[7, 7, 0]])
    expect(await stored('beech')).toBe(7)
  })
  test('two files with the same first line', async () => {
    const paths = [fileOf('maple', 'maple began\nmaple one\n'), fileOf('maple', 'maple began\nmaple two\n')]
    expect(await bring(...paths)).toEqual([
      [2, 2, 0],
      [2, 2, 0],
    ])
    expect(await bring(...paths)).toEqual([
      [2, 0, 2],
      [2, 0, 2],
    ])
    expect(await stored('maple')).toBe(4)
  })
  test('CRLF, a byte order mark, a NUL, bytes that are no UTF-8, no line feed at the end', async () => {
    const path = fileOf(
      'rowan',
      Buffer.concat([Buffer.from('\ufeffrowan first\r\nrowan\0 second\r\nrowan '), Buffer.from([0xff]), Buffer.from('\nrowan last')]),
    )
    expect(await bring(path)).toEqual([[4, 4, 0]])
    expect(await stored('"rowan first"')).toBe(1)
    expect(await stored('"rowan last"')).toBe(1)
    const answer = await daemon.admin.post('/api/local/explorer', { track: 'logs', query: 'rowan first', from: 0 })
    expect(answer.at('data.0.attributes.message')).toBe('rowan first')
  })
  test('what the person says of all its lines', async () => {
    await bring('--service', 'wood', '--host', 'grove', '--tags', 'env:test,team:green', fileOf('larch', 'larch\n'))
    expect(await stored('service:wood host:grove env:test team:green larch')).toBe(1)
  })
  test('the same of two hosts', async () => {
    const path = fileOf('alder', lines('alder', 3))
    expect(await bring('--host', 'web-1', path)).toEqual([[3, 3, 0]])
    expect(await bring('--host', 'web-2', path)).toEqual([[3, 3, 0]])
    expect(await bring('--host', 'web-2', path)).toEqual([[3, 0, 3]])
    expect(await stored('alder host:web-2')).toBe(3)
  })
  test('opens signals, however old it is', async () => {
    const path = fileOf('sshd', `${guesses(Date.UTC(2019, 4, 1), '198.51.100.7', 20)}\n`)
    const { err } = await runCommand(['import', '--data', dir, path])
    expect(err).toBe(`1 signal opened. See them with: SIGNALBOX_DATA=${dir} npm run -s signalbox -- signals\n`)
    expect((await runCommand(['signals', '--data', dir])).out).toContain('198.51.100.7')
  })
})

describe('refused', () => {
  test.each([
    ['a format that there is none of', ['--format', 'morse'], 'There is no log format “morse”'],
    ['a zone that there is none of', ['--zone', 'moon'], '--zone moon is no zone'],
  ])('%s', async (_, args, expected) => {
    const { code, err } = await runCommand(['import', '--data', dir, ...args, fileOf('birch', 'birch\n')])
    expect(code).not.toBe(0)
    expect(err).toContain(expected)
    expect(await stored('birch')).toBe(0)
  })
  test('a file that is not there does not keep the others back', async () => {
    const { code, err, out } = await runCommand(['import', '--json', '--data', dir, join(dir, 'nowhere.log'), fileOf('aspen', 'aspen\n')])
    expect(code).toBe(1)
    expect(err).toContain('nowhere.log: there is no such file')
    expect(JSON.parse(out).data[1].added).toBe(1)
  })
})

test('kill -9 of the command in the middle, and again', async () => {
  const text = lines('elm', 60_000)
  const path = fileOf('elm', text)
  const fingerprint = createHash('sha256').update('elm number 0').digest('hex')
  const first = begin(path)
  await until(async () => (await daemon.admin.get(`/api/local/imports?fingerprint=${fingerprint}`)).each('data', 'id').length >= 3)
  first.kill()
  await first.ended
  const [[count = 0, added = 0, there = 0] = []] = await bring(path)
  expect(count).toBe(60_000)
  expect(there).toBeGreaterThanOrEqual(3000)
  expect(added).toBe(60_000 - there)
  expect(await stored('elm')).toBe(60_000)
})

describe('--follow', () => {
  test('a live file: the last line waits until it is whole', async () => {
    const path = fileOf('cedar', 'cedar a\ncedar b')
    const following = begin('--follow', path)
    await until(async () => (await stored('cedar')) === 1)
    appendFileSync(path, 'b\ncedar c\n')
    await until(async () => (await stored('cedar')) === 3)
    expect(await stored('"cedar bb"')).toBe(1)
    expect(await following.interrupt()).toMatchObject({ added: 3 })
    expect(await bring(path)).toEqual([[3, 0, 3]])
  })
  test('renamed: the old file to its end, then the new one', async () => {
    const path = fileOf('yew', 'yew a\n')
    const following = begin('--follow', path)
    await until(async () => (await stored('yew')) === 1)
    renameSync(path, `${path}.1`)
    // its writer has it open still
    appendFileSync(`${path}.1`, 'yew b\nyew c')
    writeFileSync(path, 'yew d\n')
    await until(async () => (await stored('yew')) === 4)
    appendFileSync(path, 'yew e\n')
    await until(async () => (await stored('yew')) === 5)
    expect(await following.interrupt()).toMatchObject({ added: 5 })
    expect(await bring(`${path}.1`, path)).toEqual([
      [3, 0, 3],
      [2, 0, 2],
    ])
  })
  test('copied and cut off', async () => {
    const path = fileOf('fir', 'fir a long line\nfir b\n')
    const following = begin('--follow', path)
    await until(async () => (await stored('fir')) === 2)
    truncateSync(path)
    appendFileSync(path, 'fir c\n')
    await until(async () => (await stored('fir')) === 3)
    appendFileSync(path, 'fir d\n')
    await until(async () => (await stored('fir')) === 4)
    expect(await following.interrupt()).toMatchObject({ added: 4 })
  })
  test('the daemon goes and comes back', async () => {
    const path = fileOf('oak', 'oak a\n')
    const following = begin('--follow', path)
    await until(async () => (await stored('oak')) === 1)
    daemon.kill('SIGTERM')
    await daemon.ended
    appendFileSync(path, 'oak b\n')
    daemon = await startChild(dir)
    await until(async () => (await stored('oak')) === 2, 20_000)
    await following.interrupt()
  })
})
