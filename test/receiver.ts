import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll } from 'vitest'

/** What was posted, and when. */
export interface Received {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: string
}
export type Answering = (response: ServerResponse, received: Received, count: number) => void

export const answers = {
  ok: response => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}'),
  failing: response => void response.writeHead(500).end('out of order'),
  busy: response => void response.writeHead(429, { 'retry-after': '7200' }).end(),
  hanging: () => {},
  resetting: response => void response.socket?.resetAndDestroy(),
  redirecting: response => void response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end(),
  dripping: response => {
    response.writeHead(200, { 'content-length': '100000' })
    const drip = setInterval(() => response.write('.'), 10)
    response.on('close', () => clearInterval(drip))
  },
} satisfies Record<string, Answering>

/** Somebody on 127.0.0.1 who takes what is posted and answers in one way, or by path. It ends with the test file. */
export async function startReceiver(answering: Answering | Record<string, Answering> = answers.ok) {
  const received: Received[] = []
  const counts = new Map<string, number>()
  const given = new Map<string, Answering>(typeof answering === 'function' ? [] : Object.entries(answering))
  const usual = typeof answering === 'function' ? answering : answers.ok
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request
      const one = { method, path, headers, body: Buffer.concat(chunks).toString() }
      received.push(one)
      const count = (counts.get(path) ?? 0) + 1
      counts.set(path, count)
      const answer = given.get(path) ?? usual
      answer(response, one, count)
    })
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const stop = () => {
    server.closeAllConnections()
    server.close()
  }
  afterAll(stop)
  return {
    received,
    port,
    host: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}`,
    /** Answer so at this path from now on. */
    at: (path: string, answer: Answering) => void given.set(path, answer),
    of: (path: string) => received.filter(one => one.path === path),
    stop,
  }
}
