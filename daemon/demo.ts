import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Actor } from '../shared/audit.ts'
import type { Signal } from '../shared/signal.ts'
import type { Daemon } from './daemon.ts'
import { readKeys } from './data-dir.ts'
import { deeds, desk } from './demo/desk.ts'
import { demoFeeds } from './demo/feeds.ts'
import { guide } from './demo/guide.ts'
import type { DemoLine } from './demo/line.ts'
import { night, usualSeed } from './demo/night.ts'
import { logPage } from './demo/page.ts'
import { type Every, startTrickle } from './demo/trickle.ts'
import { worthALook } from './demo/worth.ts'
import { normalise } from './intake/normalise.ts'
import { system } from './lib/actor.ts'
import { roleIdOf } from './lib/default-roles.ts'
import { unrestricted } from './lib/restrictions.ts'

const perBatch = 500

export type Demo = ReturnType<typeof prepareDemo>

/**
 * The demonstration, before its daemon: a data directory of its own under the system's temporary folder, and the pages to serve from it.
 * `now` is in ms UTC.
 */
export function prepareDemo(now: () => number, { every = everyInterval, seed = usualSeed }: { every?: Every; seed?: number } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-demo-'))
  chmodSync(dir, 0o700)
  const { attacks, all } = night(now(), seed)
  const page = logPage(all, worthALook(attacks))
  writeFileSync(join(dir, 'demo-log.html'), page, { mode: 0o600 })
  return {
    dir,
    pages: new Map([['/demo', page]]),

    /** Fill a new daemon with the night, and go on. The answer stops that; `stop` cuts the filling short. */
    async begin(daemon: Daemon, stop: Promise<void>): Promise<() => Promise<void>> {
      let stopped = false
      void stop.then(() => (stopped = true))
      const ingest = createDemoIngest(daemon)
      for (const { text, ...feed } of demoFeeds) await daemon.feeds.load((await daemon.feeds.add(feed)).id, text)
      const users = await seat(daemon)
      for (let from = 0; from < all.length && !stopped; from += perBatch) await ingest(all.slice(from, from + perBatch))
      await Promise.race([daemon.core.caughtUp(), stop])
      if (!stopped) await triage(daemon, users)
      return startTrickle({ every, ingest, now, report: daemon.report, seed })
    },

    /** What to try first. `appKey` where the environment gave one; otherwise it is in the directory. `called`: what a command begins with. */
    guide(url: string, appKey: string | undefined, called: string): string {
      // a file, because other users can read a command line
      const key = appKey ?? readKeys(dir)?.application_key ?? ''
      writeFileSync(join(dir, 'headers'), `Authorization: Bearer ${key}\n`, { mode: 0o600 })
      return guide(url, dir, called)
    },

    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}

const everyInterval: Every = (ms, work) => {
  const timer = setInterval(work, ms)
  return () => clearInterval(timer)
}

/** Lines come in as they would over HTTP: read, enriched, kept, judged. */
const createDemoIngest = (daemon: Daemon) => (lines: DemoLine[]) => {
  const context = { now: daemon.now(), zone: 0 }
  return daemon.ingest(lines.map(({ text, sender }) => normalise(text, { stream: 'live', ...sender }, context)))
}

/** Give everybody at the desk an account; as actors by handle. */
async function seat({ access }: Daemon): Promise<Map<string, Actor>> {
  const actors = new Map<string, Actor>()
  for (const { handle, name, role } of desk) {
    const { uuid } = await access.createUser({ actor: system }, { handle, name, roles: [roleIdOf(role)], email: handle })
    actors.set(handle, { uuid, handle, name, auth_method: 'session' })
  }
  return actors
}

async function triage({ core, now }: Daemon, actors: Map<string, Actor>): Promise<void> {
  const { rows } = await core.searchSignals(unrestricted, {
    track: 'signals',
    query: '*',
    from: 0,
    to: now(),
    limit: 1000,
    sort: 'timestamp',
  })
  const isAbout = ({ detection }: Signal, rule: string, group: string) =>
    detection.rule.id === rule && Object.values(detection.group).includes(group)
  for (const { by, rule, group, assignee, ...change } of deeds) {
    const signal = rows.find(signal => isAbout(signal, rule, group))
    const person = assignee === undefined ? {} : { assignee: actors.get(assignee)!.uuid! }
    if (signal) await core.moveSignals(unrestricted, { actor: actors.get(by)! }, [{ id: signal.id, ...change, ...person }])
  }
}
