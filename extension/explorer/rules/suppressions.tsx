import { useEffect, useMemo } from 'preact/hooks'
import type { SuppressionRow } from '../../rule-messages.ts'
import { QueryText } from '../../ui/query-text.tsx'
import { Ago, exact, now } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { createLoad } from '../load.ts'
import { Failed, Skeleton } from '../states.tsx'

/** What keeps signals of this rule away, why, until when, and how much it hid. */
export function SuppressionsTab({ id }: { id: string }) {
  const found = useMemo(() => createLoad('ruleSuppressions'), [])
  useEffect(() => void found.load({ id }), [id])
  const all = found.value.value?.suppressions
  const failure = found.failure.value
  if (!all) return failure ? <Failed error={failure.error} onRetry={() => void found.load({ id })} /> : <Skeleton />
  return (
    <section>
      {all.length === 0 && <p class="dim">No suppression is about this rule.</p>}
      <ul class="versions">
        {all.map(one => (
          <Suppression key={one.id} of={one} />
        ))}
      </ul>
    </section>
  )
}

function stateOf({ enabled, start, end }: SuppressionRow, time: number): string {
  if (!enabled) return 'Off'
  if (end !== null && end <= time) return 'Ended'
  return start !== null && start > time ? 'Not begun' : 'On'
}

function Suppression({ of }: { of: SuppressionRow }) {
  const { name, reason, by, hides, leavesOut, start, end, hidden } = of
  return (
    <li>
      <div class="row">
        <strong class="cut">
          <Visible text={name} />
        </strong>
        <span class="tag plain">{stateOf(of, now.value)}</span>
        <span class="end" />
        <span class="dim nowrap">
          hid {hidden.signals.toLocaleString('en')} signals, {hidden.logs.toLocaleString('en')} logs
        </span>
      </div>
      {reason && (
        <p>
          <Visible text={reason} />
        </p>
      )}
      {hides && <QueryText text={hides} />}
      {leavesOut && (
        <p>
          Leaves out logs <QueryText text={leavesOut} />
        </p>
      )}
      <p class="dim">
        {by && <Visible text={`By ${by}. `} />}
        {start !== null && `From ${exact(start)}. `}
        {end === null ? 'Without an end.' : `Until ${exact(end)}.`}{' '}
        {hidden.last !== null && (
          <>
            Last hid something <Ago time={hidden.last} sentence />.
          </>
        )}
      </p>
    </li>
  )
}
