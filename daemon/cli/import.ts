import { offsetMinutes } from '../../shared/time.ts'
import type { Client } from './client.ts'
import { defineCommand, WrongUsage } from './command.ts'
import { follow } from './import/follow.ts'
import { importText, type Tally } from './import/import-text.ts'
import { createDesk, type Desk, type Said, Stopped } from './import/send.ts'
import { openFile, openStream } from './import/source.ts'
import { createProgress, type Progress } from './progress.ts'
import { untilJudged } from './status.ts'
import { exitCodes } from './surroundings.ts'
import { count, many, table } from './table.ts'
import { clean } from './text.ts'

/** `signalbox import FILE…`: what was imported before is found again by its bytes, and only what is new is added. */
export const importFiles = defineCommand({
  name: 'import',
  usage: 'FILE… [--format F] [--follow] [--service S] [--source S] [--host H] [--tags T,…] [--zone +HH:MM]',
  does: 'Bring in log files, .gz too; - is standard input. JSON documents of many events, as CloudTrail delivers them, are a log each. The same file again adds nothing, one that has grown its new lines',
  takes: [1, 10_000],
  endsItself: true,
  flags: {
    format: { type: 'string', value: 'F', does: 'log format; without it each line is recognised by itself' },
    follow: { type: 'boolean', short: 'f', does: 'go on with what is written to the files, across rotation, until Ctrl-C' },
    service: { type: 'string', value: 'S', does: 'service of logs that name none' },
    source: { type: 'string', value: 'S', does: 'source of logs that name none' },
    host: { type: 'string', value: 'H', does: 'host of logs that name none' },
    tags: { type: 'string', multiple: true, value: 'T,…', does: 'tags for all logs, such as env:prod' },
    zone: { type: 'string', value: '+HH:MM', does: 'where timestamps without a zone were written; UTC unless it is given' },
  },
  async run({ flags, args, io, connect, show, say, tell }) {
    const client = connect()
    const said: Said = {
      format: flags.format,
      service: flags.service,
      source: flags.source,
      host: flags.host,
      tags: flags.tags?.join(','),
      zone: zoneOf(flags.zone),
    }
    const stopping = createStopping(io.stop)
    // a format that is named reads lines as they stand
    const split = flags.format === undefined || flags.format === 'datadog'
    const desk = createDesk(said, { connect, pause: stopping.pause, patient: flags.follow === true, say })
    const before = await countSignals(client)
    const failures = new Map<Tally, string>()
    const tallies: Tally[] = args.map(file => ({ file, lines: 0, added: 0, already_there: 0 }))
    const progress = createProgress(io)

    const importOne = async (tally: Tally) => {
      try {
        if (flags.follow && tally.file !== '-') await follow(tally.file, { desk, tally, pause: stopping.pause })
        else await importFile(tally, desk)
      } catch (error) {
        if (error instanceof Stopped) return
        progress.clear()
        failures.set(tally, reasonOf(error))
        say(`${tally.file}: ${reasonOf(error)}`)
      }
    }
    const importFile = async (tally: Tally, desk: Desk) => {
      const source = tally.file === '-' ? await openStream(io.stdin(), split) : await openFile(tally.file, split)
      let share: number | undefined
      const tell = () => {
        void source.done().then(
          done => (share = done),
          () => {},
        )
        progress.tell(() => `${tally.file}: ${share === undefined ? '' : `${Math.floor(share * 100)} %, `}${many(tally.lines, 'line')}`)
      }
      try {
        await importText(source, desk, tally, io.stop, tell)
      } finally {
        await source.close()
      }
    }

    if (flags.follow) {
      say(`Following ${many(args.length, 'file')}. Ctrl-C ends it.`)
      const done = tellWhatComes(tallies, progress)
      await Promise.all(tallies.map(importOne)).finally(done)
    } else
      for (const tally of tallies) {
        if (stopping.stopped()) break
        await importOne(tally)
      }
    progress.clear()

    const added = tallies.some(tally => tally.added > 0)
    const counted = added && before !== undefined && !stopping.stopped()
    const isJudged = counted ? await untilJudged(client, { progress, pause: stopping.pause }) : true
    progress.clear()
    const opened = counted ? Math.max(0, ((await countSignals(client)) ?? before) - before) : 0
    const data = tallies.map(tally => ({ ...tally, ...(failures.has(tally) && { error: failures.get(tally) }) }))
    show({ data, meta: { signals_opened: opened, judged: isJudged } }, () => report(tallies))
    const soFar = isJudged ? '' : ' so far: detection goes on'
    if (opened > 0 || !isJudged) tell(`${many(opened, 'signal')} opened${soFar}. See them with: signalbox signals`)
    if (stopping.stopped() && !flags.follow) {
      say('Stopped. Import the same files again to go on from there.')
      return exitCodes.failed
    }
    return failures.size > 0 ? exitCodes.failed : exitCodes.done
  },
})

const report = (tallies: readonly Tally[]): string =>
  table(
    ['File', { head: 'Lines', right: true }, { head: 'Added', right: true }, { head: 'Already there', right: true }],
    tallies.map(({ file, lines, added, already_there }) => [file, count(lines), count(added), count(already_there)]),
  )

/** `+05:30`, `-0800`, `+01`, `UTC` or `Z` in minutes east of UTC. */
export function zoneOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^(utc|z)$/i.test(text)) return 0
  if (!/^[+-](0\d|1[0-4])(:?[0-5]\d)?$/.test(text)) throw new WrongUsage(`--zone ${clean(text)} is no zone: write it like +05:30, or UTC`)
  return offsetMinutes(text)
}

function createStopping(stop: Promise<void>) {
  let stopped = false
  const asked = stop.then(() => (stopped = true))
  return {
    stopped: () => stopped,
    async pause(ms: number): Promise<boolean> {
      let timer: NodeJS.Timeout | undefined
      await Promise.race([asked, ms > 0 ? new Promise(resolve => (timer = setTimeout(resolve, ms))) : undefined])
      clearTimeout(timer)
      return !stopped
    },
  }
}

/** Undefined where these keys may not see signals, which is no reason not to import. */
async function countSignals(client: Client): Promise<number | undefined> {
  const request = { json: { track: 'signals', from: 0, limit: 0 } }
  return client.send<{ meta: { total: number } }>('POST', '/api/local/explorer', request).then(
    ({ meta }) => meta.total,
    () => undefined,
  )
}

/** Say how many lines have come whenever there are more; whoever follows files for days is not told that nothing happens. The answer ends it. */
function tellWhatComes(tallies: readonly Tally[], progress: Progress): () => void {
  let told = 0
  const timer = setInterval(() => {
    const added = tallies.reduce((sum, tally) => sum + tally.added, 0)
    if (added === told) return
    progress.tell(() => {
      told = added
      return `${many(added, 'line')} added`
    })
  }, 500)
  return () => clearInterval(timer)
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  EACCES: 'may not be read by you',
  Z_BUF_ERROR: 'the compressed file is cut off; what could be read of it is imported',
  Z_DATA_ERROR: 'the compressed file is damaged; what could be read of it is imported',
}
const reasonOf = (error: unknown): string => reasons[(error as NodeJS.ErrnoException).code ?? ''] ?? (error as Error).message
