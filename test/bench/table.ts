import { type Row, reached } from './measures/measure.ts'
import type { RefreshLine } from './measures/refresh.ts'

const figure = (value: number) =>
  Number.isInteger(value) || value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)

const taken = (ms: number | undefined) => (ms === undefined ? 'too long' : figure(ms))

/** Columns of even width, the first on the left. */
function aligned(rows: string[][]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map(row => row[i]!.length)))
  return rows
    .map(row =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Each refresh: the first time and then the median on our side, medians of the peers, how much faster we are than the best of them. */
export function refreshTable(lines: readonly RefreshLine[], peers: readonly string[]): string {
  const head = ['refresh: ms, median of seven', 'logs', 'first', 'signalbox', ...peers, 'ratio']
  const body = lines.map(line => [
    line.name,
    String(line.total),
    taken(line.first['signalbox']),
    taken(line.warm['signalbox']),
    ...peers.map(peer => taken(line.warm[peer])),
    line.different.length > 0 ? 'DIFFERENT' : line.ratio === undefined ? '' : `${figure(line.ratio)}×`,
  ])
  const different = lines.flatMap(({ name, different }) => different.map(text => `DIFFERENT ${name} · ${text}`))
  return [aligned([head, ...body]), ...different].join('\n')
}

export function measuresTable(rows: readonly Row[]): string {
  const body = rows.map(row => {
    const well = reached(row)
    const asked = row.least !== undefined ? `≥ ${row.least}` : row.most !== undefined ? `≤ ${row.most}` : ''
    return [row.what, `${figure(row.value)} ${row.unit}`.trim(), asked, well === undefined ? '' : well ? 'yes' : 'NO']
  })
  const lines = aligned([['measure', 'value', 'must be', 'is'], ...body]).split('\n')
  return lines.map((line, i) => (rows[i - 1]?.note ? `${line.padEnd(lines[0]!.length)}  ${rows[i - 1]!.note}` : line)).join('\n')
}
