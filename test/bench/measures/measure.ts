import type { Loaded } from '../sides/side.ts'
import type { StartedSide } from '../start-side.ts'

/** One figure. `least` and `most` are what it must reach; one without them is for information. */
export interface Row {
  what: string
  value: number
  unit: 'ms' | 's' | 'µs' | 'logs/s' | 'lines/s' | 'look-ups/s' | 'MB' | 'bytes' | 'kB' | '%' | '×' | ''
  least?: number
  most?: number
  note?: string
}

export interface Stage {
  /** Logs in the store. */
  logs: number
  /** Names of the databases to compare with that are there. */
  peers: readonly string[]
  /** Seconds that intake through HTTP goes on. */
  seconds: number
  /** Load the workload into a side, the first time it is asked for: its directory, and what it took. */
  loaded(name: string): Promise<Loaded & { dir: string }>
  /** A side that runs, with the workload in it. */
  side(name: string): Promise<StartedSide>
  /** End all that run, so that what comes next has the machine to itself. */
  closeSides(): Promise<void>
  /** A new directory, gone when the bench ends. */
  directory(name: string): string
  /** Say what goes on. */
  tell(text: string): void
}

/** Rows, and anything else for the JSON. */
export interface Measured {
  rows: Row[]
  details?: unknown
}
export type Measure = (stage: Stage) => Promise<Measured>

/** Whether a figure is what it must be; undefined where nothing is asked of it. */
export const reached = ({ value, least, most }: Row): boolean | undefined =>
  least === undefined && most === undefined ? undefined : value >= (least ?? -Infinity) && value <= (most ?? Infinity)
