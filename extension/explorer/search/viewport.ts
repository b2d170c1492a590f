import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks'
import { settings } from '../../ui/live.ts'
import { painted } from '../../ui/painted.ts'

/** px, as the setting and the kind of pointer have it. */
export function useRowHeight(): number {
  const { rowHeight } = settings.value
  // asked for while nothing is drawn yet: later the browser would have to lay out for it what is still being drawn
  return useMemo(() => Number.parseInt(getComputedStyle(document.documentElement).getPropertyValue('--h-row'), 10) || 36, [rowHeight])
}

/** What a row takes more where it has two lines, px. */
export const secondLine = 20
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
/** What at least stands above a list before it is measured, px. */
const above = 160

/**
 * Which rows of a scrolling list of rows of one height are in sight, spare ones included when there is time: those in sight come first. Another
 * `list` begins at its top. What is measured is kept, since to ask the browser while something is drawn makes it lay out at once.
 */
export function useViewport(scroll: RefObject<HTMLElement | null>, height: number, head: number, list: unknown) {
  const now = useRef({ list, top: 0, room: innerHeight - above, goesUp: false }).current
  const drawn = useRef('')
  const settled = useRef<unknown>(undefined)
  const [, draw] = useReducer((drawn: number) => drawn + 1, 0)
  if (now.list !== list) Object.assign(now, { list, top: 0, goesUp: now.top > 0 })
  const inSight = (step: number): [first: number, last: number] => [
    Math.floor(now.top / height / step) * step,
    Math.ceil((now.top + now.room - head) / height / step) * step,
  ]
  const look = () => {
    // a list that is gone may be told of its size once more
    if (!scroll.current) return
    now.top = scroll.current.scrollTop
    if (String(inSight(step)) !== drawn.current) draw(0)
  }
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      now.room = entry!.contentRect.height
      look()
    })
    observer.observe(scroll.current!)
    return () => observer.disconnect()
  }, [height])
  useEffect(() => {
    let gone = false
    void painted().then(() => {
      if (gone) return
      settled.current = list
      draw(0)
    })
    return () => {
      gone = true
    }
  }, [list])
  useLayoutEffect(() => {
    if (now.goesUp) scroll.current!.scrollTop = 0
    now.goesUp = false
  }, [list])
  const bring = (index: number) => {
    const view = scroll.current
    if (!view) return
    const top = index * height
    const room = view.clientHeight - head
    if (top < view.scrollTop) view.scrollTop = top
    else if (top + height > view.scrollTop + room) view.scrollTop = top + height - room
    look()
  }
  const [first, last] = inSight(step)
  drawn.current = String([first, last])
  const page = Math.max(1, last - first - step)
  if (settled.current === list) return { first: Math.max(0, first - spare), last: last + spare, page, look, bring }
  const [top, bottom] = inSight(1)
  return { first: top, last: bottom, page, look, bring }
}
