import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { openOverlay } from '../../e2e/overlay.ts'
import { live, settings } from '../../e2e/overlay-data.ts'
import { type Row, reached } from '../measures/measure.ts'
import { measuresTable } from '../table.ts'
import { measureOverlay, names } from './measures.ts'

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '50000' },
    seed: { type: 'string', default: '7' },
    only: { type: 'string', default: names.join() },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})
const { quick, json } = values
const lines = Number(values.lines)
const seed = Number(values.seed)
const say = (text: string) => json || console.log(text)
const loads = () =>
  loadavg()
    .map(load => load.toFixed(1))
    .join(' ')
say(`${lines} lines, seed ${seed} · ${cpus().length} cores, ${cpus()[0]?.model ?? ''} · load ${loads()}`)

const overlay = await openOverlay({ on: true, kinds: {}, facts: {}, details: {}, settings, connection: live })
try {
  const rows: Row[] = []
  const stage = {
    overlay,
    lines,
    seed,
    rounds: quick ? 1 : 3,
    tailSeconds: quick ? 12 : 60,
    tell: (text: string) => console.error(`… ${text}`),
  }
  for await (const some of measureOverlay(stage, values.only.split(','))) {
    rows.push(...some)
    for (const { what, value, unit, note } of some) console.error(`  ${what}: ${value.toFixed(2)} ${unit} ${note ?? ''}`)
  }
  const size = (file: string) => gzipSync(readFileSync(`extension/.output/chrome-mv3/${file}`), { level: 9 }).length / 1000
  const script = size('early.js') + size('page.js')
  rows.push({ what: 'content script, compressed', value: script, unit: 'kB', most: 25 })
  const result = JSON.stringify({ lines, seed, rows }, null, 2)
  writeFileSync(process.env['SIGNALBOX_BENCH_RESULT'] ?? '', `${result}\n`)
  if (json) console.log(result)
  say(`\n${measuresTable(rows)}`)
  say(`\n${rows.length} figures, ${rows.filter(row => reached(row) === false).length} short of what they must be · load ${loads()}`)
} finally {
  await overlay.close()
}
