import { spawn } from 'node:child_process'
import { Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { WatchAsk, Watched } from './watch.ts'

const keys = { SIGNALBOX_API_KEY: `bench_api_${'0'.repeat(32)}`, SIGNALBOX_APP_KEY: `bench_app_${'0'.repeat(32)}` }
export type Daemon = Awaited<ReturnType<typeof startDaemon>>

/** The built daemon as a process of its own on a data directory, and how to ask it. */
export async function startDaemon(dir: string) {
  const began = performance.now()
  const child = spawn(
    process.execPath,
    ['--import', new URL('./watch.js', import.meta.url).href, main(), 'start', '--data', dir, '--port', '0'],
    { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: { ...process.env, ...keys } },
  )
  let said = ''
  child.stdout!.on('data', chunk => (said += chunk))
  child.stderr!.on('data', chunk => (said += chunk))
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout!.on('data', () => {
      const line = said.split('\n').find(line => line.includes('"listening"'))
      if (line !== undefined) resolve((JSON.parse(line) as { url: string }).url)
    })
    void ended.then(() => reject(new Error(`The daemon ended: ${said}`)))
  })
  const listeningMs = performance.now() - began
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })

  const ask = (method: string, path: string, body: string | Uint8Array | undefined, type: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const headers = {
        'dd-api-key': keys.SIGNALBOX_API_KEY,
        'dd-application-key': keys.SIGNALBOX_APP_KEY,
        ...(body !== undefined && { 'content-type': type, 'content-length': Buffer.byteLength(body) }),
      }
      const asked = request(`${url}${path}`, { method, agent, headers }, resolve)
      asked.once('error', error => {
        // the daemon closes a connection that was idle, maybe just as it is taken up again
        if (asked.reusedSocket && 'code' in error && error.code === 'ECONNRESET') resolve(ask(method, path, body, type))
        else reject(error)
      })
      asked.end(body)
    })
  async function send(method: string, path: string, body?: string | Uint8Array, type = 'application/json'): Promise<string> {
    const answer = await ask(method, path, body, type)
    const content = await text(answer)
    if (answer.statusCode! >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${content.slice(0, 500)}`)
    return content
  }
  return {
    listeningMs,
    /** What a command of ours is run with to reach it. */
    command: { program: main(), env: { ...process.env, ...keys, SIGNALBOX_URL: url } },
    get: async (path: string): Promise<unknown> => JSON.parse(await send('GET', path)),
    post: async (path: string, body: unknown): Promise<unknown> => JSON.parse(await send('POST', path, JSON.stringify(body))),
    /** Send a body as it is; the answer as text. */
    send,
    watch: (ask: WatchAsk): Promise<Watched> =>
      new Promise(resolve => {
        child.once('message', message => resolve(message as Watched))
        child.send(ask)
      }),
    async stop(): Promise<void> {
      agent.destroy()
      child.kill('SIGTERM')
      await ended
    },
  }
}

function main(): string {
  const path = process.env['SIGNALBOX_BENCH_DAEMON']
  if (!path) throw new Error('SIGNALBOX_BENCH_DAEMON has to name the built daemon')
  return path.startsWith('file:') ? fileURLToPath(path) : path
}
