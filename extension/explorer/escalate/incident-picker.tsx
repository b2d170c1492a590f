import { useMemo } from 'preact/hooks'
import type { IncidentRow } from '../../incident-messages.ts'
import type { Failure } from '../../messages.ts'
import { wordsOf } from '../cases/words.ts'
import { IncidentSeverityLabel, IncidentStateLabel } from '../incidents/looks.tsx'
import { createLoad } from '../load.ts'
import { Picker } from './picker.tsx'

/** What is over is no place for more. */
const going = '-state:(resolved OR completed)'

/** An incident that goes on. */
export function IncidentPicker(props: { onPick(one: IncidentRow): Promise<Failure | undefined>; onBack(): void }) {
  const found = useMemo(() => createLoad('incidents'), [])
  const answer = found.value.value
  return (
    <Picker
      {...props}
      find="Find an incident that goes on"
      list="Incidents that go on"
      hint="Number or words, such as INC-12"
      choose="Choose an incident first"
      none="No incident that is active or stable has these words."
      word="Add to"
      rows={answer?.rows}
      total={answer?.total ?? 0}
      failure={found.failure.value}
      load={words => found.load({ query: `${going} ${wordsOf(words)}`.trim(), offset: 0, size: 20 })}
      draw={({ severity, state }) => (
        <>
          <IncidentSeverityLabel of={severity} />
          <IncidentStateLabel state={state} />
        </>
      )}
      since={({ created }) => created}
    />
  )
}
