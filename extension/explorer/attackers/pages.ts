import { type Signal, signal } from '@preact/signals'
import type { AttackerProtocol, Page } from '../../attacker-messages.ts'
import { attackerPages } from '../../attacker-messages.ts'
import type { Failure } from '../../messages.ts'
import { ask, isFailure } from '../../relay.ts'

type Lists = 'attackers' | 'attackerGroups' | 'compromisedUsers'
type Row<T extends Lists> = AttackerProtocol[T][1]['rows'][number]
type Asked<T extends Lists> = Omit<AttackerProtocol[T][0], 'offset' | 'size' | 'list'>

/** A list of which those pages are there that somebody has looked at; what is not there yet is a gap. */
export interface Listed<R> extends Omit<Page<R>, 'rows'> {
  rows: readonly (R | undefined)[]
}

/** A list that may be thousands long, asked for page by page as it is scrolled. The latest question wins. */
export function createPages<T extends Lists>(type: T) {
  const value: Signal<Listed<Row<T>> | null> = signal(null)
  const failure = signal<Failure | null>(null)
  const loading = signal(false)
  const pending = new Set<number>()
  let question: Asked<T> | undefined
  let asked = 0

  const askFor = (page: number, list?: string) => {
    const request = { ...question, offset: page * attackerPages, size: attackerPages, ...(list && { list }) }
    return ask(type, request as never) as Promise<Page<Row<T>> | Failure>
  }
  /** The same question again where none is given. */
  async function load(next?: Asked<T>): Promise<void> {
    question = next ?? question
    if (!question) return
    const mine = ++asked
    pending.clear()
    loading.value = true
    const answer = await askFor(0)
    if (mine !== asked) return
    loading.value = false
    failure.value = isFailure(answer) ? answer : null
    if (!isFailure(answer)) value.value = { ...answer, rows: Array.from({ length: answer.total }, (_, i) => answer.rows[i]) }
  }
  /** Rows from one to before another are looked at. */
  function want(from: number, to: number): void {
    const now = value.peek()
    if (!now || now.list === '') return
    for (let page = Math.floor(from / attackerPages); page * attackerPages < Math.min(to, now.total); page++)
      if (now.rows[page * attackerPages] === undefined && !pending.has(page)) void fetchPage(page, now.list)
  }
  async function fetchPage(page: number, list: string): Promise<void> {
    const mine = asked
    pending.add(page)
    const answer = await askFor(page, list)
    if (mine !== asked) return
    pending.delete(page)
    const now = value.peek()
    if (isFailure(answer)) failure.value = answer
    else if (now) {
      const rows = [...now.rows]
      for (const [i, row] of answer.rows.entries()) rows[page * attackerPages + i] = row as Row<T>
      value.value = { ...now, rows }
    }
  }
  return { value, failure, loading, load, want }
}
