import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { WebSocketServer } from 'ws'
import type { LiveEvent } from '../shared/live.ts'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import { connectWorker } from './connect-worker.ts'
import { createDaemon, type Daemon } from './daemon.ts'
import { prepareDataDir, readRunning, removeRunning, writeKeys, writeRunning } from './data-dir.ts'
import { readDefaultRules } from './detect/default-rules/index.ts'
import { administrator, firstStart } from './first-start.ts'
import { system } from './lib/actor.ts'
import { createBus } from './lib/bus.ts'
import { Unusable } from './lib/unusable.ts'
import type { Log } from './log.ts'
import { version } from './version.ts'

export interface Started {
  daemon: Daemon
  url: string
  /** A pairing code for the administrator. */
  code: string
  stop(): Promise<void>
}

/** Another daemon has the data directory or the port. */
export class InUse extends Error {}

interface Surroundings {
  log: Log
  pid: number
  /** The store is gone: nothing can be kept any more, so the process should end. */
  died: (error: Error) => void
  clockOffset?: number
}

/** Open the data directory and the port, in this order, and give back what was begun when either fails. */
export async function start(config: Config, { log, pid, died, clockOffset = 0 }: Surroundings): Promise<Started> {
  prepareDataDir(config.data)
  const bus = createBus<LiveEvent>()
  const report = (error: unknown) => log.error('failed', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  const core = await connectWorker({ dir: config.data, clockOffset, publish: events => events.forEach(bus.publish), report, died }).catch(
    error => {
      if (error instanceof Unusable && error.reason === 'locked')
        throw new InUse(`${error.message} ${saidOf(readRunning(config.data)?.pid)}`)
      throw error
    },
  )
  try {
    const daemon = await createDaemon({
      core,
      bus,
      feedsDir: join(config.data, 'feeds'),
      version,
      now: () => Date.now() + clockOffset,
      report,
    })
    const keys = await firstStart(daemon.access, config)
    if (keys) writeKeys(config.data, keys)
    await core.installRules(
      { actor: system },
      readDefaultRules().map(({ tests: _, ...rule }) => rule),
    )
    const { url, close } = await listen(daemon, config)
    writeRunning(config.data, { pid, url })
    const idle = setInterval(() => void core.compact().catch(report), 30_000)
    return {
      daemon,
      url,
      code: daemon.access.issueCode(administrator(daemon.access).uuid).code,
      async stop() {
        clearInterval(idle)
        await close()
        await core.close()
        removeRunning(config.data)
      },
    }
  } catch (error) {
    await core.close()
    throw error
  }
}

const saidOf = (pid: number | undefined) => (pid === undefined ? '' : `Its process is ${pid}.`)

/** How long requests that are under way may take to end when the daemon stops, ms. */
const grace = 4000

async function listen(daemon: Daemon, { host, port, tlsCert, tlsKey }: Config): Promise<{ url: string; close: () => Promise<void> }> {
  const names = new Set<string>()
  const app = createApp(daemon, () => names)
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 })
  const secure = tlsCert !== undefined && tlsKey !== undefined
  const limits = { headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 5_000 }
  const server = (
    secure
      ? serve({
          fetch: app.fetch,
          hostname: host,
          port,
          websocket: { server: sockets },
          createServer: createTlsServer,
          serverOptions: { ...limits, cert: readFileSync(tlsCert), key: readFileSync(tlsKey) },
        })
      : serve({ fetch: app.fetch, hostname: host, port, websocket: { server: sockets }, serverOptions: limits })
  ) as Server
  server.maxConnections = 256
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.once('listening', resolve)
  }).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error
    throw (await isSignalbox(host, port))
      ? new InUse(`Another daemon listens on port ${port}. Stop it, or name another port with --port.`)
      : new Error(`Port ${port} is taken by another program. Name another with --port.`)
  })
  const bound = (server.address() as { port: number }).port
  for (const name of [host.includes(':') ? `[${host}]` : host, '127.0.0.1', 'localhost', '[::1]'])
    names.add(`${name}:${bound}`.toLowerCase())
  return {
    url: `${secure ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        for (const socket of sockets.clients) socket.close(1001, 'The daemon stops')
        server.closeIdleConnections()
        setTimeout(() => server.closeAllConnections(), grace).unref()
      }),
  }
}

async function isSignalbox(host: string, port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://${host}:${port}/health`, { signal: AbortSignal.timeout(1000) })
    return answer.headers.has('X-Signalbox-Version')
  } catch {
    return false
  }
}
