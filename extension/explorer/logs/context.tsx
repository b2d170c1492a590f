import { useEffect, useState } from 'preact/hooks'
import { ask, isFailure } from '../../relay.ts'
import type { FoundRow, LogContext } from '../../search-messages.ts'
import { Button } from '../../ui/button.tsx'
import { Visible } from '../../ui/visible.tsx'
import { show } from '../place.ts'
import { Failed, Skeleton } from '../states.tsx'
import { Level, When } from './columns.tsx'

const kinds = { none: 'All logs', host: 'Same host', service: 'Same service' } as const
type Same = keyof typeof kinds
const step = 15
const most = 500

/** The logs before and after one, oldest first, as they came. */
export function Context({ row }: { row: FoundRow }) {
  const [same, setSame] = useState<Same>(row.doc.host ? 'host' : 'none')
  const [count, setCount] = useState({ before: step, after: step })
  const [found, setFound] = useState<LogContext>()
  const [error, setError] = useState('')
  const look = () => {
    let gone = false
    setError('')
    void ask('logContext', { id: row.id, ...count, same }).then(answer => {
      if (gone) return
      if (isFailure(answer)) setError(answer.error)
      else setFound(answer)
    })
    return () => {
      gone = true
    }
  }
  useEffect(look, [row.id, same, count])
  const offered = (Object.keys(kinds) as Same[]).filter(kind => kind === 'none' || row.doc[kind] !== undefined)
  const more = (side: 'before' | 'after') =>
    found?.more[side] && (
      <Button small kind="quiet" onClick={() => setCount({ ...count, [side]: Math.min(most, count[side] * 2) })}>
        More {side}
      </Button>
    )
  return (
    <>
      <fieldset class="choices gap">
        <legend class="sr">Logs around it</legend>
        {offered.map(kind => (
          <label key={kind}>
            <input type="radio" name="same" checked={kind === same} onChange={() => setSame(kind)} />
            {kinds[kind]}
          </label>
        ))}
      </fieldset>
      {error && <Failed error={error} onRetry={look} />}
      {!found && !error && <Skeleton />}
      {found && (
        <>
          {more('before')}
          <ol class="context">
            {found.rows.map((one, i) => (
              <li key={one.id} aria-current={i === found.index ? 'true' : undefined}>
                <button type="button" onClick={() => show({ row: one.id })}>
                  <When time={one.doc.timestamp} />
                  <Level status={one.doc.status ?? ''} />
                  <Visible class="cut mono" title={one.doc.message} text={one.doc.message ?? ''} />
                </button>
              </li>
            ))}
          </ol>
          {more('after')}
        </>
      )}
    </>
  )
}
