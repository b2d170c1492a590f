import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type RealDaemon = Awaited<ReturnType<typeof startRealDaemon>>

interface Options {
  demo?: boolean
  /** ms that its clock is ahead of ours. */
  clockOffset?: number
  /** Its clock can be set ahead while it runs. */
  jumps?: boolean
  /** Go on with the data and keys of one that has ended. */
  after?: { dir: string; apiKey: string; appKey: string }
  /** Where it listens, such as where one did that has ended; elsewhere unless it is told. */
  url?: string
  readOnly?: boolean
}

/** The daemon as people run it: a process of its own, on a free port and a directory that is gone afterwards. */
export async function startRealDaemon({
  demo = false,
  clockOffset = 0,
  jumps = false,
  after,
  url: at = 'http://127.0.0.1:0',
  readOnly = false,
}: Options = {}) {
  const dir = after?.dir ?? mkdtempSync(join(tmpdir(), 'signalbox-data-'))
  const apiKey = after?.apiKey ?? randomBytes(32).toString('base64url')
  const appKey = after?.appKey ?? randomBytes(32).toString('base64url')
  const clockFile = join(dir, 'clock')
  const jumping = { NODE_OPTIONS: `--import ${new URL('./clock.mjs', import.meta.url).href}`, SIGNALBOX_TEST_CLOCK: clockFile }
  if (jumps) writeFileSync(clockFile, '0')
  const clock = { SIGNALBOX_TEST_CLOCK_OFFSET: String(clockOffset), ...(jumps && jumping) }
  const env = { ...process.env, ...clock, SIGNALBOX_API_KEY: apiKey, SIGNALBOX_APP_KEY: appKey }
  const child: ChildProcess = spawn(
    process.execPath,
    [
      ...['daemon/bin.mjs', 'start', '--port', at.split(':').at(-1)!],
      ...(demo ? ['--demo'] : ['--data', dir]),
      ...(readOnly ? ['--read-only'] : []),
    ],
    { env },
  )
  let output = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr!.on('data', (text: Buffer) => (output += text))
    child.stdout!.on('data', (text: Buffer) => {
      output += text
      const ready = /"msg":"listening","url":"([^"]+)"/.exec(output)
      if (ready) resolve(ready[1]!)
    })
    child.once('exit', code => reject(new Error(`The daemon ended with ${code}: ${output}`)))
  })
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const text = typeof body === 'string'
    const answer = await fetch(url + path, {
      method,
      headers: {
        'DD-API-KEY': apiKey,
        'DD-APPLICATION-KEY': appKey,
        ...(body !== undefined && { 'Content-Type': text ? 'text/plain' : 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: text ? body : JSON.stringify(body) }),
    })
    return { status: answer.status, body: answer.status === 204 ? undefined : await answer.json() }
  }
  return {
    dir,
    url,
    apiKey,
    appKey,
    child,
    call,
    explore: async (track: string, query: string, more: object = {}) =>
      (await call('POST', '/api/local/explorer', { track, query, from: 0, ...more })).body,
    /** Set its clock ahead of ours. */
    jump: (ms: number): void => writeFileSync(clockFile, String(ms)),
    async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
      child.kill(signal)
      return ended
    },
    async dispose() {
      await this.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
