import { join } from 'node:path'
import { auditHead, auditVerify } from './cli/audit.ts'
import { backup } from './cli/backup.ts'
import { asTyped, called } from './cli/called.ts'
import { type Command, type Flags, helpOf, WrongUsage } from './cli/command.ts'
import { doctor } from './cli/doctor.ts'
import { feedsExport, feedsImport } from './cli/feed-bundles.ts'
import {
  feedsAdd,
  feedsCatalogue,
  feedsDisable,
  feedsEnable,
  feedsList,
  feedsRefresh,
  feedsRemove,
  feedsSecret,
  feedsUpdate,
} from './cli/feeds.ts'
import { importFiles } from './cli/import.ts'
import { keysCreate, keysList, keysRevoke } from './cli/keys.ts'
import { lookup } from './cli/lookup.ts'
import { notifyTest } from './cli/notify.ts'
import { pair } from './cli/pair.ts'
import type { Place } from './cli/place.ts'
import { restore } from './cli/restore.ts'
import { rolesChange, rolesCreate, rolesDelete, rolesGive, rolesList, rolesTake } from './cli/roles.ts'
import { rulesDelete, rulesDisable, rulesEnable, rulesImport, rulesList, rulesValidate } from './cli/rules.ts'
import { rulesBacktest } from './cli/rules-backtest.ts'
import { rulesTest } from './cli/rules-test.ts'
import { search } from './cli/search.ts'
import { signals } from './cli/signals.ts'
import { exitCodes, type Surroundings } from './cli/surroundings.ts'
import { cleanLines } from './cli/text.ts'
import { usersChange, usersCreate, usersDisable, usersEnable, usersList } from './cli/users.ts'
import { defaultDataDir, type startFlags, UsageError } from './config.ts'
import { readKeys, readRunning } from './data-dir.ts'
import { acceptLoss, examine, examineFolder } from './doctor.ts'
import { findFault } from './intake/json-fault.ts'
import { Unusable } from './lib/unusable.ts'
import { version } from './lib/version.ts'
import { verifyOffline } from './offline-audit.ts'
import { restoreBackup } from './restore.ts'
import { startCommand } from './start-command.ts'
import { testRule } from './test-rule.ts'

const start: Command = {
  name: 'start',
  usage: '[--data DIR] [--port N] [--host H] [--log-level L] [--read-only] [--demo]',
  does: 'Run the daemon in the foreground until it is asked to stop',
  flags: {
    data: { type: 'string', value: 'DIR', does: 'data directory (SIGNALBOX_DATA)' },
    port: { type: 'string', value: 'N', does: 'port, 0 for any that is free; 7420 unless it is given (SIGNALBOX_PORT)' },
    host: { type: 'string', value: 'H', does: 'address to listen on; 127.0.0.1 unless it is given (SIGNALBOX_HOST)' },
    'tls-cert': { type: 'string', value: 'FILE', does: 'certificate, for a host that is not this machine alone' },
    'tls-key': { type: 'string', value: 'FILE', does: 'its key' },
    'log-level': { type: 'string', value: 'L', does: 'debug, info, warn or error; info unless it is given' },
    demo: { type: 'boolean', does: 'on a throw-away data directory with a demonstration' },
    'read-only': { type: 'boolean', does: 'nothing is written: reading works, all else is refused' },
  } satisfies Record<keyof typeof startFlags, Flags[string]>,
  endsItself: true,
  run: startCommand,
}

/** Every command there is, in the order of the help. */
const commands: readonly Command[] = [
  start,
  importFiles,
  lookup,
  search,
  signals,
  rulesList,
  rulesValidate(findFault),
  rulesImport(findFault),
  rulesTest(rule => testRule(rule, Date.now()), findFault),
  rulesBacktest(findFault),
  rulesEnable,
  rulesDisable,
  rulesDelete,
  feedsList,
  feedsAdd,
  feedsUpdate,
  feedsCatalogue,
  feedsEnable,
  feedsDisable,
  feedsRemove,
  feedsRefresh,
  feedsSecret,
  feedsExport,
  feedsImport,
  keysList,
  keysCreate,
  keysRevoke,
  usersList,
  usersCreate,
  usersChange,
  usersDisable,
  usersEnable,
  rolesList,
  rolesCreate,
  rolesChange,
  rolesDelete,
  rolesGive,
  rolesTake,
  notifyTest,
  pair,
  auditVerify(verifyOffline),
  auditHead(verifyOffline),
  backup,
  restore(restoreBackup(Date.now)),
  doctor({ version, examine, examineFolder, acceptLoss }),
]

/** Run one command; answers the exit code. Every failure is a sentence on standard error. */
export async function run(args: string[], surroundings: Surroundings): Promise<number> {
  const { out, err, env, stop, isAlive } = surroundings
  const [first = '', second = ''] = args
  // where a hint on Windows has it
  if (first === '--data' && args.length > 1) return run(args.slice(2), { ...surroundings, env: { ...env, SIGNALBOX_DATA: second } })
  if (first === '--version' || first === '-V') {
    out(`${version}\n`)
    return exitCodes.done
  }
  let dir = env['SIGNALBOX_DATA'] ?? defaultDataDir(env)
  const asksForHelp = first === 'help' || first === '--help' || first === '-h'
  const found = find(asksForHelp ? args.slice(1) : args)
  if (asksForHelp && !found) {
    out(overview(commands))
    return exitCodes.done
  }
  if (!found) {
    const group = commands.filter(({ name }) => name.startsWith(`${first} `))
    if (group.length === 0) err(cleanLines(first === '' ? '' : `There is no command ${first}.\n`))
    err(overview(group.length > 0 ? group : commands))
    return second === '--help' || second === '-h' ? exitCodes.done : exitCodes.usage
  }
  const { command, rest } = found
  const own = rest.slice(0, rest.includes('--') ? rest.indexOf('--') : undefined)
  if (asksForHelp || own.includes('--help') || own.includes('-h')) {
    out(helpOf(command))
    return exitCodes.done
  }
  try {
    const running = command.run(rest, surroundings, given => placeOf((dir = given ?? dir), isAlive))
    return await (command.endsItself ? running : Promise.race([running, stop.then(() => exitCodes.failed)]))
  } catch (error) {
    err(`${cleanLines(asTyped((error as Error).message, dir, env))}\n`)
    return exitCodeOf(error)
  }
}

/** The command that the arguments begin with, by two words or by one, and what follows it. */
function find(args: readonly string[]): { command: Command; rest: string[] } | undefined {
  for (const words of [2, 1]) {
    const command = commands.find(({ name }) => name === args.slice(0, words).join(' '))
    if (command) return { command, rest: args.slice(words) }
  }
  return undefined
}

const overview = (listed: readonly Command[]): string =>
  `Usage: ${called} COMMAND …\n\n${listed.map(({ name, usage, does }) => `  ${`${name} ${usage}`.trimEnd()}\n      ${does}\n`).join('')}\n` +
  'Each takes --data DIR, --json and --help; --version alone says the version.\n'

/** What lies in the data directory, read when it is asked for. */
function placeOf(dir: string, isAlive: Surroundings['isAlive']): Place {
  return {
    dir,
    daemon() {
      const left = readRunning(dir)
      return left && { ...left, runs: isAlive(left.pid) }
    },
    keys() {
      try {
        return readKeys(dir)
      } catch (error) {
        throw new Unusable('unreadable', `${join(dir, 'keys.json')} cannot be read: ${(error as Error).message}`)
      }
    },
  }
}

function exitCodeOf(error: unknown): number {
  const { code = '' } = error as NodeJS.ErrnoException
  if (error instanceof UsageError || error instanceof WrongUsage || /^ERR_PARSE_ARGS/.test(code)) return exitCodes.usage
  if (error instanceof Unusable) return error.reason === 'locked' ? exitCodes.inUse : exitCodes.unusable
  return exitCodes.failed
}
