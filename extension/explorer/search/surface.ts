import { batch, computed, effect, signal } from '@preact/signals'
import type { Failure } from '../../messages.ts'
import { ask, isFailure } from '../../relay.ts'
import type { Found, FoundRow, Page, SearchAsked } from '../../search-messages.ts'
import type { Selection } from '../../signal-messages.ts'
import { status } from '../../ui/live.ts'
import { painted } from '../../ui/painted.ts'
import { place, show } from '../place.ts'
import { toasts } from '../surface.ts'
import { readColumns } from './column.tsx'
import { nameView, takeEarly } from './early.ts'
import { faultOf } from './fault.ts'
import { countsOf, facetsOf, firstPage, keyOf, rangeOf, sortOf, type Wanted, wordsOf } from './first-page.ts'
import type { Over } from './over.tsx'
import { label, type Range, resolve, type Span } from './range.ts'
import { createRows } from './rows.ts'
import { narrow } from './tree.ts'
import type { Column, Defaults, Fault, Surface } from './types.ts'

/** The status of a search that somebody ended. */
const stopped = 499
/** Between two searches while somebody types, ms. */
const pace = 40
/** What else is asked waits for the rows no longer than this, ms. */
const patience = 200
/** Between two counts of a list whose rows change, ms. */
const countsAgain = 1_000
/** After this a search is tried again that the daemon had no time for, ms. */
const again = 2_000

/** One search of a track: what is asked stands in the URL, the answer here. */
export function createSurface(section: string, all: readonly Column[], defaults: Defaults): Surface {
  const { track } = defaults
  let early = takeEarly(section)
  const view = early?.view ?? nameView(section)
  // another section's words do not reach this one while it goes
  let words: Readonly<Record<string, string>> = {}
  const asked = computed(() => (place.value.section === section ? (words = place.value.with) : words))
  const query = computed(() => asked.value['query'] ?? '')
  // what is made of a part of the URL stays the same while another part changes, so that nothing is drawn anew for it
  const part = (name: string) => computed(() => asked.value[name])
  const [from, to, columnsText, facetsText] = [part('from'), part('to'), part('columns'), part('facets')]
  const range = computed(() => rangeOf(from.value, to.value, defaults))
  const sort = computed(() => sortOf(asked.value['sort'], defaults))
  const columns = computed(() => readColumns(columnsText.value, all, defaults.columns))
  const facets = computed(() => facetsOf(facetsText.value, defaults))
  const facetsChanged = computed(() => facetsText.value !== undefined)

  const text = signal(query.peek())
  const refused = signal<(Fault & { query: string }) | undefined>(undefined)
  const fault = computed(() => faultOf(text.value) ?? (refused.value?.query === text.value ? refused.value : undefined))
  const found = signal<(Found & { span: Span; at: number }) | null>(null)
  const counted = signal(found.peek())
  const failure = signal<Failure | null>(null)
  const loading = signal(false)
  const current = signal<string | undefined>(undefined)
  const selected = signal<ReadonlyMap<string, FoundRow>>(new Map())
  const whole = signal<Selection | null>(null)
  const over = signal<Over | undefined>(undefined)

  const fetch = async (more: Partial<SearchAsked> & Page): Promise<Found | undefined> => {
    const span = found.value?.span
    if (!span) return undefined
    const answer = await ask('search', { track, query: answered, ...span, ...more })
    if (!isFailure(answer)) return answer
    failure.value = answer
    return undefined
  }
  const rows = createRows(fetch)
  /** The query that the rows are the answer to. */
  let answered = ''
  let asks = 0
  let last = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let counting: ReturnType<typeof setTimeout> | undefined

  const wanted = computed<Wanted>(() => ({ query: query.value, range: range.value, sort: sort.value, facets: facets.value }))
  const key = computed(() => keyOf(wanted.value))

  async function run(): Promise<void> {
    clearTimeout(timer)
    const mine = ++asks
    const first = early?.key === key.peek() ? early : undefined
    early = undefined
    const now = first?.at ?? Date.now()
    last = Date.now()
    const mineWanted = wanted.peek()
    const { query: mineQuery, sort: mineSort } = mineWanted
    let span: Span
    try {
      span = first?.span ?? resolve(mineWanted.range, now)
    } catch (error) {
      failure.value = { error: (error as Error).message, status: 400 }
      loading.value = false
      return
    }
    if (faultOf(mineQuery)) {
      text.value = mineQuery
      loading.value = false
      return
    }
    loading.value = true
    // all time begins with the first of them: a histogram since 1970 shows nothing
    if (span.from === 0) span = { ...span, from: (await oldest(mineQuery, span)) ?? 0 }
    if (mine !== asks) return
    const answer = await (first?.answer ?? ask('search', firstPage(track, mineWanted, span, view)))
    if (mine !== asks) return
    // an older search reached the daemon after this one; what failed early may have been too early
    if (isFailure(answer) && (first || answer.status === 409)) return run()
    batch(() => {
      loading.value = false
      failure.value = isFailure(answer) ? answer : null
      if (isFailure(answer)) {
        // too much at once, or just started
        if (answer.status === 429) timer = setTimeout(run, again)
        const [problem] = answer.problems?.filter(({ at }) => at) ?? []
        if (problem) refused.value = { query: mineQuery, message: problem.message, at: problem.at! }
        return
      }
      answered = mineQuery
      found.value = { ...answer, span, at: now }
      rows.reset(answer, { sort: mineSort })
    })
    if (counted.peek()?.at !== found.peek()?.at) void count()
  }
  /** Count what stands beside the rows. What is counted of them first waits for them to be drawn, and ends with the next search. */
  async function count(): Promise<void> {
    const shown = found.peek()
    if (!shown || loading.peek()) return
    const mine = asks
    const isOver = () => mine !== asks || found.peek() !== shown
    const { span, at } = shown
    const isFirst = counted.peek()?.at !== at
    // while somebody types, the next key may come before it is asked at all
    if (isFirst && counted.peek()) await painted()
    if (isOver()) return
    const asked = countsOf(track, { ...wanted.peek(), query: answered }, span)
    const [answer] = await Promise.all([ask('search', { ...asked, ...(isFirst && { view }) }), isFirst && painted()])
    if (isOver()) return
    if (isFailure(answer)) {
      if (isFirst) failure.value = answer
      return
    }
    counted.value = { ...answer, rows: shown.rows, span, at }
    if (isFirst) rows.chart(answer.histogram, span)
  }
  async function oldest(query: string, span: Span): Promise<number | undefined> {
    const answer = await ask('search', { track, query, ...span, limit: 1, sort: 'timestamp' })
    return isFailure(answer) ? undefined : answer.rows[0]?.doc.timestamp
  }
  /** Soon, and of several wishes the last. */
  function later(): void {
    clearTimeout(timer)
    loading.value = true
    const rest = last + pace - Date.now()
    // as a timer it would have to wait for the key to be drawn
    if (rest <= 0) queueMicrotask(run)
    else timer = setTimeout(run, rest)
  }

  const stopFollowing = [
    // the daemon is back
    effect(() => {
      const isLive = status.value?.connection.state === 'live'
      if (isLive && failure.peek()?.status === 0) later()
    }),
    effect(() => {
      void key.value
      later()
    }),
    // a link, the back button or a press on a value changes the query: the bar follows
    effect(() => {
      text.value = query.value
    }),
  ]

  function setQuery(wanted: string): void {
    text.value = wanted
    if (!faultOf(wanted)) show({ query: wanted })
  }

  return {
    track,
    text,
    fault,
    query,
    range,
    sort,
    columns,
    facets,
    facetsChanged,
    found,
    counted,
    failure,
    loading,
    rows,
    current,
    selected,
    whole,
    over,
    setQuery,
    setRange: range => show(wordsOf(range, defaults), true),
    narrow(path, value, mode) {
      // what was typed would be lost
      if (fault.peek()) return toasts.fail('Mend the query first: what is underlined in it cannot be read.')
      setQuery(narrow(query.peek(), path, value, mode))
    },
    async settled() {
      await new Promise<void>(resolve => {
        const late = setTimeout(resolve, patience)
        const stop = effect(() => {
          if (loading.value) return
          clearTimeout(late)
          resolve()
        })
        setTimeout(stop, patience)
      })
      await painted()
    },
    refresh: run,
    async stop() {
      asks++
      loading.value = false
      failure.value = { error: 'Stopped. The list still shows the last answer.', status: stopped }
      // a search of nothing in the same view ends the one that is under way
      await ask('search', { track, query: '', from: 0, to: 0, limit: 0, view })
    },
    async renew(ids) {
      const known = rows.known(ids).slice(0, 200)
      if (known.length === 0) return
      const answer = await ask('foundRows', { track, ids: known })
      if (!isFailure(answer)) rows.renew(answer.rows)
    },
    recount() {
      counting ??= setTimeout(() => {
        counting = undefined
        void count()
      }, countsAgain)
    },
    dispose() {
      clearTimeout(timer)
      clearTimeout(counting)
      asks++
      for (const stop of stopFollowing) stop()
    },
  }
}
/** `in the last 24 hours`, for sentences. */
export const inWords = (range: Range): string => {
  const words = label(range)
  return /^Last/.test(words) ? `in the ${words.charAt(0).toLowerCase()}${words.slice(1)}` : words === 'All time' ? 'of all time' : words
}
