import { computed, signal } from '@preact/signals'
import { Copy, Download } from 'lucide'
import { csvCell } from '../../../shared/csv.ts'
import { defang } from '../../../shared/defang.ts'
import { findObservables } from '../../../shared/observables.ts'
import { mostObservables, type ObservableRow } from '../../feed-messages.ts'
import { type Handed, mostHanded } from '../../handed.ts'
import { markKinds } from '../../messages.ts'
import { ask, isFailure } from '../../relay.ts'
import { insideWords } from '../../ui/inside.tsx'
import { readSort } from '../grid.tsx'
import { place } from '../place.ts'
import { toasts } from '../surface.ts'

export type Row = ObservableRow & { id: string }

/** What is looked up, and where it was found; undefined before anything was. */
export const given = signal<Omit<Handed, 'id' | 'from'> | undefined>(undefined)
const rows = signal<readonly Row[]>([])
export const waiting = signal(false)
export const failed = signal<string | null>(null)
let asked = 0

/** Look values up, as many at a time as the daemon takes. */
export async function lookUp(next: NonNullable<typeof given.value>): Promise<void> {
  const turn = ++asked
  given.value = next
  rows.value = []
  failed.value = null
  waiting.value = next.values.length > 0
  for (let from = 0; from < next.values.length; from += mostObservables) {
    const answer = await ask('observables', { values: next.values.slice(from, from + mostObservables) })
    if (turn !== asked) return
    if (isFailure(answer)) {
      failed.value = answer.error
      break
    }
    rows.value = [...rows.value, ...answer.rows.map(row => ({ ...row, id: `${row.type} ${row.value}` }))]
  }
  waiting.value = false
}
export const again = () => given.value && lookUp(given.value)

/** What somebody typed or pasted. */
export function lookUpText(text: string): void {
  const values = [...new Set(findObservables(text).map(({ value }) => value))]
  void lookUp({ values: values.slice(0, mostHanded), cut: values.length > mostHanded, unread: false })
}

export const isKnown = ({ kind, verdict }: Pick<Row, 'kind' | 'verdict'>): boolean => kind !== 'unknown' || verdict !== null
/** Of the open signals and blocks first, then what feeds know, worst first; then what lies on a host that is known, or holds what is. */
const rankOf = ({ kind, verdict, host, inside }: Row) =>
  !isKnown({ kind, verdict }) && (host || inside?.count)
    ? 41 + markKinds.indexOf((host ?? inside!.first[0]!).kind)
    : markKinds.indexOf(kind) * 10 + (verdict === null ? 9 : 0)
const keys: Record<string, (row: Row) => string | number> = {
  value: ({ value }) => value,
  type: ({ type }) => type,
  known: rankOf,
  sources: ({ sources }) => sources.join(),
  country: ({ country }) => country,
  as: row => row.as,
}
const collator = new Intl.Collator('en', { numeric: true })
const compare = (a: string | number, b: string | number) =>
  typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b))

export const counts = computed(() => {
  const found = new Map<string, number>()
  for (const { type } of rows.value) found.set(type, (found.get(type) ?? 0) + 1)
  return found
})
/** What the filter leaves, in the order that was chosen. */
export const shown = computed((): readonly Row[] => {
  const { search = '', type, sort = 'known' } = place.value.with
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const { by, falling } = readSort(sort)
  const key = keys[by] ?? rankOf
  return rows.value
    .filter(row => type === undefined || row.type === type)
    .filter(row => {
      const said = [row.value, row.type, row.kind, row.verdict, row.country, row.as, row.scope, ...row.sources, ...row.categories]
      const { host } = row
      const text = [...said, ...(host ? [host.value, host.kind, host.verdict, ...host.sources] : [])].join(' ').toLowerCase()
      return words.every(word => text.includes(word))
    })
    .sort((a, b) => (falling ? -1 : 1) * compare(key(a), key(b)) || collator.compare(a.value, b.value))
})
export const all = computed(() => rows.value.length)

const own = ['value', 'type', 'kind', 'verdict', 'sources', 'categories', 'knownGood', 'scope', 'country', 'as'] as const
const ofHost = { host: 'value', hostKind: 'kind', hostVerdict: 'verdict', hostSources: 'sources', hostIndicators: 'indicators' } as const
const columns = [...own, ...Object.keys(ofHost), 'inside']
const cellsOf = (row: Row): string[] =>
  [
    ...own.map(column => row[column]),
    ...Object.values(ofHost).map(column => row.host?.[column]),
    row.inside && insideWords(row.inside),
  ].map(value => (typeof value === 'string' ? value : (value?.join('; ') ?? '')))
/** What is shown as a file. No spreadsheet takes a cell of the CSV for a formula. */
export const fileOf = (format: 'csv' | 'ndjson', rows: readonly Row[]): string =>
  format === 'csv'
    ? [columns, ...rows.map(cellsOf)].map(cells => `${cells.map(cell => csvCell(cell, true)).join()}\r\n`).join('')
    : rows.map(({ id: _, ...row }) => `${JSON.stringify(row)}\n`).join('')

export function save(format: 'csv' | 'ndjson'): void {
  const link = document.createElement('a')
  const type = format === 'csv' ? 'text/csv' : 'application/x-ndjson'
  link.href = URL.createObjectURL(new Blob([fileOf(format, shown.value)], { type }))
  link.download = `look-up.${format}`
  link.click()
  // the browser has begun with it by then
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
  toasts.show({ icon: Download, text: `Exported ${rowsIn(shown.value.length)}` })
}
export const rowsIn = (n: number) => `${n.toLocaleString('en')} ${n === 1 ? 'value' : 'values'}`

/** All that is shown, a line each, so that nobody follows them by accident. */
export async function copyDefanged(): Promise<void> {
  const text = shown.value.map(({ type, value }) => defang(type, value)).join('\n')
  try {
    await navigator.clipboard.writeText(text)
    toasts.show({ icon: Copy, text: `Copied ${rowsIn(shown.value.length)}, defanged` })
  } catch {
    toasts.fail('Not copied: the browser does not allow it')
  }
}
