import { TriangleAlert } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { ask, isFailure, onPush } from '../relay.ts'
import type { SilentRow } from '../respond-messages.ts'
import { Icon } from './icon.tsx'
import { Ago } from './time.tsx'

/** Nobody tells of what does not happen: between two looks, ms. */
const pace = 15_000

/** Enforcers that have missed their turns, as far as whoever sits here may know. */
function useSilent(live: boolean): readonly SilentRow[] {
  const [rows, setRows] = useState<readonly SilentRow[]>([])
  useEffect(() => {
    if (!live) return
    const look = async () => {
      if (document.visibilityState !== 'visible') return
      const answer = await ask('silentEnforcers', {})
      if (!isFailure(answer)) setRows(answer.rows)
    }
    void look()
    const timer = setInterval(look, pace)
    const stop = onPush(push => push.type === 'blockNews' && void look())
    return () => {
      clearInterval(timer)
      stop()
    }
  }, [live])
  return rows
}

/** Says that enforcers are silent, and since when: what is on the denylist may not be kept out there, and what was lifted may be. */
export function SilentEnforcers({ live, href, newTab = false }: { live: boolean; href: string; newTab?: boolean }) {
  const rows = useSilent(live)
  const [first, ...more] = rows
  if (!first || !live) return null
  return (
    <div class="notice medium silent" role="status">
      <Icon of={TriangleAlert} />
      <span>
        <strong>{more.length === 0 ? `Silent enforcer: ${first.name}` : `${rows.length} silent enforcers`}</strong>{' '}
        {more.length > 0 ? (
          rows.map(({ name }) => name).join(', ')
        ) : first.lastPull === null ? (
          'has never asked for the denylist.'
        ) : (
          <>
            last asked <Ago time={first.lastPull} sentence />.
          </>
        )}{' '}
        <a href={href} {...(newTab && { target: '_blank', rel: 'noopener' })}>
          Enforcers
        </a>
      </span>
    </div>
  )
}
