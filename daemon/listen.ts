import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { serve } from '@hono/node-server'
import { WebSocketServer } from 'ws'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import type { Daemon } from './daemon.ts'
import { InUse } from './in-use.ts'

/** How long requests that are under way may take to end when the daemon stops, ms. */
const grace = 4000

/** A connection that sends its headers slowly is found within a second of their time. */
const limits = { headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 5_000, connectionsCheckingInterval: 1000 }

type Where = Pick<Config, 'host' | 'port' | 'tlsCert' | 'tlsKey'>

/** Open the port. `close` stops accepting, lets what is under way end, and resolves when every connection is gone, within 4 s. */
export async function listen(daemon: Daemon, { host, port, tlsCert, tlsKey }: Where): Promise<{ url: string; close: () => Promise<void> }> {
  const names = new Set<string>()
  const app = createApp(daemon, () => names)
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 })
  const secure = tlsCert !== undefined && tlsKey !== undefined
  let closing = false
  const fetch: typeof app.fetch = async (...args) => {
    const answer = await app.fetch(...args)
    // a client that never lets its connection rest would hold it open
    if (closing) answer.headers.set('Connection', 'close')
    return answer
  }
  const common = { fetch, hostname: host, port, websocket: { server: sockets } }
  const server = (
    secure
      ? serve({
          ...common,
          createServer: createTlsServer,
          serverOptions: { ...limits, cert: readFileSync(tlsCert), key: readFileSync(tlsKey) },
        })
      : serve({ ...common, serverOptions: limits })
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
  const url = `${secure ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${bound}`
  daemon.own.ports.push(bound)
  daemon.own.url ||= url
  for (const name of [host.includes(':') ? `[${host}]` : host, '127.0.0.1', 'localhost', '[::1]'])
    names.add(`${name}:${bound}`.toLowerCase())
  return {
    url,
    close: () =>
      new Promise(resolve => {
        closing = true
        server.close(() => resolve())
        for (const socket of sockets.clients) socket.close(1001, 'The daemon stops')
        server.closeIdleConnections()
        setTimeout(() => {
          // the server does not count those that became WebSockets among its own
          for (const socket of sockets.clients) socket.terminate()
          server.closeAllConnections()
        }, grace).unref()
      }),
  }
}

async function isSignalbox(host: string, port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://${host}:${port}/health`, { signal: AbortSignal.timeout(3000) })
    return answer.headers.has('X-Signalbox-Version')
  } catch {
    return false
  }
}
