import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'
import { type Caller, createCaller } from './caller.ts'

/** The first keys of every daemon that a test starts. */
export const apiKey = `test_api_${'0'.repeat(32)}`
export const applicationKey = `test_app_${'0'.repeat(32)}`

const { buildDaemon } = (await import(new URL('../.scripts/build-daemon.mjs', import.meta.url).href)) as { buildDaemon(): Promise<string> }

// a copy of the build, so that a source that changes meanwhile does not take it away
const built = await buildDaemon()
const copy = mkdtempSync(join(dirname(dirname(built)), 'test-'))
cpSync(dirname(built), copy, { recursive: true })
// some tests run it as another user
chmodSync(copy, 0o755)
const main = join(copy, 'main.js')

const directories = [copy]
const children = new Set<ChildProcess>()
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  for (const directory of directories) rmSync(directory, { recursive: true, force: true })
})

/** A directory that goes when the test file ends. */
export function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'signalbox-'))
  directories.push(directory)
  return directory
}

export interface Ended {
  code: number | null
  /** What killed it, when it did not end by itself. */
  signal: NodeJS.Signals | null
  out: string
  err: string
}
export interface Child {
  url: string
  pid: number
  /** As the administrator. */
  admin: Caller
  kill(signal: NodeJS.Signals): void
  ended: Promise<Ended>
}

interface How {
  args?: string[]
  env?: Record<string, string>
  /** Run as this user. */
  uid?: number
  /** Kill it this many ms after it began, wherever it is by then. */
  killAfter?: number
}

function begin(args: string[], { env = {}, uid, killAfter }: How) {
  const child = spawn('node', [main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', SIGNALBOX_API_KEY: apiKey, SIGNALBOX_APP_KEY: applicationKey, ...env },
    ...(uid !== undefined && { uid, gid: uid }),
  })
  children.add(child)
  if (killAfter !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfter).unref()
  let out = ''
  let err = ''
  child.stdout.on('data', chunk => (out += chunk))
  child.stderr.on('data', chunk => (err += chunk))
  const ended = new Promise<Ended>(resolve =>
    child.on('close', (code, signal) => {
      children.delete(child)
      resolve({ code, signal, out, err })
    }),
  )
  return { child, ended, said: () => out }
}

/** Run a command to its end. */
export const runCommand = (args: string[], how: How = {}): Promise<Ended> => begin(args, how).ended

/** Start the daemon as a process and wait until it listens. Rejects with what it said when it ends instead. */
export async function startChild(dir: string, { args = [], ...how }: How = {}): Promise<Child> {
  const { child, ended, said } = begin(['start', '--data', dir, '--port', '0', ...args], how)
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const line = said()
        .split('\n')
        .find(line => line.includes('"listening"'))
      if (line !== undefined) resolve((JSON.parse(line) as { url: string }).url)
    })
    void ended.then(({ code, out, err }) => reject(new Error(`ended with ${code}: ${out}${err}`)))
  })
  return {
    url,
    pid: child.pid!,
    admin: createCaller(fetch, url, { apiKey, applicationKey }),
    kill: signal => void child.kill(signal),
    ended,
  }
}

/** Ask a daemon to stop; its exit code. Rejects with what it said when it was killed instead. */
export async function stop(child: Child): Promise<number> {
  child.kill('SIGTERM')
  const { code, signal, out, err } = await child.ended
  if (code === null) throw new Error(`killed by ${signal}: ${out}${err}`)
  return code
}

/** The bytes of a file, to compare them. */
export const bytesOf = (path: string): string => readFileSync(path).toString('base64')
