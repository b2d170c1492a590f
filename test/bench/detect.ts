import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeAuthLog } from './auth-log.ts'
import { type Replayed, replay } from './crowdsec.ts'
import { importAuthLog } from './import-auth-log.ts'
import { type Row, reached } from './measures/measure.ts'
import { measuresTable } from './table.ts'
import type { Took } from './timed.ts'

const usage = 'npm run bench:detect -- [--lines N] [--seed N]'
const { lines: count, seed } = readFlags(process.argv.slice(2))
const { SIGNALBOX_BENCH_DATA: root = '', SIGNALBOX_BENCH_RESULT: result = '', SIGNALBOX_BENCH_CROWDSEC: prefix = '' } = process.env

mkdirSync(root, { recursive: true })
const own = mkdtempSync(join(root, 'detect-'))
process.once('exit', () => rmSync(own, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
const directory = (name: string) => {
  mkdirSync(join(own, name), { mode: 0o700 })
  return join(own, name)
}

const { lines, attackers } = makeAuthLog(count, seed)
const file = join(own, 'auth.log')
writeFileSync(file, `${lines.join('\n')}\n`)
console.log(
  `${count} lines of auth.log, seed ${seed}: ${attackers.size} attackers · ${cpus().length} cores, ${cpus()[0]?.model}, node ${process.version}`,
)

console.error('… signalbox: import')
const ours = await importAuthLog(directory('signalbox'), file)
const rows = speeds('signalbox', ours)
rows.push({
  what: 'signals',
  value: ours.signals.length,
  unit: '',
  note: `CPU time: ${Object.entries(ours.of)
    .map(([of, s]) => `${of} ${s.toFixed(1)} s`)
    .join(', ')}`,
})
const found: Record<string, ReturnType<typeof judge>> = { signalbox: judge(ours.signals.map(({ ip }) => ip)) }

let theirs: Replayed | undefined
let missing: string | undefined
try {
  if (prefix === '') throw new Error('it is not here, and could not be fetched (Debian 12 has 1.4.6)')
  console.error('… crowdsec: replay')
  theirs = await replay(prefix, directory('crowdsec'), file)
  rows.push(...speeds('crowdsec', theirs), { what: 'alerts', value: theirs.alerts.length, unit: '', note: theirs.version })
  found['crowdsec'] = judge(theirs.alerts.map(({ address }) => address))
  rows.push(
    { what: 'as fast as crowdsec, CPU time', value: theirs.cpu / ours.cpu, unit: '×', least: 3 },
    {
      what: 'as fast as crowdsec, wall time',
      value: theirs.wall / ours.wall,
      unit: '×',
      note: 'the clock also counts what else the machine did',
    },
  )
} catch (error) {
  missing = (error as Error).message
}

console.log(`\n${measuresTable(rows)}\n`)
for (const [name, { attackers: hits, others, missed }] of Object.entries(found)) {
  console.log(`${name} found ${hits} of ${attackers.size} attackers, and ${others} other addresses`)
  if (missed.length > 0) console.error(`MISSED by ${name}: ${missed.slice(0, 10).join(', ')}${missed.length > 10 ? ' …' : ''}`)
}
if (missing !== undefined) console.log(`NOT COMPARED with crowdsec: ${missing}. These figures are our own alone.`)
const told = {
  lines: count,
  seed,
  attackers: attackers.size,
  crowdsec: theirs?.version,
  missing,
  rows,
  found,
  signals: tally(ours.signals.map(({ title }) => title)),
  alerts: tally(theirs?.alerts.map(({ scenario }) => scenario) ?? []),
}
writeFileSync(result, `${JSON.stringify(told, null, 2)}\n`)
if (Object.values(found).some(({ missed }) => missed.length > 0) || rows.some(row => reached(row) === false)) process.exitCode = 1

function speeds(name: string, { wall, cpu }: Took): Row[] {
  return [
    { what: `${name}, of CPU time`, value: count / cpu, unit: 'lines/s', note: `${cpu.toFixed(1)} s` },
    { what: `${name}, of wall time`, value: count / wall, unit: 'lines/s', note: `${wall.toFixed(1)} s` },
  ]
}

/** How many attackers are among the addresses, and how many are no attackers. */
function judge(addresses: readonly string[]) {
  const named = new Set(addresses)
  const missed = [...attackers].filter(address => !named.has(address))
  return { attackers: attackers.size - missed.length, others: [...named].filter(address => !attackers.has(address)).length, missed }
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

function readFlags(args: string[]): { lines: number; seed: number } {
  try {
    const { values } = parseArgs({
      args,
      options: { lines: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
    })
    const lines = Number(values.lines)
    const seed = Number(values.seed)
    if (!Number.isInteger(lines) || lines < 10_000) throw new Error('--lines is a whole number from 10000 on.')
    if (!Number.isInteger(seed)) throw new Error('--seed is a whole number.')
    return { lines, seed }
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`)
    process.exit(2)
  }
}
