import { CircleAlert, LoaderCircle, Pause, RefreshCw } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Words } from '../../ui/words.tsx'
import { Skeleton } from '../states.tsx'
import { useNews } from './news.ts'
import { inWords } from './surface.ts'
import type { Surface } from './types.ts'

/** After so long a search shows that it is still going, and can be stopped: ms. */
const long = 1_000

/** Whether something has lasted so long already. */
export function useLate(going: boolean, ms: number): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    setLate(false)
    if (!going) return
    const timer = setTimeout(() => setLate(true), ms)
    return () => clearTimeout(timer)
  }, [going])
  return going && late
}

export function Busy({ surface }: { surface: Surface }) {
  const late = useLate(surface.loading.value, long)
  return (
    <span role="status" class="row">
      {late && (
        <>
          <Icon of={LoaderCircle} small />
          <span class="dim">Searching</span>
          <progress aria-label="Searching" />
          <Button small onClick={() => void surface.stop()}>
            Stop
          </Button>
        </>
      )}
    </span>
  )
}

/** What came and what went since: it waits here and moves nothing. Selecting pauses it. */
export function News({ surface }: { surface: Surface }) {
  const news = useNews(surface)
  const paused = surface.selected.value.size > 0
  const { found, counted } = surface
  const gone = counted.value?.at === found.value?.at ? Math.max(0, (found.value?.total ?? 0) - (counted.value?.total ?? 0)) : 0
  const words = [
    ...(news > 0 ? [`${news.toLocaleString('en')} new`] : []),
    ...(gone > 0 ? [`${gone.toLocaleString('en')} no longer ${gone === 1 ? 'matches' : 'match'}`] : []),
  ].join(', ')
  return (
    <span role="status">
      {(words !== '' || paused) && (
        <button type="button" class="btn small news" onClick={() => void surface.refresh()}>
          <Icon of={paused ? Pause : RefreshCw} small />
          {paused ? `Live paused${words === '' ? '' : `, ${words}`}` : words}
        </button>
      )}
    </span>
  )
}

/** What to do about a refusal, by its status. */
const advice: Record<number, string> = {
  504: 'This search took too long. Narrow the time, or add a field such as `service:` to the query.',
}

/** Why the list is not the answer to what is asked now. */
export function Lost({ surface }: { surface: Surface }) {
  const failure = surface.failure.value
  // the query bar says it where it is wrong
  if (!failure || surface.fault.value) return null
  return (
    <p class="notice critical lost" role="alert">
      <Icon of={CircleAlert} />
      <span>
        <Words text={advice[failure.status] ?? failure.error} />
        {surface.found.value && advice[failure.status] && <span class="weak"> The list still shows the last answer.</span>}
      </span>
      <Button small onClick={() => void surface.refresh()}>
        Try again
      </Button>
    </p>
  )
}

/** Instead of rows: that they are on their way, or that there are none and what to do. */
export function Blank({ surface, noun, nothing }: { surface: Surface; noun: string; nothing: string }) {
  const found = surface.found.value
  if (!found && surface.fault.value)
    return (
      <div class="middle">
        <h2>This query cannot be read</h2>
        <p class="dim">Mend what is underlined above, or begin anew.</p>
        <Button onClick={() => surface.setQuery('')}>Clear the query</Button>
      </div>
    )
  if (!found) return surface.loading.value ? <Skeleton /> : null
  if (found.total > 0) return null
  const query = surface.query.value
  return (
    <div class="middle">
      <h2>{query === '' ? `No ${noun} ${inWords(surface.range.value)}` : `No ${noun} match`}</h2>
      <p class="dim">
        <Words text={query === '' ? nothing : 'Widen the time, or take something out of the query.'} />
      </p>
      <div class="row">
        {query !== '' && <Button onClick={() => surface.setQuery('')}>Clear the query</Button>}
        {surface.range.value.from !== '0' && <Button onClick={() => surface.setRange({ from: '0', to: 'now' })}>Search all time</Button>}
      </div>
    </div>
  )
}
