import { Siren } from 'lucide'
import { useState } from 'preact/hooks'
import { type IncidentSeverity, incidentSeverities } from '../../../shared/incident.ts'
import type { Person } from '../../../shared/triage.ts'
import type { NewIncident } from '../../incident-messages.ts'
import type { Failure } from '../../messages.ts'
import { Who } from '../../ui/facts.tsx'
import { severityWords } from '../incidents/looks.tsx'
import { me } from '../signals/desk.ts'
import { OverButton } from '../signals/over.tsx'
import { PeoplePicker } from '../signals/people.tsx'
import { AskForm, TitleField } from './ask-form.tsx'

/** The incident that is to be declared. What was typed stays where the daemon refuses it. */
export function IncidentForm(props: { title: string; onDeclare(given: NewIncident): Promise<Failure | undefined>; onBack(): void }) {
  const { onDeclare, onBack } = props
  const [title, setTitle] = useState(props.title)
  const [severity, setSeverity] = useState<IncidentSeverity>('UNKNOWN')
  const [commander, setCommander] = useState<Person | 'me' | 'nobody'>('me')
  const [impacted, setImpacted] = useState(false)
  const [scope, setScope] = useState('')
  const off =
    title.trim() === '' ? 'Give it a title first' : impacted && scope.trim() === '' ? 'Say first how customers are impacted' : undefined
  const declare = () => {
    const uuid = commander === 'me' ? me() : commander === 'nobody' ? '' : commander.uuid
    return onDeclare({ title: title.trim(), severity, commander: uuid, impacted, scope: impacted ? scope.trim() : '' })
  }
  const named = commander === 'me' ? 'Me' : commander === 'nobody' ? 'Nobody' : commander.name || commander.handle
  return (
    <AskForm word="Declare incident" icon={Siren} off={off} onSend={declare} onBack={onBack}>
      <TitleField title={title} onChange={setTitle} />
      <label class="labelled">
        <span class="eyebrow">Severity</span>
        <select class="field" value={severity} onChange={event => setSeverity(event.currentTarget.value as IncidentSeverity)}>
          {incidentSeverities.map(one => (
            <option key={one} value={one}>
              {one === 'UNKNOWN' ? severityWords[one] : `${one}: ${severityWords[one]}`}
            </option>
          ))}
        </select>
      </label>
      <div class="labelled">
        <span class="eyebrow">Commander</span>
        <OverButton
          label={`Commander: ${named}`}
          shows={
            <>
              {typeof commander !== 'string' && <Who person={commander} />}
              <span class="cut">{named}</span>
            </>
          }
        >
          {close => (
            <PeoplePicker
              now={typeof commander === 'string' ? null : commander}
              onPick={to => {
                setCommander(to)
                close()
              }}
              onBack={close}
            />
          )}
        </OverButton>
      </div>
      <label class="row">
        <input type="checkbox" checked={impacted} onChange={() => setImpacted(!impacted)} />
        Customers are impacted
      </label>
      {impacted && (
        <label class="labelled">
          <span class="eyebrow">How they are impacted</span>
          <textarea
            class="field"
            rows={2}
            required
            maxLength={8192}
            placeholder="Such as: nobody in Europe can log in"
            value={scope}
            onInput={event => setScope(event.currentTarget.value)}
          />
        </label>
      )}
    </AskForm>
  )
}
