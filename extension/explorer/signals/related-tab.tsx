import { useEffect, useMemo } from 'preact/hooks'
import type { Investigation } from '../../signal-messages.ts'
import { Visible } from '../../ui/visible.tsx'
import { createLoad } from '../load.ts'
import { show } from '../place.ts'
import { Failed, Skeleton } from '../states.tsx'
import { SignalLine } from './signal-line.tsx'

/** Other signals about the same, in the order of time. */
export function RelatedTab({ about }: { about: Investigation }) {
  const found = useMemo(() => createLoad('relatedSignals'), [])
  const { id } = about.row
  useEffect(() => void found.load({ id }), [id])
  const rows = found.value.value?.rows
  const total = found.value.value?.total ?? 0
  const failure = found.failure.value
  if (!rows) return failure ? <Failed error={failure.error} onRetry={() => void found.load({ id })} /> : <Skeleton />
  return (
    <section>
      {rows.length === 0 && <p class="dim">No other signal is about the same.</p>}
      {total > rows.length && (
        <p class="dim">
          The latest {rows.length.toLocaleString('en')} of {total.toLocaleString('en')}.
        </p>
      )}
      <ul class="lines">
        {rows.map(({ row, sameGroup, shares }) => (
          <SignalLine key={row.id} row={row} onOpen={() => show({ row: row.id, tab: undefined }, true)}>
            {sameGroup ? 'the same group' : shares.length > 0 && <Visible text={`shares ${shares.join(', ')}`} />}
          </SignalLine>
        ))}
      </ul>
    </section>
  )
}
