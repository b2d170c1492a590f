import { effect, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { ask, isFailure, onPush } from '../../relay.ts'
import { status } from '../../ui/live.ts'
import type { Surface } from './types.ts'

/**
 * How often it is asked whether there are more logs or audit events, while somebody looks: ms. Signals are told of by the stream. A live tail of
 * logs would send each of them, thousands a second, to count what one search without rows counts in a few ms.
 */
const pace = 5_000
/** Changes that come so soon after one are followed together: ms. */
const pause = 250

/** How many have come since the list was made. They wait until somebody asks for them; rows that changed are renewed in their places. */
export function useNews(surface: Surface): number {
  const news = useSignal(0)
  const found = surface.found.value
  useEffect(() => {
    news.value = 0
  }, [found])
  useEffect(() => {
    let asking = false
    const changed = new Set<string>()
    let timer: ReturnType<typeof setTimeout> | undefined
    async function look() {
      const span = surface.found.peek()?.span
      const isLive = status.peek()?.connection.state === 'live'
      if (asking || !span || !isLive || document.hidden || surface.range.peek().to !== 'now') return
      asking = true
      const asked = {
        track: surface.track,
        query: surface.query.peek(),
        from: span.to + 1,
        to: Math.max(span.to + 1, Date.now()),
        limit: 0,
      }
      const answer = await ask('search', asked)
      asking = false
      if (!isFailure(answer) && surface.found.peek()?.span === span) news.value = answer.total
    }
    const stop = onPush(push => {
      if (push.type !== 'changed' || surface.track !== 'signals') return
      for (const id of push.ids) changed.add(id)
      // those of a storm that does not end are followed, too
      timer ??= setTimeout(() => {
        timer = undefined
        void look()
        void surface.renew([...changed])
        surface.recount()
        changed.clear()
      }, pause)
    })
    // nobody tells what happened while the daemon was away
    let wasAway = false
    const stopWatching = effect(() => {
      // not known yet is not away: the list is as new as the page
      if (!status.value) return
      const isLive = status.value.connection.state === 'live'
      if (isLive && wasAway) {
        void look()
        void surface.renew(surface.rows.all().map(({ id }) => id))
        surface.recount()
      }
      wasAway = !isLive
    })
    const clock = surface.track === 'signals' ? undefined : setInterval(look, pace)
    document.addEventListener('visibilitychange', look)
    return () => {
      stop()
      stopWatching()
      clearInterval(clock)
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [])
  return news.value
}
