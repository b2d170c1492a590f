import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createDetector } from '../../../daemon/detect/detector.ts'
import { readSigma } from '../../../daemon/detect/sigma/import.ts'
import { normalise } from '../../../daemon/intake/normalise.ts'
import { isObject, type JsonObject } from '../../../shared/json.ts'
import type { NewLog } from '../../../shared/log.ts'
import type { Rule } from '../../../shared/rule.ts'
import { manyLogs, manyRules, stored } from '../many-rules.ts'
import type { Measured, Stage } from './measure.ts'

const distinct = 2000
const judged = 40_000

/** Logs through rules, in one thread: logs a second of processor time, since others may use the machine meanwhile. */
export async function measureRules(stage: Stage): Promise<Measured> {
  const rules = manyRules()
  const logs = manyLogs(distinct)
  stage.tell(`logs through ${rules.length} rules`)
  const all = speed(rules, logs)
  const few = speed(
    rules.filter((_, i) => i % 4 === 0),
    logs,
  )
  const rows: Measured['rows'] = [
    {
      what: `logs through ${rules.length} rules, one thread`,
      value: all,
      unit: 'logs/s',
      least: 20_000,
      note: '440 from Sigma; processor time',
    },
    {
      what: 'cost of four times the rules',
      value: few / all,
      unit: '×',
      most: 4,
      note: `${Math.round(few)} logs/s through ${rules.length / 4}`,
    },
  ]
  const real = realRules()
  if (real)
    rows.push({
      what: `logs through ${real.rules.length} rules of SigmaHQ`,
      value: speed(real.rules, real.logs),
      unit: 'logs/s',
      note: 'every other log a new process that one of them finds',
    })
  return { rows }
}

function speed(rules: readonly Rule[], logs: readonly NewLog[]): number {
  const detector = createDetector()
  detector.setRules([...rules])
  const start = Date.UTC(2026, 0, 1)
  const run = (from: number, count: number) => {
    for (let i = from; i < from + count; i++) {
      const timestamp = start + i * 5
      detector.judge({ ...logs[i % logs.length]!, timestamp, received: timestamp, id: `l${i}`, seq: i })
      if (i % 4096 === 4095) detector.takeChanges()
    }
  }
  run(0, judged / 10)
  const before = process.cpuUsage()
  run(judged / 10, judged)
  const { user, system } = process.cpuUsage(before)
  return (judged * 1e6) / (user + system)
}

/** 500 rules of SigmaHQ and the events that come with them, where they are. */
function realRules(): { rules: Rule[]; logs: NewLog[] } | undefined {
  const root = join(process.env['SIGNALBOX_REAL_DATA'] ?? '', 'sigma')
  if (!existsSync(root)) return undefined
  const filesIn = (folder: string, ending: string) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile() && entry.name.endsWith(ending))
      .map(entry => join(entry.parentPath, entry.name))
      .sort()
  const found = readSigma(
    ['rules', 'rules-emerging-threats', 'rules-threat-hunting']
      .flatMap(folder => filesIn(folder, '.yml'))
      .map(path => ({ path, text: readFileSync(path, 'utf8') })),
  )
  const rules = found.flatMap(({ rule }) => (rule ? [stored(rule.payload, rule.id)] : []))
  // half of them the new processes that most rules read
  const step = rules.length / 500
  const chosen = Array.from({ length: 500 }, (_, i) => rules[Math.floor(i * step)]!)
  const events = filesIn('regression_data', '.json').flatMap(path =>
    readFileSync(path, 'utf8')
      .trim()
      .split(/(?<=^\})\s*(?=\{)/m)
      .map(text => JSON.parse(text) as JsonObject),
  )
  const logs = events.map(event => normalise(event, { stream: 'live' }, { now: Date.UTC(2026, 0, 1), zone: 0 }))
  const isProcess = ({ attributes }: NewLog) => isObject(attributes) && attributes['EventID'] === 1
  const [processes, others] = [
    logs.filter(isProcess),
    [...logs.filter(log => !isProcess(log)), ...manyLogs(400).filter(log => !isProcess(log))],
  ]
  return {
    rules: chosen,
    logs: Array.from({ length: distinct }, (_, i) => (i % 2 ? processes[(i >> 1) % processes.length]! : others[(i >> 1) % others.length]!)),
  }
}
