import { useEffect, useMemo, useState } from 'preact/hooks'
import type { IncidentRow } from '../../incident-messages.ts'
import type { Failure } from '../../messages.ts'
import { Button } from '../../ui/button.tsx'
import { Ago } from '../../ui/time.tsx'
import { wordsOf } from '../cases/words.ts'
import { IncidentSeverityLabel, IncidentStateLabel } from '../incidents/looks.tsx'
import { createLoad } from '../load.ts'
import { Trouble } from '../states.tsx'

/** After the last key, ms. */
const pause = 200
/** What is over is no place for more. */
const going = '-state:(resolved OR completed)'

/** An incident that goes on, found by its number or by words. */
export function IncidentPicker({ onPick, onBack }: { onPick(one: IncidentRow): Promise<Failure | undefined>; onBack(): void }) {
  const found = useMemo(() => createLoad('incidents'), [])
  const [search, setSearch] = useState('')
  const [chosen, setChosen] = useState<IncidentRow>()
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState('')
  useEffect(() => {
    const load = () => void found.load({ query: `${going} ${wordsOf(search)}`.trim(), offset: 0, size: 20 })
    const timer = setTimeout(load, found.value.peek() ? pause : 0)
    return () => clearTimeout(timer)
  }, [search])
  const rows = found.value.value?.rows ?? []
  const total = found.value.value?.total ?? 0
  const off = busy ? 'Pending: sent, not answered yet' : chosen ? undefined : 'Choose an incident first'
  async function pick() {
    if (!chosen || off !== undefined) return
    setBusy(true)
    const failure = await onPick(chosen)
    setBusy(false)
    setWhy(failure?.error ?? '')
  }
  return (
    <form
      class="form"
      onSubmit={event => {
        event.preventDefault()
        void pick()
      }}
    >
      <label class="labelled">
        <span class="eyebrow">Find an incident that goes on</span>
        <input
          class="field"
          type="search"
          spellcheck={false}
          autocomplete="off"
          maxLength={200}
          placeholder="Number or words, such as INC-12"
          value={search}
          onInput={event => setSearch(event.currentTarget.value)}
        />
      </label>
      <fieldset class="pick-case">
        <legend class="sr">Incidents that go on</legend>
        {rows.map(row => (
          <label key={row.id} class="row">
            <input type="radio" name="incident" checked={chosen?.id === row.id} onChange={() => setChosen(row)} />
            <strong class="nowrap">{row.key}</strong>
            <span class="cut" title={row.title}>
              <bdi>{row.title}</bdi>
            </span>
            <span class="end" />
            <IncidentSeverityLabel of={row.severity} />
            <IncidentStateLabel state={row.state} />
            <span class="weak nowrap">
              <Ago time={row.created} sentence />
            </span>
          </label>
        ))}
      </fieldset>
      <p class="dim" role="status">
        {found.failure.value
          ? found.failure.value.error
          : total > rows.length
            ? `The latest ${rows.length} of ${total.toLocaleString('en')}. Type to find another.`
            : rows.length === 0 && found.value.value
              ? 'No incident that is active or stable has these words.'
              : ''}
      </p>
      {why !== '' && <Trouble text={why} />}
      <div class="row foot">
        <Button type="submit" kind="primary" off={off}>
          {chosen ? `Add to ${chosen.key}` : 'Add to'}
        </Button>
        <Button kind="quiet" onClick={onBack}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
