import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Unusable } from './lib/unusable.ts'

/** Make the data directory, for its owner alone; refuse one that others could write to or that belongs to somebody else. `me`: our user id. */
export function prepareDataDir(dir: string, me: number | undefined): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    const { uid, mode } = statSync(dir)
    if (me !== undefined && uid !== me) throw new Unusable('unsafe', `${dir} belongs to another user. Name another directory with --data.`)
    if (me !== undefined && mode & 0o022) throw new Unusable('unsafe', `${dir} can be written to by others. Run \`chmod 700 ${dir}\`.`)
    if (me !== undefined && mode & 0o077) chmodSync(dir, 0o700)
    mkdirSync(join(dir, 'feeds'), { recursive: true, mode: 0o700 })
    writeFileSync(join(dir, '.writable'), '', { mode: 0o600 })
    rmSync(join(dir, '.writable'))
  } catch (error) {
    if (error instanceof Unusable) throw error
    throw new Unusable(
      'unreadable',
      `${dir} cannot be used: ${(error as Error).message}. Check its owner and mode, or name another with --data.`,
    )
  }
}

/** Where a daemon keeps what is not in its store. */
export const filesIn = (dir: string) => ({
  feedsDir: join(dir, 'feeds'),
  channelSecretsFile: join(dir, 'channel-secrets.json'),
  enforcerSecretsFile: join(dir, 'enforcer-secrets.json'),
  settingsFile: join(dir, 'settings.json'),
  viewsFile: join(dir, 'views.json'),
  servicesFile: join(dir, 'services.json'),
  pivotsFile: join(dir, 'pivots.json'),
  workflowSecretsFile: join(dir, 'workflow-secrets.json'),
})

/** Pid and address of the daemon that runs on a data directory. */
export interface Running {
  pid: number
  url: string
}
const runningFile = (dir: string) => join(dir, 'daemon.json')
export const writeRunning = (dir: string, running: Running): void =>
  writeFileSync(runningFile(dir), `${JSON.stringify(running)}\n`, { mode: 0o600 })
export const removeRunning = (dir: string): void => rmSync(runningFile(dir), { force: true })

/** Undefined where no daemon wrote one, or it cannot be read. It may be left over from one that was killed. */
export function readRunning(dir: string): Running | undefined {
  try {
    return existsSync(runningFile(dir)) ? (JSON.parse(readFileSync(runningFile(dir), 'utf8')) as Running) : undefined
  } catch {
    return undefined
  }
}

/** The first keys, for the command line on this machine. */
export interface KeyFile {
  api_key: string
  application_key: string
}
const keyFile = (dir: string) => join(dir, 'keys.json')
export const writeKeys = (dir: string, keys: KeyFile): void =>
  writeFileSync(keyFile(dir), `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 })
export const readKeys = (dir: string): KeyFile | undefined =>
  existsSync(keyFile(dir)) ? (JSON.parse(readFileSync(keyFile(dir), 'utf8')) as KeyFile) : undefined
