import type { LiveEvent } from '../shared/live.ts'
import type { Config } from './config.ts'
import { connectWorker } from './connect-worker.ts'
import type { TailPush } from './core/tails.ts'
import { createDaemon, type Daemon } from './daemon.ts'
import { filesIn, prepareDataDir, readRunning, removeRunning, writeKeys, writeRunning } from './data-dir.ts'
import { readDefaultRules } from './detect/default-rules/index.ts'
import { createFeedThread } from './feed-thread.ts'
import { administrator, firstStart } from './first-start.ts'
import { InUse } from './in-use.ts'
import { system } from './lib/actor.ts'
import { createBus } from './lib/bus.ts'
import { Unusable } from './lib/unusable.ts'
import { version } from './lib/version.ts'
import { listen } from './listen.ts'
import type { Log } from './log.ts'
import { readInProcess } from './sigma-process.ts'

export interface Started {
  daemon: Daemon
  url: string
  /** A pairing code for the administrator. */
  code: string
  stop(): Promise<void>
}

interface Surroundings {
  log: Log
  pid: number
  /** Whose files the data must be. Undefined where users have no numbers. */
  uid: number | undefined
  /** The store is gone: nothing can be kept any more, so the process should end. */
  died: (error: Error) => void
  endGroup?: (pid: number) => void
  clockOffset?: number
  /** Pages by path that are served without a key. */
  pages?: ReadonlyMap<string, string>
}

/** Open the data directory and the port, in this order, and give back what was begun when either fails. */
export async function start(
  config: Config,
  { log, pid, uid, died, endGroup = () => {}, clockOffset = 0, pages = new Map() }: Surroundings,
): Promise<Started> {
  prepareDataDir(config.data, uid)
  const bus = createBus<LiveEvent>()
  const tails = createBus<TailPush>()
  const report = (error: unknown) => log.error('failed', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  const core = await connectWorker({
    dir: config.data,
    clockOffset,
    publish: events => events.forEach(bus.publish),
    tell: tails.publish,
    report,
    died,
  }).catch(error => {
    if (error instanceof Unusable && error.reason === 'locked') throw new InUse(`${error.message} ${saidOf(readRunning(config.data)?.pid)}`)
    throw error
  })
  const reader = createFeedThread()
  try {
    const daemon = await createDaemon({
      readFeed: reader.read,
      readOnly: config.readOnly,
      readGeo: reader.readGeo,
      core,
      bus,
      tails,
      ...filesIn(config.data),
      readImport: readInProcess,
      version,
      now: () => Date.now() + clockOffset,
      report,
      pages,
      endGroup,
    })
    await firstStart(daemon.access, config, keys => writeKeys(config.data, keys))
    await core.installRules({ actor: system }, readDefaultRules())
    const { url, close } = await listen(daemon, config)
    writeRunning(config.data, { pid, url })
    daemon.workflows.start()
    let stopping = false
    const failed = (error: unknown) => {
      // the store may go in the middle of it
      if (!stopping) report(error)
    }
    const retain = async () => {
      if (daemon.isReadOnly()) return
      for (const { name, count } of await core.retain(daemon.settings.current().retention)) log.info('logs removed', { file: name, count })
    }
    void retain().catch(failed)
    // soon, but not before the first answers
    const warm = setTimeout(() => void daemon.locator(), 1000)
    const fetching = setInterval(() => {
      if (!daemon.isReadOnly()) void daemon.updates.run().catch(failed)
    }, 30_000)
    const telling = setInterval(() => {
      if (daemon.isReadOnly()) return
      daemon.notifications.deliveries.wake()
      daemon.enforcing.wake()
    }, 1000)
    const idle = setInterval(() => {
      if (!daemon.isReadOnly()) void core.compact().then(retain).catch(failed)
    }, 30_000)
    return {
      daemon,
      url,
      code: daemon.access.issueCode(administrator(daemon.access).uuid, null).code,
      async stop() {
        stopping = true
        clearInterval(idle)
        clearInterval(fetching)
        clearInterval(telling)
        clearTimeout(warm)
        await close()
        await daemon.notifications.deliveries.close()
        await daemon.enforcing.close()
        await daemon.updates.close()
        await daemon.workflows.close()
        await daemon.hunting.close()
        await daemon.keeper.close()
        await reader.close()
        await core.close()
        removeRunning(config.data)
      },
    }
  } catch (error) {
    await reader.close()
    await core.close()
    throw error
  }
}

const saidOf = (pid: number | undefined) => (pid === undefined ? '' : `Its process is ${pid}.`)
