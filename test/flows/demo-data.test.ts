import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../daemon/app.ts'
import { createCore } from '../../daemon/core/core.ts'
import { createDaemon, type Daemon } from '../../daemon/daemon.ts'
import { filesIn } from '../../daemon/data-dir.ts'
import { raised } from '../../daemon/demo/story.ts'
import { type Demo, prepareDemo } from '../../daemon/demo.ts'
import { readDefaultRules } from '../../daemon/detect/default-rules/index.ts'
import { readImport } from '../../daemon/detect/sigma/read.ts'
import { system } from '../../daemon/lib/actor.ts'
import { createBus } from '../../daemon/lib/bus.ts'
import { unrestricted } from '../../daemon/lib/restrictions.ts'
import type { LiveEvent } from '../../shared/live.ts'
import type { Signal } from '../../shared/signal.ts'
import type { State } from '../../shared/triage.ts'

const now = () => Date.UTC(2025, 5, 3, 12)
const fail = (error: unknown) => {
  throw error
}

/** A daemon on the directory of a demonstration. */
async function open({ dir, pages }: Demo) {
  const bus = createBus<LiveEvent>()
  const core = createCore({ dir, now, publish: events => events.forEach(bus.publish), report: fail })
  await core.installRules({ actor: system }, readDefaultRules())
  return createDaemon({
    core,
    bus,
    tails: createBus(),
    ...filesIn(dir),
    readImport,
    version: '0',
    now,
    report: fail,
    pages,
  })
}

async function close({ workflows, core }: Daemon) {
  await workflows.close()
  await core.close()
}

describe('a daemon with the demonstration', () => {
  let demo: Demo
  let daemon: Daemon
  let tick: (() => void) | undefined
  let end: () => Promise<void>
  let signals: Signal[]
  const everything = { query: '*', from: 0, to: now(), limit: 1000, sort: 'timestamp' } as const

  beforeAll(async () => {
    demo = prepareDemo(now, {
      every: (_, work) => {
        tick = work
        return () => (tick = undefined)
      },
    })
    daemon = await open(demo)
    end = await demo.begin(daemon, new Promise(() => {}))
    signals = (await daemon.core.searchSignals(unrestricted, { ...everything, track: 'signals' })).rows
  }, 60_000)

  afterAll(async () => {
    await close(daemon)
    demo.remove()
    expect(existsSync(demo.dir)).toBe(false)
  })

  test('the data directory is nobody else’s', () => expect(statSync(demo.dir).mode & 0o777).toBe(0o700))

  test('every signal of the story', () => {
    const found = signals.map(({ detection }) => `${detection.severity} ${detection.rule.id} ${Object.values(detection.group).join(' ')}`)
    expect(found.sort()).toEqual([...raised].sort())
  })

  test('a queue that people have begun to work on', () => {
    const inState = (state: State) => signals.filter(({ triage }) => triage.state === state)
    expect(inState('archived').filter(({ triage }) => triage.archive_reason && triage.archive_comment)).toHaveLength(3)
    expect(
      inState('under_review')
        .map(({ triage }) => triage.assignee?.name)
        .sort(),
    ).toEqual(['Jonas Weber', 'Mara Lindqvist'])
    expect(inState('open').length).toBeGreaterThan(signals.length / 2)
  })

  test('three people, and the audit trail names them', async () => {
    const names = new Map(daemon.access.roles().map(({ id, name }) => [id, name]))
    const roles = [...daemon.access.users().values()].flatMap(({ roles }) => roles.map(id => names.get(id)))
    expect(roles.sort()).toEqual(['Read Only', 'Security Analyst', 'Standard'])
    const { rows } = await daemon.core.searchAudit(unrestricted, { ...everything, track: 'audit', query: '@usr.name:*Weber*' })
    expect(rows.length).toBeGreaterThan(0)
  })

  test.each([
    ['203.0.113.9', 'scanner'],
    ['203.0.113.77', 'tor'],
    ['192.0.2.200', 'anonymizer'],
    ['198.51.100.140', 'phishing'],
  ])('%s: %s', (address, category) => expect(daemon.feeds.match(address).map(match => match.category)).toEqual([category]))

  test.each([
    ['/demo', '127.0.0.1:7420', 200],
    ['/demo', 'evil.example', 421],
    ['/demo-log.html', '127.0.0.1:7420', 401],
    ['/api/v2/security_monitoring/signals', '127.0.0.1:7420', 403],
  ])('without a key: %s at %s → %i', async (path, host, status) => {
    const app = createApp(daemon, () => new Set(['127.0.0.1:7420']))
    const answer = await app.request(`http://${host}${path}`, { headers: { host } })
    expect(answer.status).toBe(status)
    if (status !== 200) return
    expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
    expect(await answer.text()).toBe(readFileSync(join(demo.dir, 'demo-log.html'), 'utf8'))
  })

  test('the guide: a header file for curl, nobody else’s', () => {
    expect(demo.guide('http://127.0.0.1:7420', 'k'.repeat(40), 'signalbox')).toContain(`-H @${demo.dir}/headers`)
    expect(readFileSync(join(demo.dir, 'headers'), 'utf8')).toBe(`Authorization: Bearer ${'k'.repeat(40)}\n`)
    expect(statSync(join(demo.dir, 'headers')).mode & 0o777).toBe(0o600)
  })

  test('it goes on until it is stopped', async () => {
    const count = async () => (await daemon.core.statistics()).logs
    const before = await count()
    tick?.()
    await end()
    expect(await count()).toBe(before + 1)
    expect(tick).toBeUndefined()
  })
})

test('stopped while it fills: no line more comes in', async () => {
  const demo = prepareDemo(now)
  const daemon = await open(demo)
  const end = await demo.begin(daemon, Promise.resolve())
  expect((await daemon.core.statistics()).logs).toBe(0)
  await end()
  await close(daemon)
  demo.remove()
})
