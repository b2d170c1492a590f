import type { Client } from './client.ts'
import { defineCommand, WrongUsage } from './command.ts'
import { during } from './progress.ts'
import { type FindFault, faultsIn, isFile, payloadOf, readRules, type Written } from './rule-files.ts'
import { count, many, table, time } from './table.ts'

interface Found {
  data: {
    id: string
    attributes: { title: string; severity: string; group: Record<string, string>; first_seen: number; events_matched: number }
  }[]
  meta: {
    signals: number
    severities: Record<string, number>
    logs: number
    late: number
    hidden: { signals: number; logs: number }
    cut: { by: 'time' | 'signals'; at: number } | null
  }
}

/** `signalbox rules backtest FILE|ID`. */
export const rulesBacktest = (findFault: FindFault) =>
  defineCommand({
    name: 'rules backtest',
    usage: 'FILE|ID [--from TIME] [--to TIME] [--limit N] [--seconds N]',
    does: 'Show the signals that a rule would have made of the logs that are stored',
    takes: [1, 1],
    flags: {
      from: { type: 'string', value: 'TIME', does: 'now-15m, 2026-01-31, 2026-01-31T09:30:00Z or epoch ms; now-7d unless it is given' },
      to: { type: 'string', value: 'TIME', does: 'the same; now unless it is given' },
      limit: { type: 'string', value: 'N', does: 'signals at most, 0 to 200; 50 unless it is given. All are counted' },
      seconds: { type: 'string', value: 'N', does: 'how long it may take, 1 to 100; 30 unless it is given' },
    },
    async run({ args: [word = ''], flags: { from, to, limit, seconds }, io, connect, show, tell }) {
      const asked = {
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
        ...(limit !== undefined && { limit: numberOf('--limit', limit, 0, 200) }),
        ...(seconds !== undefined && { seconds: numberOf('--seconds', seconds, 1, 100) }),
      }
      const [written, ...more] = isFile(word) ? await readRules([word], io, findFault) : []
      if (more.length > 0) throw new WrongUsage(`${word} holds more than one rule`)
      const found = await during(io, 'Judging stored logs', ask(connect(), word, written, asked))
      show(found, () =>
        found.data.length === 0
          ? ''
          : table(
              ['First seen', 'Severity', 'Group', 'Logs', 'Signal'],
              found.data.map(({ attributes: { first_seen, severity, group, events_matched, title } }) => [
                time(first_seen),
                severity,
                Object.values(group).join(', '),
                count(events_matched),
                title,
              ]),
            ),
      )
      tell(sentenceOf(found))
    },
  })

async function ask(client: Client, id: string, written: Written | undefined, asked: object): Promise<Found> {
  const send = (path: string, attributes: object) => client.send<Found>('POST', path, { json: { data: { attributes } } })
  if (!written) return send(`/api/local/rules/${encodeURIComponent(id)}/backtest`, asked)
  try {
    return await send('/api/local/rules/backtest', { ...asked, rule: payloadOf(written.rule) })
  } catch (error) {
    const problem = faultsIn(written, error)
    throw problem === undefined ? error : new Error(problem)
  }
}

function numberOf(flag: string, text: string, least: number, most: number): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) < least || Number(text) > most)
    throw new WrongUsage(`${flag} is a number from ${least} to ${most}`)
  return Number(text)
}

function sentenceOf({ data, meta: { signals, logs, late, hidden, cut } }: Found): string {
  const shown = signals > data.length ? `, the first ${count(data.length)} shown` : ''
  const lateLogs = late > 0 ? ` ${many(late, 'log')} came too late to be judged.` : ''
  const left = hidden.signals + hidden.logs > 0 ? ` Hidden: ${many(hidden.signals, 'signal')}, ${many(hidden.logs, 'log')}.` : ''
  const why = cut && (cut.by === 'time' ? 'Time was up' : 'There were too many signals')
  const end = cut ? ` ${why} at ${time(cut.at)}: what came after was not looked at.` : ''
  return `${many(signals, 'signal')} of ${many(logs, 'log')}${shown}.${lateLogs}${left}${end}`
}
