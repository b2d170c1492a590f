import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useState } from 'preact/hooks'
import { settings } from '../../ui/live.ts'

/** px, as the setting and the kind of pointer have it. */
export function useRowHeight(): number {
  const { rowHeight } = settings.value
  const [height, setHeight] = useState(36)
  useLayoutEffect(() => {
    setHeight(Number.parseInt(getComputedStyle(document.documentElement).getPropertyValue('--h-row'), 10) || 36)
  }, [rowHeight])
  return height
}

/** Less than this is one column wide. */
const narrow = '(width < 640px)'

export function useNarrow(): boolean {
  const [is, setIs] = useState(() => matchMedia(narrow).matches)
  useEffect(() => {
    const query = matchMedia(narrow)
    const look = () => setIs(query.matches)
    query.addEventListener('change', look)
    return () => query.removeEventListener('change', look)
  }, [])
  return is
}

/** Rows drawn above and below what is seen, and how many come at a time: a step of the wheel does not draw anew. */
const spare = 12
const step = 6

/** Which rows of a scrolling list of rows of one height are in sight, spare ones included. */
export function useViewport(scroll: RefObject<HTMLElement | null>, height: number, head: number) {
  const [seen, setSeen] = useState<[first: number, last: number]>([0, 40])
  const look = () => {
    const view = scroll.current
    // a list that is gone may be told of its size once more
    if (!view) return
    const first = Math.floor(view.scrollTop / height / step) * step
    const last = Math.ceil((view.scrollTop + view.clientHeight - head) / height / step) * step
    setSeen(before => (before[0] === first && before[1] === last ? before : [first, last]))
  }
  useEffect(() => {
    const observer = new ResizeObserver(look)
    observer.observe(scroll.current!)
    return () => observer.disconnect()
  }, [height])
  const bring = (index: number) => {
    const view = scroll.current
    if (!view) return
    const top = index * height
    const room = view.clientHeight - head
    if (top < view.scrollTop) view.scrollTop = top
    else if (top + height > view.scrollTop + room) view.scrollTop = top + height - room
    look()
  }
  return { first: Math.max(0, seen[0] - spare), last: seen[1] + spare, page: Math.max(1, seen[1] - seen[0] - step), look, bring }
}
