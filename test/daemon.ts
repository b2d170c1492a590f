import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { createApp } from '../daemon/app.ts'
import { createCore } from '../daemon/core/core.ts'
import type { TailPush } from '../daemon/core/tails.ts'
import { createDaemon } from '../daemon/daemon.ts'
import { filesIn, prepareDataDir } from '../daemon/data-dir.ts'
import { readImport } from '../daemon/detect/sigma/read.ts'
import { system } from '../daemon/lib/actor.ts'
import { createBus } from '../daemon/lib/bus.ts'
import { roleIdOf } from '../daemon/lib/default-roles.ts'
import { version } from '../daemon/lib/version.ts'
import { listen } from '../daemon/listen.ts'
import type { LiveEvent } from '../shared/live.ts'
import type { DefaultRole, Permission } from '../shared/permissions.ts'
import { RulePayload } from '../shared/rule.ts'
import { createCaller, type Keys } from './caller.ts'

/** A time that no test depends on, ms UTC. */
export const noon = Date.UTC(2026, 2, 14, 12)
export const origin = 'http://127.0.0.1:7420'

export interface Options {
  /** The clock at the start, ms UTC. */
  now?: number
  /** Rules to begin with, as a person would write them. */
  rules?: Record<string, unknown>[]
  /** Listen on a free port of 127.0.0.1 as well. */
  port?: boolean
  /** Start it to write nothing but what a start has to. */
  readOnly?: boolean
  /** A data directory that is there already; without it a new one is made and removed. */
  dir?: string
}
export type TestDaemon = Awaited<ReturnType<typeof startDaemon>>

const ends: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const end of ends.splice(0)) await end()
})

/**
 * A whole daemon on a temporary directory, its core in this thread, with a clock that the test moves and a caller for each role. It ends
 * with the test file.
 */
export async function startDaemon({ now = noon, rules = [], port = false, readOnly = false, dir: given }: Options = {}) {
  const dir = given ?? mkdtempSync(join(tmpdir(), 'signalbox-'))
  prepareDataDir(dir, process.getuid?.())
  const clock = { now }
  const events: LiveEvent[] = []
  const reported: unknown[] = []
  const bus = createBus<LiveEvent>()
  const tails = createBus<TailPush>()
  bus.subscribe(event => events.push(event))
  const report = (error: unknown) => void reported.push(error)
  const core = createCore({ dir, now: () => clock.now, publish: all => all.forEach(bus.publish), tell: tails.publish, report })
  const daemon = await createDaemon({
    core,
    bus,
    tails,
    ...filesIn(dir),
    readImport,
    readOnly,
    version,
    now: () => clock.now,
    report,
  })
  const app = createApp(daemon, () => new Set(['127.0.0.1:7420', 'localhost:7420', '[::1]:7420']))
  const server = port ? await listen(daemon, { host: '127.0.0.1', port: 0 }) : undefined
  daemon.workflows.start()

  const userOf = async (role: DefaultRole, name: string) =>
    [...daemon.access.users().values()].find(user => user.name === name) ??
    (await daemon.access.createUser(
      { actor: system },
      { handle: `${name}@example.com`, email: `${name}@example.com`, name, roles: [roleIdOf(role)] },
    ))
  const admin = await userOf('Admin', 'ada')
  const apiKey = (await daemon.access.createKey({ actor: system }, { kind: 'api', name: 'test', user: admin.uuid })).secret
  // what the server would know of the connection
  const connection = { incoming: { socket: { remoteAddress: '127.0.0.1' } } }
  const fetchApp = (url: string, init: RequestInit) => Promise.resolve(app.request(url, init, connection))
  const callerWith = (keys: Keys) => createCaller(fetchApp, origin, keys)
  const as = async (role: DefaultRole, name: string, scopes: Permission[] | null = null) => {
    const user = await userOf(role, name)
    const key = await daemon.access.createKey({ actor: system }, { kind: 'application', name: `key of ${name}`, user: user.uuid, scopes })
    return { ...callerWith({ apiKey, applicationKey: key.secret }), user, key }
  }

  for (const rule of rules) await core.createRule({ actor: system }, RulePayload.parse(rule))
  let stopped = false
  const stop = async () => {
    if (stopped) return
    stopped = true
    await server?.close()
    await daemon.hunting.close()
    await daemon.keeper.close()
    await daemon.workflows.close()
    await daemon.enforcing.close()
    await core.close()
    if (given === undefined) rmSync(dir, { recursive: true, force: true })
  }
  ends.push(stop)

  return {
    dir,
    clock,
    core,
    daemon,
    app,
    apiKey,
    /** Where it listens, if it was asked to. */
    url: server?.url ?? origin,
    /** Everything that went out on the stream. */
    events,
    /** Errors that the daemon did not expect. */
    reported,
    admin: await as('Admin', 'ada'),
    standard: await as('Standard', 'stan'),
    readOnly: await as('Read Only', 'rhea'),
    analyst: await as('Security Analyst', 'sana'),
    intake: callerWith({ apiKey }),
    nobody: callerWith({}),
    callerWith,
    as,
    stop,
  }
}
