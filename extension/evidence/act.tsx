import { Archive, BriefcaseBusiness, Check, type IconNode, Radio, RefreshCw, Search, Siren } from 'lucide'
import { type Draft, type Escalation, type EvidencePreview, escalations } from '../evidence-messages.ts'
import { Trouble } from '../explorer/states.tsx'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { whyNot } from '../ui/may.ts'
import { sized } from './about.tsx'
import { choices, isDone } from './choices.ts'
import { fields } from './fields.tsx'
import { blind, busy, cancel, change, form, preview, send } from './model.ts'
import { searchFor } from './search.ts'

const icons: Readonly<Record<Escalation, IconNode>> = { keep: Archive, signal: Radio, case: BriefcaseBusiness, incident: Siren }

/** Why what is chosen cannot be done now, in words; undefined while it can. */
function off(draft: Draft): string | undefined {
  const { does, title, target } = form.value
  const [denied] = [...(['security_monitoring_signals_write', 'logs_read_data'] as const), ...choices[does].needs].flatMap(
    permission => whyNot(permission) ?? [],
  )
  if (busy.value) return 'It is being done'
  if (draft.why !== '') return draft.why
  if (isDone(draft, does)) return 'Done already'
  if (denied !== undefined) return denied
  if (blind.value !== '') return 'The daemon could not read the lines yet'
  if (!/^[\w-]*$/.test(target)) return 'A key has letters, digits and hyphens alone'
  return does !== 'keep' && target === '' && title.trim() === '' ? 'Give it a title first' : undefined
}

/** What is to be made of the lines, and the one button that does it. */
export function Act({ draft }: { draft: Draft }) {
  const { does, target } = form.value
  const { says, button } = choices[does]
  const Fields = does === 'keep' || isDone(draft, does) ? null : fields[does]
  return (
    <footer>
      <Done draft={draft} />
      {draft.error !== '' && <Trouble text={draft.sending ? `Not done yet: ${draft.error}` : `Not done: ${draft.error}`} />}
      <fieldset class="choices" disabled={busy.value}>
        <legend class="sr">What to do with the lines</legend>
        {escalations.map(one => (
          <label key={one}>
            <input type="radio" name="does" checked={one === does} onChange={() => change({ does: one, target: '' })} />
            {choices[one].label}
          </label>
        ))}
      </fieldset>
      <p class="weak">{says}</p>
      {Fields && <Fields key={does} />}
      <div class="row">
        <a class="btn quiet" href={`explorer.html${searchFor(draft.text)}`} target="_blank" rel="noopener">
          <Icon of={Search} small />
          Search in Signalbox
        </a>
        <span class="end" />
        <Button onClick={cancel}>{draft.kept || draft.sending ? 'Close' : 'Cancel'}</Button>
        {draft.sending && draft.error !== '' ? (
          <Button kind="primary" icon={RefreshCw} onClick={send}>
            Try now
          </Button>
        ) : (
          <Button kind="primary" icon={icons[does]} off={off(draft)} onClick={send}>
            {busy.value ? 'Sending…' : target === '' ? button : `Add to ${target}`}
          </Button>
        )}
      </div>
    </footer>
  )
}

/** What is done, as the daemon said, with the way there. */
function Done({ draft: { kept, made } }: { draft: Draft }) {
  if (!kept) return null
  const logs = `explorer.html#/logs?${new URLSearchParams({ query: `@evidence.id:"${kept.id}"`, ...spanOf(preview.value) })}`
  return (
    <div class="notice good" role="status">
      <Icon of={Check} />
      <ul>
        <li>
          <strong>Kept as evidence.</strong>{' '}
          {kept.pending ? (
            'Its logs follow as soon as the daemon can store them.'
          ) : (
            <a href={logs} target="_blank" rel="noopener">
              Show {sized(kept.logs, 'log')}
            </a>
          )}
        </li>
        {made.signal && (
          <li>
            <strong>Signal created.</strong>{' '}
            <a href={`explorer.html#/signals?signal=${encodeURIComponent(made.signal.id)}`} target="_blank" rel="noopener">
              Open it
            </a>
          </li>
        )}
        {(['case', 'incident'] as const).map(
          kind =>
            made[kind] && (
              <li key={kind}>
                <strong>
                  {made[kind].added
                    ? `Added to ${made[kind].name}.`
                    : `${kind === 'case' ? 'Case' : 'Incident'} ${made[kind].name} created.`}
                </strong>
              </li>
            ),
        )}
      </ul>
    </div>
  )
}

/** Around the times that the lines name, which may be long ago. */
function spanOf(read: EvidencePreview | null): { from: string; to: string } {
  const times = read && read.first.length === read.logs ? read.first.map(({ time }) => time) : [0, Date.now()]
  const minute = 60_000
  return { from: new Date(Math.min(...times) - minute).toISOString(), to: new Date(Math.max(...times) + minute).toISOString() }
}
