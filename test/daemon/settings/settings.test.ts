import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openSettings, usualDue } from '../../../daemon/settings/settings.ts'

const dir = mkdtempSync(join(tmpdir(), 'signalbox-'))
const file = join(dir, 'settings.json')
afterAll(() => rmSync(dir, { recursive: true, force: true }))
beforeEach(() => rmSync(file, { force: true }))
const written = () => JSON.parse(readFileSync(file, 'utf8'))

const usualRespond = {
  widest: { v4: 24, v6: 48 },
  approval: { wide: false, permanent: false },
  per_hour: 100,
  repeats: { factor: 2, longest: '30d' },
  flag_over: 25,
  publish: { blocks: { reasons: false, users: false } },
}

describe('read', () => {
  test.each<[string, { days: number; max_bytes: number | null; audit_days: number }]>([
    ['{}', { days: 90, max_bytes: null, audit_days: 90 }],
    ['{"retention":{}}', { days: 90, max_bytes: null, audit_days: 90 }],
    ['{"retention":{"days":7}}', { days: 7, max_bytes: null, audit_days: 90 }],
    ['{"retention":{"max_bytes":1000000000},"theme":"dark"}', { days: 90, max_bytes: 1e9, audit_days: 90 }],
  ])('%s', async (text, retention) => {
    writeFileSync(file, text)
    expect((await openSettings(file)).current()).toEqual({
      retention,
      search: { deadline_ms: 5000, memory_bytes: 268_435_456 },
      outbound: { allowed_hosts: [] },
      triage: { assign_on_act: false, due: usualDue },
      respond: usualRespond,
      workflows: { commands_dir: null },
      read_only: false,
    })
  })
  test('no file, and none is made', async () => {
    expect((await openSettings(file)).current()).toEqual({
      retention: { days: 90, max_bytes: null, audit_days: 90 },
      search: { deadline_ms: 5000, memory_bytes: 268_435_456 },
      outbound: { allowed_hosts: [] },
      triage: { assign_on_act: false, due: usualDue },
      respond: usualRespond,
      workflows: { commands_dir: null },
      read_only: false,
    })
    expect(existsSync(file)).toBe(false)
  })
})
describe('refused, naming file and field', () => {
  test.each([
    ['{', 'cannot be read'],
    ['[]', 'the file is wrong'],
    ['{"retention":null}', 'retention is wrong'],
    ['{"retention":{"days":0}}', 'retention.days is wrong: must be 1 or more'],
    ['{"retention":{"days":"90"}}', 'retention.days is wrong'],
    ['{"retention":{"days":1.5}}', 'retention.days is wrong: must be a whole number'],
    ['{"retention":{"max_bytes":1}}', 'retention.max_bytes is wrong: must be 100000000'],
    ['{"triage":{"due":{"high":{"resolve":"soon"}}}}', 'triage.due.high.resolve is wrong: must be a duration'],
    ['{"respond":{"repeats":{"factor":0}}}', 'respond.repeats.factor is wrong: must be 1 or more'],
    ['{"respond":{"repeats":{"longest":"long"}}}', 'respond.repeats.longest is wrong: must be a duration'],
    ['{"search":{"deadline_ms":1}}', 'search.deadline_ms is wrong: must be 100 or more'],
  ])('%s', async (text, says) => {
    writeFileSync(file, text)
    const error = await openSettings(file).catch((error: Error) => error)
    expect((error as Error).message).toContain(file)
    expect((error as Error).message).toContain(says)
  })
})
describe('changed', () => {
  test('what a person wrote is kept, before the start and after it', async () => {
    writeFileSync(file, '{"theme":"dark","retention":{"note":"ask Ada"}}')
    const settings = await openSettings(file)
    writeFileSync(file, '{"theme":"light","retention":{"note":"ask Ada","max_bytes":100000000}}')
    const { before, after } = await settings.change({ retention: { days: 30 } })
    expect([before.retention, after.retention]).toEqual([
      { days: 90, max_bytes: 1e8, audit_days: 90 },
      { days: 30, max_bytes: 1e8, audit_days: 90 },
    ])
    expect(written()).toEqual({
      theme: 'light',
      retention: { note: 'ask Ada', days: 30, max_bytes: 1e8, audit_days: 90 },
      search: { deadline_ms: 5000, memory_bytes: 268_435_456 },
      outbound: { allowed_hosts: [] },
      triage: { assign_on_act: false },
      respond: usualRespond,
      workflows: { commands_dir: null },
      read_only: false,
    })
    expect(settings.current()).toEqual(after)
  })
  test('one due time: the others stay', async () => {
    writeFileSync(file, '{"triage":{"due":{"high":{"acknowledge":"2h"}}}}')
    const settings = await openSettings(file)
    await settings.change({ triage: { due: { high: { resolve: null }, low: { resolve: '14d' } } } })
    expect(written().triage.due).toEqual({ high: { acknowledge: '2h', resolve: null }, low: { resolve: '14d' } })
    expect(settings.current().triage.due).toEqual({
      ...usualDue,
      high: { acknowledge: '2h', resolve: null },
      low: { ...usualDue.low, resolve: '14d' },
    })
  })
  test('how much longer who comes back is blocked: up to when stays', async () => {
    writeFileSync(file, '{"respond":{"repeats":{"longest":"1w"}}}')
    const settings = await openSettings(file)
    await settings.change({ respond: { repeats: { factor: 1 } } })
    expect(written().respond.repeats).toEqual({ factor: 1, longest: '1w' })
    expect(settings.current().respond).toEqual({ ...usualRespond, repeats: { factor: 1, longest: '1w' } })
  })
  test('a dry run changes nothing', async () => {
    const settings = await openSettings(file)
    expect((await settings.change({ retention: { days: 30 } }, { dryRun: true })).after.retention.days).toBe(30)
    expect([settings.current().retention.days, existsSync(file)]).toEqual([90, false])
  })
  test('two at once: neither is lost', async () => {
    const settings = await openSettings(file)
    await Promise.all([settings.change({ retention: { days: 30 } }), settings.change({ retention: { max_bytes: 1e9 } })])
    expect(written().retention).toEqual({ days: 30, max_bytes: 1e9, audit_days: 90 })
  })
  test('a file that was broken meanwhile: 409, and it stays as it is', async () => {
    const settings = await openSettings(file)
    writeFileSync(file, '{"retention":{"days":"many"}}')
    await expect(settings.change({ retention: { days: 30 } })).rejects.toMatchObject({ status: 409 })
    expect(written()).toEqual({ retention: { days: 'many' } })
    expect(settings.current().retention.days).toBe(90)
  })
})
