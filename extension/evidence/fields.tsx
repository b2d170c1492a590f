import type { JSX } from 'preact'
import { useEffect, useId } from 'preact/hooks'
import { incidentSeverities } from '../../shared/incident.ts'
import { severities } from '../../shared/severity.ts'
import type { Second } from '../evidence-messages.ts'
import { createLoad } from '../explorer/load.ts'
import { capital } from '../ui/glyphs.tsx'
import { busy, change, form, preview } from './model.ts'

/** Logs that a signal takes as its samples. */
const mostSamples = 100

/** What a signal, a case or an incident has to be told. */
export const fields: Readonly<Record<Second, () => JSX.Element>> = {
  signal: () => (
    <div class="fields">
      <Title />
      <Choice
        label="Severity"
        value={form.value.severity}
        of={severities}
        say={level => capital(level)}
        set={severity => change({ severity })}
      />
      {(preview.value?.logs ?? 0) > mostSamples && <p class="weak">The first {mostSamples} logs are its samples.</p>}
    </div>
  ),
  case: () => (
    <div class="fields">
      <Target kind="case" />
      {form.value.target === '' && <Title />}
    </div>
  ),
  incident: () => (
    <div class="fields">
      <Target kind="incident" />
      {form.value.target === '' && (
        <>
          <Title />
          <Choice
            label="Severity"
            value={form.value.incidentSeverity}
            of={incidentSeverities}
            say={severity => (severity === 'UNKNOWN' ? 'Unknown' : severity)}
            set={incidentSeverity => change({ incidentSeverity })}
          />
        </>
      )}
    </div>
  ),
}

function Title() {
  const id = useId()
  return (
    <>
      <label class="eyebrow" for={id}>
        Title
      </label>
      <input
        id={id}
        class="field"
        value={form.value.title}
        maxLength={512}
        disabled={busy.value}
        onInput={event => change({ title: event.currentTarget.value })}
      />
    </>
  )
}

function Choice<T extends string>(props: { label: string; value: T; of: readonly T[]; say(value: T): string; set(value: T): void }) {
  const { label, value, of, say, set } = props
  const id = useId()
  return (
    <>
      <label class="eyebrow" for={id}>
        {label}
      </label>
      <select id={id} class="field" value={value} disabled={busy.value} onChange={event => set(event.currentTarget.value as T)}>
        {of.map(one => (
          <option key={one} value={one}>
            {say(one)}
          </option>
        ))}
      </select>
    </>
  )
}

const known = { case: createLoad('targets'), incident: createLoad('targets') }
const called = {
  case: { label: 'Add to', new: 'New case, or a key such as SEC-12' },
  incident: { label: 'Add to', new: 'New incident, or a key such as INC-3' },
}

/** A new one, or one that is there, by its key; those that are not over are offered. */
function Target({ kind }: { kind: 'case' | 'incident' }) {
  const id = useId()
  useEffect(() => void known[kind].load({ kind }), [])
  return (
    <>
      <label class="eyebrow" for={id}>
        {called[kind].label}
      </label>
      <input
        id={id}
        class="field"
        list={`${id}-known`}
        placeholder={called[kind].new}
        value={form.value.target}
        maxLength={64}
        pattern="[\w\-]*"
        disabled={busy.value}
        onInput={event => change({ target: event.currentTarget.value.trim() })}
      />
      <datalist id={`${id}-known`}>
        {known[kind].value.value?.targets.map(({ key, title }) => (
          <option key={key} value={key}>
            {title}
          </option>
        ))}
      </datalist>
    </>
  )
}
