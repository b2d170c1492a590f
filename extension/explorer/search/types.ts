import type { ReadonlySignal, Signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import type { Span as At } from '../../../shared/query/ast.ts'
import type { Failure } from '../../messages.ts'
import type { Found, FoundRow, Sort, Track } from '../../search-messages.ts'
import type { Selection } from '../../signal-messages.ts'
import type { Over } from './over.tsx'
import type { Range, Span } from './range.ts'
import type { Rows } from './rows.ts'
import type { Mode } from './tree.ts'

export interface Column {
  /** As the URL names it; a column of any attribute has its path. */
  id: string
  head: string
  /** px */
  width: number
  /** px: as narrow as it gets where the table has too little room, until somebody has said how wide it is. */
  least?: number
  /** Takes what the others leave. */
  grows?: boolean
  /** The path of its value, which its menu filters by; `also` are those of others that stand in it. */
  /** What a file of it holds, where that is not its path: paths. */
  holds?: readonly string[]
  path?: string
  also?: readonly string[]
  /** What the daemon sorts by; the table says why the others cannot. */
  sorts?: 'timestamp' | 'severity'
  /** `surface` is the search that the row stands in, for menus that narrow it. */
  cell(row: FoundRow, surface: Surface): ComponentChildren
}

/** What a row is where there is room for one column alone: the side panel, or very much zoom. */
export interface Brief {
  head: string
  cell(row: FoundRow, surface: Surface): ComponentChildren
}

/** A column as it is shown: where, and how wide. */
export interface Shown {
  column: Column
  width: number
}

/** What a section that searches begins with. */
export interface Defaults {
  track: Track
  from: string
  sort?: Sort
  columns: readonly string[]
  /** Such as one may search for. */
  such: string
  /** How facets are called, by their paths, in the order of the panel. */
  facets: Readonly<Record<string, string>>
}

export interface Fault {
  message: string
  at: At
}

/** What a query bar needs of what it asks: the text, what is wrong with it, and the time that completions count over. */
export interface QueryField {
  track: Track
  text: Signal<string>
  fault: ReadonlySignal<Fault | undefined>
  found: ReadonlySignal<{ span: Span } | null>
  setQuery(text: string): void
  /** Resolves when the rows asked for stand there, or after a while: what they wait for does not wait for completions. */
  settled?(): Promise<void>
}

/** What the columns, menus and panels of a track can know and do of the search that they stand in. */
export interface Surface extends QueryField {
  /** The query that is in force: the last one that could be read. */
  query: ReadonlySignal<string>
  range: ReadonlySignal<Range>
  sort: ReadonlySignal<Sort>
  columns: ReadonlySignal<Shown[]>
  /** Paths that are pinned, and whether they are others than the usual ones. */
  facets: ReadonlySignal<readonly string[]>
  facetsChanged: ReadonlySignal<boolean>
  /** The last answer and the span it was for; what was there stays until the next one. */
  found: ReadonlySignal<(Found & { span: Span; at: number }) | null>
  /** What is counted of it, once its rows stand there. Of an answer whose rows have changed since, the counts are as they are now. */
  counted: ReadonlySignal<(Found & { span: Span; at: number }) | null>
  failure: ReadonlySignal<Failure | null>
  loading: ReadonlySignal<boolean>
  rows: Rows
  /** Id of the row that keys act on; its panel is open where `place` names it. */
  current: Signal<string | undefined>
  selected: Signal<ReadonlyMap<string, FoundRow>>
  /** All that the query finds, where that is selected instead. */
  whole: Signal<Selection | null>
  /** What a button of a row has opened. */
  over: Signal<Over | undefined>
  setRange(range: Range): void
  /** Ask for a value of a path, keep it out, or neither. */
  narrow(path: string, value: string, mode: Mode): void
  /** Ask again. */
  refresh(): Promise<void>
  /** End the search that is under way. */
  stop(): Promise<void>
  /** Look at rows anew that have changed, in their places. */
  renew(ids: readonly string[]): Promise<void>
  /** Count anew, soon, what stands beside the rows: they stay where they are. */
  recount(): void
  dispose(): void
}
