import { asTyped } from './called.ts'
import type { Client } from './client.ts'
import { defineCommand } from './command.ts'
import type { Place } from './place.ts'
import { createProgress } from './progress.ts'
import { type Status, statusOf } from './status.ts'
import { exitCodes, type Surroundings } from './surroundings.ts'
import { count, many } from './table.ts'
import { clean } from './text.ts'

/** One thing that was looked at. `todo` says what to do about a problem. */
export interface Finding {
  level: 'good' | 'note' | 'problem'
  what: string
  todo?: string
}

interface Needs {
  version: string
  /** Looks at a data directory that no daemon has, and changes nothing. `me`: our user id. `tell` hears what it is at. */
  examine(dir: string, me: number | undefined, tell: (text: () => string) => void): Iterable<Finding>
  /** Looks at what holds while a daemon runs there too. */
  examineFolder(dir: string, me: number | undefined): Iterable<Finding>
  /** Goes on without a write-ahead log that was lost. Throws an Unusable where that is not what is wrong. */
  acceptLoss(dir: string): Finding
}

const labels = { good: 'good   ', note: 'note   ', problem: 'PROBLEM' }

/** `signalbox doctor`. */
export const doctor = ({ version, examine, examineFolder, acceptLoss }: Needs) =>
  defineCommand({
    name: 'doctor',
    usage: '[--accept-loss]',
    does: 'Say what is wrong with daemon and data directory, and what to do',
    flags: {
      'accept-loss': { type: 'boolean', does: 'after an unclean stop: go on without the last writes, whose write-ahead log is lost' },
    },
    async run({ flags, io, place, connect, show }) {
      const health = await askHealth(io, place)
      const findings: Finding[] = [nodeVersion(io.node)]
      if (health) {
        if (flags['accept-loss']) throw new Error('A daemon runs, so no write-ahead log is in its way. Nothing was changed.')
        findings.push({ level: 'good', what: `a daemon of version ${health.version} answers at ${health.url}` })
        if (health.version !== version)
          findings.push({
            level: 'problem',
            what: `this command is of version ${version}`,
            todo: 'Use the Signalbox that the daemon was started with, or restart it.',
          })
        findings.push(await keysWork(connect), ...(await askStatus(connect)))
        // another daemon's directory is no concern of this one
        if (health.url === place.daemon()?.url) findings.push(...examineFolder(place.dir, io.uid))
      } else {
        const progress = createProgress(io)
        findings.push({ level: 'note', what: 'no daemon runs' })
        if (flags['accept-loss']) findings.push(acceptLoss(place.dir))
        findings.push(...examine(place.dir, io.uid, progress.tell))
        progress.clear()
      }
      const broken = findings.some(({ level }) => level === 'problem')
      show({ data: findings, meta: { ok: !broken } }, () => asTyped(findings.map(describe).join(''), place.dir, io.env))
      if (!broken) return exitCodes.done
      return health ? exitCodes.failed : exitCodes.unusable
    },
  })

const describe = ({ level, what, todo }: Finding) =>
  `${labels[level]}  ${clean(what)}\n${todo === undefined ? '' : `         ${clean(todo)}\n`}`

/** Node 20.19 and later run Signalbox. */
export function nodeVersion(running: string): Finding {
  const [major = 0, minor = 0] = running.split('.').map(Number)
  return major > 20 || (major === 20 && minor >= 19)
    ? { level: 'good', what: `Node ${running}` }
    : { level: 'problem', what: `Node ${running} is too old`, todo: 'Install Node 20.19 or later.' }
}

async function askHealth({ env }: Surroundings, place: Place): Promise<{ url: string; version: string } | undefined> {
  const daemon = place.daemon()
  const url = env['SIGNALBOX_URL'] || (daemon?.runs ? daemon.url : undefined)
  if (url === undefined) return undefined
  try {
    const answer = await fetch(new URL('/health', url), { signal: AbortSignal.timeout(5000), redirect: 'error' })
    const { version } = (await answer.json()) as { version?: unknown }
    if (typeof version === 'string' && answer.headers.has('X-Signalbox-Version')) return { url, version }
  } catch {
    // what answers is no daemon, or nothing does
  }
  if (env['SIGNALBOX_URL']) throw new Error(`No daemon answers at ${url}. Start it, or unset SIGNALBOX_URL to look at ${place.dir}.`)
  return undefined
}

async function keysWork(connect: () => { get<T>(path: string): Promise<T> }): Promise<Finding> {
  try {
    const { data } = await connect().get<{ data: { attributes: { handle: string } } }>('/api/v2/current_user')
    return { level: 'good', what: `the keys of this command line speak for ${data.attributes.handle}` }
  } catch (error) {
    return { level: 'problem', what: 'the keys of this command line do not work', todo: (error as Error).message }
  }
}

/** Without keys that may ask there is nothing to say: `keysWork` has said why. */
async function askStatus(connect: () => Client): Promise<Finding[]> {
  try {
    return describeStatus(await statusOf(connect()))
  } catch {
    return []
  }
}

/** What the daemon says of its store. */
export function describeStatus(status: Status): Finding[] {
  const {
    logs,
    last_log_seq: last = 0,
    judged = 0,
    late = 0,
    suppressed_signals: suppressed = 0,
    refused_groups: groups = 0,
    refused_values: values = 0,
    caught_up: isJudged,
    damaged_blocks: damaged,
    disk_full: full,
    silent_enforcers: silent = [],
  } = status
  // who sees a part of the logs is not told how many there are
  const all = logs === undefined ? 'logs' : many(logs, 'log')
  const waiting = logs === undefined ? 'some' : `about ${count(last - judged)}`
  const findings: Finding[] = [
    isJudged
      ? { level: 'good', what: `${all}, all judged` }
      : { level: 'note', what: `${all}, of which detection has ${waiting} before it` },
  ]
  if (late > 0)
    findings.push({ level: 'note', what: `${many(late, 'log')} came too late to be judged together with those of the same time` })
  if (suppressed > 0)
    findings.push({
      level: 'note',
      what: `${many(suppressed, 'signal')} more there would have been of rules that open too many within an hour`,
    })
  const was = (n: number) => (n === 1 ? 'was' : 'were')
  if (groups > 0)
    findings.push({
      level: 'note',
      what: `${many(groups, 'log')} ${was(groups)} not judged by a rule that already watches as many groups as it can`,
    })
  if (values > 0)
    findings.push({
      level: 'note',
      what: `${many(values, 'value')} ${was(values)} not counted by a rule that already tells apart as many as it can`,
    })
  if (full)
    findings.push({
      level: 'problem',
      what: 'the disk is full: the daemon refuses logs',
      todo: 'Make room; it goes on by itself once there is some.',
    })
  if (damaged > 0)
    findings.push({
      level: 'problem',
      what: `${many(damaged, 'block')} of logs cannot be read`,
      todo: 'Stop the daemon and run `signalbox doctor` again: it says which. A backup comes back with `signalbox restore`.',
    })
  for (const { name, type, last_pull } of silent)
    findings.push({
      level: 'problem',
      what: `the enforcer ${name}${type === '' ? '' : ` (${type})`} ${
        last_pull === null ? 'has never asked for the denylist' : `is silent: it last asked at ${new Date(last_pull).toISOString()}`
      }`,
      todo: 'See that it runs, reaches this daemon and has its key; until then it may keep out less than the denylist says, or more.',
    })
  return findings
}
