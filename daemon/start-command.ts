import { parseArgs } from 'node:util'
import { calledHere } from './cli/called.ts'
import { exitCodes, type Surroundings } from './cli/surroundings.ts'
import { readConfig, startFlags, UsageError } from './config.ts'
import { prepareDemo } from './demo.ts'
import { InUse } from './in-use.ts'
import { createLog } from './log.ts'
import { start } from './start.ts'

/** `signalbox start`: the daemon in the foreground, until it is asked to stop. */
export async function startCommand(args: string[], { env, pid, uid, out, err, stop, endGroup }: Surroundings): Promise<number> {
  const { values } = parseArgs({ args, options: startFlags, strict: true })
  if (values.demo && values.data !== undefined) throw new UsageError('--demo makes a data directory of its own: leave out --data')
  const given = readConfig(values, env)
  const log = createLog(given.logLevel, out)
  const clockOffset = Number(env['SIGNALBOX_TEST_CLOCK_OFFSET'] ?? 0)
  let died = (_: Error) => {}
  const dead = new Promise<Error>(resolve => (died = resolve))
  let stopping = false
  void stop.then(() => (stopping = true))
  const demo = given.demo ? prepareDemo(() => Date.now() + clockOffset) : undefined
  const config = demo ? { ...given, data: demo.dir } : given
  try {
    const {
      daemon,
      url,
      code,
      stop: end,
    } = await start(config, { log, pid, uid, died, endGroup, clockOffset, ...(demo && { pages: demo.pages }) })
    const endDemo = await demo?.begin(daemon, stop).catch(error => end().then(() => Promise.reject(error)))
    // a demonstration that is stopped while it fills has nothing to show
    if (!stopping) {
      log.info('listening', { url })
      const called = calledHere(config.data, env)
      err(welcome(url, code, config.data, called))
      if (demo) err(demo.guide(url, config.appKey, called))
    }
    const error = await Promise.race([stop.then(() => undefined), dead])
    if (error) {
      log.error('the store is gone', { error: error.message })
      return exitCodes.failed
    }
    await endDemo?.()
    await end()
    log.info('stopped')
    return exitCodes.done
  } catch (error) {
    if (!(error instanceof InUse)) throw error
    err(`${error.message}\n`)
    return exitCodes.inUse
  } finally {
    demo?.remove()
  }
}

/** The extension speaks of `signalbox pair`: both forms stand here. */
const welcome = (url: string, code: string, data: string, again: string) => `
  Signalbox listens on ${url}
  Data      ${data}
  Pairing   ${code}   (works once, for 2 minutes)
            for another, the extension's “signalbox pair”: ${again} pair
`
