import { computed, signal } from '@preact/signals'
import type { State } from '../../shared/triage.ts'
import type { Protocol, Queue, SignalRow, Status } from '../messages.ts'
import type { ask as Ask } from '../relay.ts'
import { isFailure } from '../relay.ts'
import type { Act } from '../signal-messages.ts'
import { createChanges } from '../ui/changes.ts'
import type { Toasts } from '../ui/toast.tsx'
import type { Archiving } from '../ui/triage.tsx'
import { emptyList, go, type List, merge, renew, show, step, targets, unpick, without } from './list.ts'
import { createOpened } from './opened.ts'

export type Filter = NonNullable<Protocol['queue'][0]['filter']>

/** Signals per request of a bulk action: between two of them it can be stopped. */
const portion = 20

export type Desk = ReturnType<typeof createDesk>

/** What the popup shows and what can be done in it. State changes only when the background has answered. */
export function createDesk(needs: {
  ask: typeof Ask
  toasts: Toasts
  me: () => string
  /** Why nothing can be triaged now, and why nothing blocked. */
  off: () => string | undefined
  noBlock: () => string | undefined
  reveal(id: string): void
}) {
  const { ask, toasts, me, off, noBlock, reveal } = needs
  const tab = signal<State>('open')
  const filter = signal<Filter>({})
  const list = signal<List>(emptyList)
  const latest = signal<Queue | null>(null)
  const loading = signal(false)
  const failure = signal<string | null>(null)
  /** The rows that the open archive form is about. */
  const archiving = signal<readonly SignalRow[] | null>(null)
  const opened = createOpened(ask)
  let asked = 0

  async function fetch(how: (list: List, queue: Queue) => List) {
    const mine = ++asked
    const answer = await ask('queue', { state: tab.value, ...(Object.keys(filter.value).length > 0 && { filter: filter.value }) })
    // a newer question replaces an older one
    if (mine !== asked) return
    loading.value = false
    failure.value = isFailure(answer) ? answer.error : null
    if (isFailure(answer)) return
    latest.value = answer
    list.value = how(list.value, answer)
  }
  /** Ask for the list and show it as it is. */
  const load = () => fetch(show)
  /** Ask for the list and hold back what would move others. */
  const refresh = () => fetch(merge)
  /** Ask again for whatever is shown. */
  const renewAll = () => Promise.all([refresh(), opened.load()])

  function open(to: State, by: Filter = filter.value) {
    tab.value = to
    filter.value = by
    archiving.value = null
    opened.close()
    list.value = emptyList
    latest.value = latest.value && { ...latest.value, rows: [] }
    loading.value = true
    void load()
  }

  const leaves = (act: Act) => act !== 'assign' && act !== tab.value
  const changes = createChanges({
    ask,
    toasts,
    portion,
    applied(part, { done, failed }, act) {
      opened.renew(done)
      const refused = new Set(failed.map(({ id }) => id))
      const changed = part.filter(({ id }) => !refused.has(id))
      if (leaves(act)) list.value = without(list.value, new Set(changed.map(({ id }) => id)))
      else list.value = renew(list.value, done)
    },
    // what was undone is back in its place
    settled: undone => (undone ? Promise.all([load(), opened.load()]) : void renewAll()),
    // it may have left the list
    reveal: id => (list.value.rows.some(row => row.id === id) ? read(id) : reveal(id)),
  })

  /** Whether it cannot be done now, which is said. */
  function isBarred(why = off(), not = 'Not changed'): boolean {
    if (why !== undefined) toasts.fail(`${not}: ${why}`)
    return why !== undefined
  }
  /** Move rows; what worked can be undone from the toast. */
  async function move(rows: readonly SignalRow[], to: State, choice?: Archiving) {
    // what is typed in the form stays
    if (isBarred()) return
    archiving.value = null
    const { done } = await changes.move(rows, to, choice)
    if (done.length > 0) list.value = unpick(list.value)
  }

  /** Assign rows to me, or to nobody where all of them are mine already. */
  async function assign(rows: readonly SignalRow[]) {
    if (!isBarred()) await changes.toggleMine(rows, me())
  }

  /** Read the current row, or the one that is named. */
  function read(id = list.value.current) {
    const row = list.value.rows.find(row => row.id === id)
    if (!row) return
    archiving.value = null
    list.value = go(list.value, row.id)
    opened.open(row)
  }
  /** What blocks whom a signal comes from, in a window of our own. */
  async function block(row = about()[0]) {
    if (!row || isBarred(noBlock(), 'Not blocked')) return
    const known = opened.about.value
    const values = known && opened.row.value?.id === row.id ? known.addresses.map(({ value }) => value) : row.ip === null ? [] : [row.ip]
    if (values.length === 0) return toasts.fail('Not blocked: it names no address')
    const answer = await ask('openBlock', { targets: values.slice(0, 100).map(value => ({ kind: 'ip', value })), signal: row.id })
    if (isFailure(answer)) toasts.fail(`Not opened: ${answer.error}`)
  }
  const about = () => (opened.row.value ? [opened.row.value] : targets(list.value))

  return {
    opened,
    read,
    block,
    noBlock,
    /** Read the next signal, or with -1 the one before. */
    readNext(by: 1 | -1) {
      // what was moved away has left its place to the next one
      if (list.value.current === opened.row.value?.id) list.value = step(list.value, by)
      read()
    },
    /** Signals changed on the daemon. */
    heard(ids: readonly string[]) {
      if (ids.length > 0) void refresh()
      if (opened.row.value && ids.includes(opened.row.value.id)) void opened.load()
    },
    tab,
    filter,
    list,
    loading,
    failure,
    busy: changes.busy,
    archiving,
    counts: computed(() => latest.value?.counts ?? null),
    /** When the list was true, ms UTC; null where there is none. */
    at: computed(() => (failure.value === null ? (latest.value?.at ?? null) : null)),
    load,
    refresh,
    open,
    move,
    assign,
    /** Show what waited. */
    showNew: () => load(),
    /** Open the archive form for these rows, or for what is read, picked or current; close it if it is open. */
    askWhy(asked: readonly SignalRow[] = about()) {
      const rows = asked.filter(row => !row.locked && row.state !== 'archived')
      if (archiving.value) archiving.value = null
      else if (rows.length > 0 && !isBarred()) archiving.value = rows
    },
    targets: about,
  }
}

/** Whether something can be done: only while live, never on a list from before. */
export const isLive = (status: Status | null): boolean => status?.connection.state === 'live'

/** The row that the archive form stands in: the current one, if it is about that alone. What is picked has its form in the bar. */
export function formIn({ archiving, list, opened }: Pick<Desk, 'archiving' | 'list' | 'opened'>): string | undefined {
  const rows = opened.row.value ? null : archiving.value
  return rows?.length === 1 && rows[0]!.id === list.value.current ? rows[0]!.id : undefined
}
