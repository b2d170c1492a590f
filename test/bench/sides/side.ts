import type { Refresh } from '../queries.ts'
import { logAt, type MadeLog } from '../workload.ts'

/** What a refresh shows: `rows` are the trace ids of the newest logs, in order; facets hold their most frequent values, histogram every bucket. */
export interface Answer {
  total: number
  rows: string[]
  facets: Record<string, { value: string; count: number }[]>
  histogram: number[]
}

/** One of those that are measured, on a directory of its own. */
export interface Side {
  version: string
  /** Take in `count` logs in batches, each durable before the next, and make ready for queries. */
  load(count: number): Promise<Loaded>
  refresh(refresh: Refresh): Promise<Answer>
  close(): Promise<void>
}

export interface Loaded {
  /** Spent on taking in, the making of the logs left out, and on what is made of them afterwards. */
  ingestMs: number
  afterwardsMs: number
}

/** Logs that are acknowledged together. */
export const batchSize = 500

/** Values compared of a facet. */
export const comparedValues = 10

/** Hand over the workload as it would come in, in JSON lines, one batch after the other; the ms that `take` needed for all. */
export async function feed(count: number, take: (lines: string[], first: number) => Promise<void> | void): Promise<number> {
  let spent = 0
  for (let first = 0; first < count; first += batchSize) {
    const lines = Array.from({ length: Math.min(batchSize, count - first) }, (_, i) => lineAt(first + i, count))
    const start = performance.now()
    await take(lines, first)
    spent += performance.now() - start
  }
  return spent
}

/** A log as intake hands it on. */
export function lineAt(i: number, count: number): string {
  const { seq: _, ...log } = logAt(i, count)
  return JSON.stringify({ ...log, received: Date.now() })
}

export const readLine = (line: string): MadeLog => JSON.parse(line) as MadeLog
export const traceOf = (line: string): string => String(readLine(line).attributes['trace_id'])

/** ms in a bucket of a refresh's histogram. */
export const bucketWidth = ({ from, to }: Refresh, buckets: number): number => Math.ceil((to - from + 1) / buckets)
