import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { measureHttpIntake } from './measures/http-intake.ts'
import { measureIngest } from './measures/ingest.ts'
import { type Measure, type Row, reached } from './measures/measure.ts'
import { measurePivot } from './measures/pivot.ts'
import { measureRefresh, type RefreshLine } from './measures/refresh.ts'
import { measureStart } from './measures/start.ts'
import { measureText } from './measures/text.ts'
import { measureTyping } from './measures/typing.ts'
import { installedVersion } from './peers.ts'
import { createStage } from './stage.ts'
import { measuresTable, refreshTable } from './table.ts'

/** In the order in which they are taken; typing adds logs, so it comes last on the store that they share. */
const measures: Record<string, Measure> = {
  ingest: measureIngest,
  refresh: measureRefresh,
  text: measureText,
  pivot: measurePivot,
  start: measureStart,
  typing: measureTyping,
  http: measureHttpIntake,
}
const usage = `npm run bench -- [--logs N] [--quick] [--only ${Object.keys(measures).join(',')}] [--peers duckdb,clickhouse,sqlite] [--json]`

const wrong = (text: string): never => {
  console.error(`${text}\n${usage}`)
  process.exit(2)
}
const listOf = (text: string, known: readonly string[]) => {
  const names = text.split(',').filter(Boolean)
  for (const name of names) if (!known.includes(name)) wrong(`There is no ${name}.`)
  return names
}

function readFlags() {
  try {
    return parseArgs({
      options: {
        logs: { type: 'string' },
        quick: { type: 'boolean' },
        only: { type: 'string' },
        peers: { type: 'string' },
        json: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    return wrong((error as Error).message)
  }
}
const flags = readFlags()
const logs = Number(flags.logs ?? (flags.quick ? 100_000 : 1_000_000))
if (!Number.isInteger(logs) || logs < 1000) wrong('--logs is a whole number from 1000 on.')
const only = listOf(flags.only ?? Object.keys(measures).join(), Object.keys(measures))
// the peers would take hours for more
const asked = listOf(flags.peers ?? (logs > 2_000_000 ? '' : 'duckdb,clickhouse,sqlite'), ['duckdb', 'clickhouse', 'sqlite'])
const versions = { duckdb: installedVersion('duckdb'), clickhouse: installedVersion('clickhouse'), sqlite: 'of the daemon' }
const there = asked.filter(name => versions[name as keyof typeof versions] !== undefined)
const missing = asked.filter(name => !there.includes(name))

const say = (text: string) => flags.json || console.log(text)
const machine = {
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  cores: cpus().length,
  processor: cpus()[0]?.model ?? '',
  memory_mb: Math.round(totalmem() / 2 ** 20),
}
say(`${logs} logs · ${machine.cores} cores, ${machine.processor}, ${machine.memory_mb} MB · ${machine.platform}, node ${machine.node}`)
if (there.length > 0) say(`beside ${there.map(name => `${name} ${versions[name as keyof typeof versions]}`).join(', ')}`)
for (const name of missing) say(`LEFT OUT: ${name}, which could not be installed here`)

const root = process.env['SIGNALBOX_BENCH_DATA'] ?? wrong('SIGNALBOX_BENCH_DATA has to name a directory.')
const stage = createStage(root, { logs, peers: there, seconds: flags.quick ? 10 : 60, tell: text => console.error(`… ${text}`) })
const rows: Row[] = []
const details: Record<string, unknown> = {}
const failed: string[] = []
try {
  for (const name of only) {
    try {
      const measured = await measures[name]!(stage)
      rows.push(...measured.rows)
      details[name] = measured.details
    } catch (error) {
      failed.push(`${name}: ${(error as Error).message}`)
    }
  }
} finally {
  await stage.end()
}

const lines = (details['refresh'] ?? []) as RefreshLine[]
const different = lines.some(line => line.different.length > 0)
const json = JSON.stringify({ machine, logs, peers: versions, missing, failed, different, rows, details }, null, 2)
writeFileSync(process.env['SIGNALBOX_BENCH_RESULT'] ?? 'bench.json', `${json}\n`)
if (flags.json) console.log(json)
if (lines.length > 0) say(`\n${refreshTable(lines, there)}`)
say(`\n${measuresTable(rows)}`)
for (const text of failed) console.error(`FAILED ${text}`)
const short = rows.filter(row => reached(row) === false).length
say(
  `\n${rows.length} figures, ${short} short of what they must be${different ? '; answers are DIFFERENT, so that nothing is compared' : ''}`,
)
if (different || failed.length > 0) process.exitCode = 1
