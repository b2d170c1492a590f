import { Archive, Check, Radio, RefreshCw, Search } from 'lucide'
import { severities } from '../../shared/severity.ts'
import type { Draft, Escalation, EvidencePreview } from '../evidence-messages.ts'
import { whyNot } from '../explorer/may.ts'
import { Trouble } from '../explorer/states.tsx'
import { Button } from '../ui/button.tsx'
import { capital } from '../ui/glyphs.tsx'
import { Icon } from '../ui/icon.tsx'
import { sized } from './about.tsx'
import { blind, busy, cancel, change, form, preview, send } from './model.ts'
import { searchFor } from './search.ts'

/** What each escalation is called, what it says before it is done, and when it is done. */
const escalations: Record<Escalation, { label: string; says: string; isDone(draft: Draft): boolean }> = {
  keep: { label: 'Keep logs', says: 'The text is kept as evidence, and its lines as logs.', isDone: ({ kept }) => kept !== null },
  signal: {
    label: 'Create signal',
    says: 'The lines are kept as evidence and as logs, and an open signal has these as its samples.',
    isDone: ({ signal }) => signal !== null,
  },
}
const mostSamples = 100

/** What is to be made of the lines, and the one button that does it. */
export function Act({ draft }: { draft: Draft }) {
  const { does, title } = form.value
  const { label, says, isDone } = escalations[does]
  const off =
    (draft.why || undefined) ??
    (isDone(draft) ? 'Done already' : undefined) ??
    whyNot('security_monitoring_signals_write') ??
    whyNot('logs_read_data') ??
    (blind.value !== '' ? 'The daemon could not read the lines yet' : undefined) ??
    (does === 'signal' && title.trim() === '' ? 'Give the signal a title first' : undefined)
  return (
    <footer>
      <Done draft={draft} />
      {draft.error !== '' && <Trouble text={draft.sending ? `Not done yet: ${draft.error}` : `Not done: ${draft.error}`} />}
      <fieldset class="choices" disabled={busy.value}>
        <legend class="sr">What to do with the lines</legend>
        {(Object.keys(escalations) as Escalation[]).map(one => (
          <label key={one}>
            <input type="radio" name="does" checked={one === does} onChange={() => change({ does: one })} />
            {escalations[one].label}
          </label>
        ))}
      </fieldset>
      <p class="weak">{says}</p>
      {does === 'signal' && !isDone(draft) && <SignalFields />}
      <div class="row">
        <a class="btn quiet" href={`explorer.html${searchFor(draft.text)}`} target="_blank" rel="noopener">
          <Icon of={Search} small />
          Search in Signalbox
        </a>
        <span class="end" />
        <Button onClick={cancel}>{draft.kept ? 'Close' : 'Cancel'}</Button>
        {draft.sending && draft.error !== '' ? (
          <Button kind="primary" icon={RefreshCw} onClick={send}>
            Try now
          </Button>
        ) : (
          <Button kind="primary" icon={does === 'signal' ? Radio : Archive} off={busy.value ? 'It is being done' : off} onClick={send}>
            {busy.value ? 'Sending…' : label}
          </Button>
        )}
      </div>
    </footer>
  )
}

function SignalFields() {
  const { title, severity } = form.value
  const logs = preview.value?.logs ?? 0
  return (
    <div class="signal-fields">
      <label class="eyebrow" for="title">
        Title
      </label>
      <input
        id="title"
        class="field"
        value={title}
        maxLength={512}
        disabled={busy.value}
        onInput={event => change({ title: event.currentTarget.value })}
      />
      <label class="eyebrow" for="severity">
        Severity
      </label>
      <select
        id="severity"
        class="field"
        value={severity}
        disabled={busy.value}
        onChange={event => change({ severity: event.currentTarget.value as typeof severity })}
      >
        {severities.map(level => (
          <option key={level} value={level}>
            {capital(level)}
          </option>
        ))}
      </select>
      {logs > mostSamples && <p class="weak">The first {mostSamples} logs are its samples.</p>}
    </div>
  )
}

/** What is done, as the daemon said, with the way there. */
function Done({ draft: { kept, signal } }: { draft: Draft }) {
  if (!kept) return null
  const logs = `explorer.html#/logs?${new URLSearchParams({ query: `@evidence.id:"${kept.id}"`, ...spanOf(preview.value) })}`
  return (
    <div class="notice good" role="status">
      <Icon of={Check} />
      <div>
        <strong>Kept as evidence.</strong>{' '}
        {kept.pending ? (
          'Its logs follow as soon as the daemon can store them.'
        ) : (
          <a href={logs} target="_blank" rel="noopener">
            Show {sized(kept.logs, 'log')}
          </a>
        )}
        {signal && (
          <>
            <br />
            <strong>Signal created.</strong>{' '}
            <a href={`explorer.html#/signals?signal=${encodeURIComponent(signal.id)}`} target="_blank" rel="noopener">
              Open it
            </a>
          </>
        )}
      </div>
    </div>
  )
}

/** Around the times that the lines name, which may be long ago. */
function spanOf(read: EvidencePreview | null): { from: string; to: string } {
  const times = read && read.first.length === read.logs ? read.first.map(({ time }) => time) : [0, Date.now()]
  const minute = 60_000
  return { from: new Date(Math.min(...times) - minute).toISOString(), to: new Date(Math.max(...times) + minute).toISOString() }
}
