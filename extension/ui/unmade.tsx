import { TriangleAlert } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { ask, isFailure, onPush } from '../relay.ts'
import type { Unmade } from '../signal-messages.ts'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'
import { Ago } from './time.tsx'
import { not } from './triage-words.ts'
import { Visible } from './visible.tsx'

/** What was kept while the daemon was away and refused later, when nobody waited for it: until somebody has seen it, here or elsewhere. */
export function UnmadeChanges({ href, newTab = false }: { href(id: string): string; newTab?: boolean }) {
  const [rows, setRows] = useState<readonly Unmade[]>([])
  useEffect(() => {
    const stop = onPush(push => push.type === 'unmade' && setRows(push.rows))
    void ask('unmade', {}).then(answer => isFailure(answer) || setRows(answer.rows))
    return stop
  }, [])
  const last = rows.at(-1)
  if (!last) return null
  const count = rows.length === 1 ? 'A change was' : `${rows.length.toLocaleString('en')} changes were`
  return (
    <div class="notice medium unmade" role="alert">
      <Icon of={TriangleAlert} />
      <div>
        <strong>{count} kept while the daemon was away, and could not be made.</strong>
        <ul>
          {rows.map(({ id, title, act, why, at }) => (
            <li key={`${id} ${act} ${at}`}>
              {not[act]}:{' '}
              <a href={href(id)} {...(newTab && { target: '_blank', rel: 'noopener' })}>
                <Visible text={title} />
              </a>
              . <Visible text={why} />{' '}
              <span class="weak">
                <Ago time={at} sentence />
              </span>
            </li>
          ))}
        </ul>
        <div class="row gap">
          <Button small onClick={() => ask('seenUnmade', { until: last.at })}>
            Dismiss
          </Button>
        </div>
      </div>
    </div>
  )
}
