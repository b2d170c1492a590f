import { computed, signal } from '@preact/signals'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import type { Problem } from '../../messages.ts'
import { QueryText } from '../../ui/query-text.tsx'
import { createLoad } from '../load.ts'
import { faultOf } from '../search/fault.ts'
import { QueryBar } from '../search/query-bar.tsx'
import type { QueryField } from '../search/types.ts'

export type RestrictedTrack = 'signals' | 'logs'
const nouns: Record<RestrictedTrack, string> = { signals: 'signals', logs: 'logs' }
/** How long nobody types before it is counted, ms. */
const pause = 300

/** How much a query leaves, of how much: what whoever asks may see themselves. */
export function createLeft(track: RestrictedTrack) {
  const some = createLoad('search')
  const all = createLoad('search')
  /** The query that `some` is the answer to. */
  const counted = signal<string | undefined>(undefined)
  return {
    counted,
    some,
    all,
    async load(query: string): Promise<void> {
      const asked = { track, from: 0, to: Date.now(), limit: 0 }
      counted.value = undefined
      const whole = all.load({ ...asked, query: '' })
      await some.load({ ...asked, query })
      await whole
      counted.value = query
    },
  }
}

/** What who has a role sees of a track: the query, its errors where they are, and how much it leaves. */
export function Restriction(props: {
  track: RestrictedTrack
  query: string
  /** What the daemon says is wrong with it. */
  problem: Problem | undefined
  off: string | undefined
  onQuery(query: string): void
  /** Whether it may be saved: it can be read, and was counted. */
  onReady(isReady: boolean): void
}) {
  const { track, query, problem, off, onQuery, onReady } = props
  const input = useRef<HTMLInputElement>(null)
  const left = useMemo(() => createLeft(track), [track])
  const latest = useRef(onQuery)
  latest.current = onQuery
  const text = useMemo(() => signal(query), [])
  const refused = useMemo(() => signal<Problem | undefined>(undefined), [])
  // who starts over, or undoes, changes it from outside
  useLayoutEffect(() => {
    text.value = query
    refused.value = problem
  }, [query, problem])
  const field = useMemo<QueryField>(() => {
    const fault = computed(() => {
      const said = refused.value
      return faultOf(text.value) ?? (said ? { message: said.message, at: said.at ?? [0, text.value.length] } : undefined)
    })
    // the completion counts over the time that the restriction counts over: all of it
    const found = computed(() => ({ span: { from: 0, to: Date.now() } }))
    const setQuery = (wanted: string) => {
      text.value = wanted
      latest.current(wanted)
    }
    return { track, text, fault, found, setQuery }
  }, [])
  const wrong = faultOf(query) !== undefined
  useEffect(() => {
    if (wrong || query.trim() === '') return
    const timer = setTimeout(() => void left.load(query), pause)
    return () => clearTimeout(timer)
  }, [query, wrong])
  const isReady = !wrong && (query.trim() === '' || left.counted.value === query)
  useEffect(() => onReady(isReady), [isReady])
  const name = `Which ${nouns[track]} it shows`
  if (off !== undefined)
    return (
      <div class="labelled">
        <span class="eyebrow">{name}</span>
        {query === '' ? <p>All</p> : <QueryText text={query} />}
        <Left track={track} query={query} left={left} />
      </div>
    )
  // Enter ends the query, not the form
  return (
    <div
      class="labelled restriction"
      onKeyDown={event => event.key === 'Enter' && event.target === input.current && event.preventDefault()}
    >
      <span class="eyebrow">{name}</span>
      <QueryBar
        surface={field}
        input={input}
        label={`${name}: a query`}
        placeholder="Empty: all of them"
        kept="It is not saved before it can be read."
      />
      <Left track={track} query={query} left={left} />
    </div>
  )
}

function Left({ track, query, left }: { track: RestrictedTrack; query: string; left: ReturnType<typeof createLeft> }) {
  const noun = nouns[track]
  const [some, all] = [left.some.value.value?.total, left.all.value.value?.total]
  const failure = left.some.failure.value ?? left.all.failure.value
  const isCounted = left.counted.value === query
  const says =
    query.trim() === ''
      ? `Who has this role sees all ${noun}.`
      : faultOf(query)
        ? 'It is counted once it can be read.'
        : !isCounted
          ? `Counting the ${noun} it leaves…`
          : failure
            ? `How many ${noun} it leaves is not known: ${failure.error}`
            : some !== undefined && all !== undefined
              ? `Leaves ${some.toLocaleString('en')} of the ${all.toLocaleString('en')} ${noun} that you see.`
              : ''
  return (
    <p class={isCounted && some === 0 && query !== '' ? 'so-so' : 'weak'} role="status">
      {says}
      {isCounted && some === 0 && !failure && query !== '' && ' Nobody with this role alone would see any.'}
    </p>
  )
}
