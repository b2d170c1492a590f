import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { intakeBatch } from '../../daemon/intake/batch.ts'
import { logFormats } from '../../daemon/intake/log-formats/index.ts'
import { normalise } from '../../daemon/intake/normalise.ts'
import { readLine } from '../../daemon/intake/read.ts'
import { Refusal } from '../../daemon/lib/errors.ts'
import { get, type JsonObject } from '../../shared/json.ts'

const data = process.env['SIGNALBOX_REAL_DATA'] ?? '../shared/data'
const absent = !existsSync(data)
if (absent) console.warn(`\n*** SKIPPED: no recorded logs at ${data}. Set SIGNALBOX_REAL_DATA to the folder that holds them. ***\n`)

const context = { now: Date.UTC(2026, 0, 15), zone: 0 }
const linesOf = (...path: string[]) =>
  readFileSync(join(data, ...path), 'utf8')
    .split(/\r?\n/)
    .filter(line => line !== '')
const logsOf = (...path: string[]) => linesOf(...path).map(line => normalise(line, { stream: 'import:1' }, context))
const formatOf = (line: string) => logFormats.find(format => format.recognises(line) && format.read(line, context))?.name

describe.skipIf(absent)('OpenSSH, 2,000 lines', () => {
  const logs = absent ? [] : logsOf('loghub', 'OpenSSH', 'OpenSSH_2k.log')
  const at = (log: (typeof logs)[number], ...path: string[]) => get(log.attributes, ...path)
  const passwords = logs.filter(
    log =>
      at(log, 'evt', 'name') === 'authentication' && at(log, 'evt', 'outcome') === 'failure' && at(log, 'auth', 'method') === 'password',
  )
  const from = (ip: string) => passwords.filter(log => at(log, 'network', 'client', 'ip') === ip)

  test('2,000 logs of sshd on LabSZ, none of them plain', () => {
    expect(logs).toHaveLength(2000)
    expect(logs.every(log => log.source === 'sshd' && log.service === 'sshd' && log.host === 'LabSZ')).toBe(true)
    expect(linesOf('loghub', 'OpenSSH', 'OpenSSH_2k.log').every(line => formatOf(line) === 'rfc3164')).toBe(true)
  })

  test('520 failed passwords from 23 addresses', () => {
    expect(passwords).toHaveLength(520)
    expect(passwords.every(log => log.message.includes('Failed password') && log.status === 'warn')).toBe(true)
    expect(new Set(passwords.map(log => at(log, 'network', 'client', 'ip'))).size).toBe(23)
  })

  test.each([
    ['183.62.140.253', 286],
    ['187.141.143.180', 80],
  ])('%s: %i', (ip, count) => expect(from(ip)).toHaveLength(count))

  test('one success, and all on the latest 10 December', () => {
    expect(logs.filter(log => at(log, 'evt', 'name') === 'authentication' && at(log, 'evt', 'outcome') === 'success')).toHaveLength(1)
    expect(logs.every(log => new Date(log.timestamp).toISOString().startsWith('2025-12-10'))).toBe(true)
  })
})

describe.skipIf(absent)('Apache error log', () => {
  const logs = absent ? [] : logsOf('loghub', 'Apache', 'Apache_2k.log')

  test('2,000 logs, all of 2005, from 32 addresses', () => {
    expect(logs).toHaveLength(2000)
    expect(logs.every(log => new Date(log.timestamp).getUTCFullYear() === 2005 && log.source === 'apache')).toBe(true)
    const clients = logs.map(log => get(log.attributes, 'network', 'client', 'ip')).filter(ip => ip !== undefined)
    expect(new Set(clients).size).toBe(32)
  })
})

describe.skipIf(absent)('the attributes that Datadog gives nginx lines', () => {
  const samples = absent
    ? []
    : linesOf('datadog-nginx', 'expected.jsonl').map(line => JSON.parse(line) as JsonObject & { sample: string; http: JsonObject })

  test.each(samples)('$sample', ({ sample, timestamp, status, ...attributes }) => {
    // the raw user agent is kept in its place, for whoever wants to take it apart
    const { useragent_details: details, ...http } = attributes.http
    const log = normalise({ message: sample, ddsource: 'nginx' }, { stream: 'live' }, context)
    expect(log).toMatchObject({
      timestamp,
      status,
      source: 'nginx',
      service: 'nginx',
      message: sample,
      attributes: { ...attributes, http },
    })
    if (details !== undefined) expect(get(log.attributes, 'http', 'useragent')).toMatch(/^Mozilla/)
  })
})

describe.skipIf(absent)('JSONTestSuite as request bodies', () => {
  const folder = join(data, 'jsontestsuite', 'test_parsing')
  const answer = (file: string) => {
    try {
      const { logs } = intakeBatch(readFileSync(join(folder, file), 'utf8'), 'application/json', {}, context)
      void [...logs]
      return 202
    } catch (error) {
      if (error instanceof Refusal) return error.status
      throw error
    }
  }
  test.each(absent ? [] : readdirSync(folder))('%s', file => {
    const may = file.startsWith('y_') ? [202, 422] : file.startsWith('n_') ? [400] : [202, 400, 422]
    expect(may).toContain(answer(file))
  })
})

describe.skipIf(absent)('hostile text', () => {
  const files = ['blns', 'payloads'].flatMap(name =>
    absent ? [] : readdirSync(join(data, name), { recursive: true, withFileTypes: true }),
  )
  test.each(files.filter(file => file.isFile()).map(file => [file.name, join(file.parentPath, file.name)]))('%s', (_name, path) => {
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      expect(readLine(line, context)).toBeDefined()
      const forged = `Dec 10 06:55:46 web-1 sshd[1]: Failed password for invalid user ${line} from 192.0.2.7 port 4022 ssh2`
      expect(get(normalise(forged, { stream: 'live' }, context).attributes, 'network', 'client', 'ip')).toBe('192.0.2.7')
    }
  })
})
