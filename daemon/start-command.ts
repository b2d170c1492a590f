import { parseArgs } from 'node:util'
import { exitCodes, type Surroundings } from './cli/surroundings.ts'
import { readConfig, startFlags } from './config.ts'
import { InUse } from './in-use.ts'
import { createLog } from './log.ts'
import { start } from './start.ts'

/** `signalbox start`: the daemon in the foreground, until it is asked to stop. */
export async function startCommand(args: string[], { env, pid, out, err, stop }: Surroundings): Promise<number> {
  const { values } = parseArgs({ args, options: startFlags, strict: true })
  const config = readConfig(values, env)
  const log = createLog(config.logLevel, out)
  let died = (_: Error) => {}
  const dead = new Promise<Error>(resolve => (died = resolve))
  try {
    const { url, code, stop: end } = await start(config, { log, pid, died, clockOffset: Number(env['SIGNALBOX_TEST_CLOCK_OFFSET'] ?? 0) })
    log.info('listening', { url })
    err(welcome(url, code, config.data))
    const error = await Promise.race([stop.then(() => undefined), dead])
    if (error) {
      log.error('the store is gone', { error: error.message })
      return exitCodes.failed
    }
    await end()
    log.info('stopped')
    return exitCodes.done
  } catch (error) {
    if (!(error instanceof InUse)) throw error
    err(`${error.message}\n`)
    return exitCodes.inUse
  }
}

const welcome = (url: string, code: string, data: string) => `
  Signalbox listens on ${url}
  Data      ${data}
  Pairing   ${code}   (works once, for 2 minutes; for another: signalbox pair)
`
