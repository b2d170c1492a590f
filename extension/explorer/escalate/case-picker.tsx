import { useEffect, useMemo, useState } from 'preact/hooks'
import { caseStatusLabels } from '../../../shared/case.ts'
import type { CaseRow } from '../../case-messages.ts'
import type { Failure } from '../../messages.ts'
import { Button } from '../../ui/button.tsx'
import { Ago } from '../../ui/time.tsx'
import { CaseStatusLabel } from '../cases/looks.tsx'
import { wordsOf } from '../cases/words.ts'
import { createLoad } from '../load.ts'
import { Trouble } from '../states.tsx'

/** After the last key, ms. */
const pause = 200

/** A case that is there and open, found by its key or by words. `but` is one that does not come into question. */
export function CasePicker(props: { word: string; but?: string; onPick(one: CaseRow): Promise<Failure | undefined>; onBack(): void }) {
  const { word, but, onPick, onBack } = props
  const found = useMemo(() => createLoad('cases'), [])
  const [search, setSearch] = useState('')
  const [chosen, setChosen] = useState<CaseRow>()
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState('')
  useEffect(() => {
    const filter = `-status:CLOSED -archived:true ${wordsOf(search)}`.trim()
    const load = () => void found.load({ filter, sort: 'modified_at', ascending: false, page: 1, size: 20 })
    const timer = setTimeout(load, found.value.peek() ? pause : 0)
    return () => clearTimeout(timer)
  }, [search])
  const rows = found.value.value?.rows.filter(({ id }) => id !== but) ?? []
  const total = found.value.value?.total ?? 0
  const off = busy ? 'Pending: sent, not answered yet' : chosen ? undefined : 'Choose a case first'
  async function pick() {
    if (!chosen || off !== undefined) return
    setBusy(true)
    const failure = await onPick(chosen)
    setBusy(false)
    setWhy(failure?.error ?? '')
    // it may have been closed meanwhile
    if (failure) void found.load({ filter: '-status:CLOSED -archived:true', sort: 'modified_at', ascending: false, page: 1, size: 20 })
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
        <span class="eyebrow">Find an open case</span>
        <input
          class="field"
          type="search"
          spellcheck={false}
          autocomplete="off"
          maxLength={200}
          placeholder="Key or words, such as SEC-12"
          value={search}
          onInput={event => setSearch(event.currentTarget.value)}
        />
      </label>
      <fieldset class="pick-case">
        <legend class="sr">Open cases</legend>
        {rows.map(row => (
          <label key={row.id} class="row">
            <input type="radio" name="case" checked={chosen?.id === row.id} onChange={() => setChosen(row)} />
            <strong class="nowrap">{row.key}</strong>
            <span class="cut" title={row.title}>
              <bdi>{row.title}</bdi>
            </span>
            <span class="end" />
            <CaseStatusLabel status={row.status} />
            <span class="weak nowrap">
              <Ago time={row.changed} sentence />
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
              ? `No case that is ${caseStatusLabels.OPEN.toLowerCase()} or in progress has these words.`
              : ''}
      </p>
      {why !== '' && <Trouble text={why} />}
      <div class="row foot">
        <Button type="submit" kind="primary" off={off}>
          {chosen ? `${word} ${chosen.key}` : word}
        </Button>
        <Button kind="quiet" onClick={onBack}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
