import { type Signal, signal } from '@preact/signals'
import type { Failure } from '../messages.ts'
import { isFailure } from '../relay.ts'

interface Paged {
  rows: readonly { id: string }[]
  total: number
}
/** A list of which those pages are there that somebody has looked at; what is not there yet is a gap. */
export type Listed<P extends Paged> = Omit<P, 'rows'> & { rows: readonly (P['rows'][number] | undefined)[] }

/**
 * A list that may be thousands long, asked for page by page as it is scrolled; `ask` is told what is known so far, which is nothing where a new
 * list begins. The latest question wins.
 */
export function createPages<Q extends object, P extends Paged>(
  size: number,
  ask: (question: Q, page: number, known: Listed<P> | null) => Promise<P | Failure>,
) {
  type Row = P['rows'][number]
  const value: Signal<Listed<P> | null> = signal(null)
  const failure = signal<Failure | null>(null)
  const loading = signal(false)
  /** Pages that are on their way, and those that are as they were when they were last asked for. */
  const pending = new Set<number>()
  const fresh = new Set<number>()
  let sight: [from: number, to: number] = [0, size]
  let question: Q | undefined
  let asked = 0

  /** The same question again where none is given. */
  async function load(next?: Q): Promise<void> {
    question = next ?? question
    if (!question) return
    const mine = ++asked
    pending.clear()
    loading.value = true
    const answer = await ask(question, 0, null)
    if (mine !== asked) return
    loading.value = false
    failure.value = isFailure(answer) ? answer : null
    if (isFailure(answer)) return
    fresh.clear()
    fresh.add(0)
    value.value = { ...answer, rows: Array.from({ length: answer.total }, (_, i) => answer.rows[i]) }
  }
  /** Rows from one to before another are looked at. */
  function want(from: number, to: number): void {
    sight = [from, to]
    const now = value.peek()
    if (!now) return
    for (let page = Math.floor(from / size); page * size < Math.min(to, now.total); page++)
      if (!fresh.has(page) && !pending.has(page)) void fetchPage(page)
  }
  /** Ask again for what is looked at, and for the rest when it is; what was there stays until then. */
  function refresh(): void {
    fresh.clear()
    if (value.peek()?.total) want(...sight)
    else if (!loading.peek()) void load()
  }
  async function fetchPage(page: number): Promise<void> {
    const mine = asked
    pending.add(page)
    const answer = await ask(question!, page, value.peek())
    if (mine !== asked) return
    pending.delete(page)
    const now = value.peek()
    failure.value = isFailure(answer) ? answer : null
    if (isFailure(answer) || !now) return
    fresh.add(page)
    const ids = new Set(answer.rows.map(({ id }) => id))
    const rows: (Row | undefined)[] = Array.from({ length: answer.total }, (_, i) => {
      const row = now.rows[i]
      if (!row || !ids.has(row.id) || Math.floor(i / size) === page) return row
      // it has moved here: what is in its place now is not known
      fresh.delete(Math.floor(i / size))
      return undefined
    })
    for (const [i, row] of answer.rows.entries()) rows[page * size + i] = row
    value.value = { ...answer, rows }
  }
  return { value, failure, loading, load, want, refresh }
}
