import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { readFlags } from './flags.ts'
import { measureBlocks } from './measures/blocks.ts'
import { measureEnrich } from './measures/enrich.ts'
import { measureExplorer } from './measures/explorer.ts'
import { measureHttpIntake } from './measures/http-intake.ts'
import { measureIngest } from './measures/ingest.ts'
import { measureLookups } from './measures/lookups.ts'
import { type Measure, type Row, reached } from './measures/measure.ts'
import { measurePivot } from './measures/pivot.ts'
import { measureRefresh, type RefreshLine } from './measures/refresh.ts'
import { measureRules } from './measures/rules.ts'
import { measureStart } from './measures/start.ts'
import { measureText } from './measures/text.ts'
import { measureTyping } from './measures/typing.ts'
import { createStage } from './stage.ts'
import { startSide } from './start-side.ts'
import { measuresTable, refreshTable } from './table.ts'

/** In the order in which they are taken: typing adds logs to the store that those before it share. */
const measures: Record<string, Measure> = {
  ingest: measureIngest,
  refresh: measureRefresh,
  text: measureText,
  pivot: measurePivot,
  start: measureStart,
  typing: measureTyping,
  http: measureHttpIntake,
  rules: measureRules,
  lookups: measureLookups,
  enrich: measureEnrich,
  blocks: measureBlocks,
  explorer: measureExplorer,
}

const flags = readFlags(process.argv.slice(2), Object.keys(measures))
if (typeof flags === 'string') {
  console.error(flags)
  process.exit(2)
}
const say = (text: string) => flags.json || console.log(text)
const { SIGNALBOX_BENCH_DATA: root = '', SIGNALBOX_BENCH_RESULT: result = '' } = process.env
const { logs, quick } = flags
const machine = {
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  cores: cpus().length,
  processor: cpus()[0]?.model ?? '',
  memory_mb: Math.round(totalmem() / 2 ** 20),
}
say(`${logs} logs · ${machine.cores} cores, ${machine.processor}, ${machine.memory_mb} MB · ${machine.platform}, node ${machine.node}`)

const peers: string[] = []
const stage = createStage(root, { logs, peers, seconds: quick ? 10 : 60, tell: text => console.error(`… ${text}`) })
const versions: Record<string, string> = {}
const missing: Record<string, string> = {}
for (const name of flags.peers) {
  try {
    const side = await startSide(name, stage.directory(`try-${name}`))
    versions[name] = side.version
    await side.close()
    peers.push(name)
    say(`beside ${name} ${side.version}`)
  } catch (error) {
    missing[name] = (error as Error).message.split('\n')[0]!
    say(`LEFT OUT: ${name}, which does not run here: ${missing[name]}`)
  }
}

const rows: Row[] = []
const details: Record<string, unknown> = {}
const failed: string[] = []
for (const [name, measure] of Object.entries(measures)) {
  if (!flags.only.includes(name)) continue
  try {
    const measured = await measure(stage)
    rows.push(...measured.rows)
    details[name] = measured.details
  } catch (error) {
    failed.push(`${name}: ${(error as Error).message}`)
  }
}
await stage.closeSides()

const lines = (details['refresh'] ?? []) as RefreshLine[]
const different = lines.some(line => line.different.length > 0)
const json = JSON.stringify({ machine, logs, peers: versions, missing, failed, different, rows, details }, null, 2)
writeFileSync(result, `${json}\n`)
if (flags.json) console.log(json)
if (lines.length > 0) say(`\n${refreshTable(lines, peers)}`)
say(`\n${measuresTable(rows)}`)
for (const text of failed) console.error(`FAILED ${text}`)
const short = rows.filter(row => reached(row) === false).length
say(`\n${rows.length} figures, ${short} short of what they must be`)
if (different) console.error('Answers are DIFFERENT: nothing is compared')
if (different || failed.length > 0) process.exitCode = 1
