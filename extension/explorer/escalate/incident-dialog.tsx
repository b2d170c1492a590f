import { asOneLine } from '../../../shared/unseen.ts'
import { Modal } from '../../ui/modal.tsx'
import { Visible } from '../../ui/visible.tsx'
import { CreateOrAdd } from './create-or-add.tsx'
import { IncidentForm } from './incident-form.tsx'
import { IncidentPicker } from './incident-picker.tsx'
import { addTo, type Declaring, declare, declaring } from './incidents.ts'

/** Where an incident is declared, or signals or a case are put into one that is there. */
export function IncidentDialog() {
  const about = declaring.value
  if (!about) return null
  const close = () => (declaring.value = null)
  const form = <IncidentForm title={titleOf(about)} onDeclare={given => declare(about, given)} onBack={close} />
  if (about.rows.length === 0 && !about.case && !about.whole)
    return (
      <Modal label="Declare an incident" onClose={close}>
        {form}
      </Modal>
    )
  return (
    <CreateOrAdd
      label={labelOf(about)}
      about={<About about={about} />}
      onClose={close}
      create={form}
      existing={<IncidentPicker onPick={to => addTo(about, to)} onBack={close} />}
    />
  )
}

const titleOf = ({ rows, case: from }: Declaring) => asOneLine(from?.title ?? rows[0]?.title ?? '', 512)
function labelOf({ rows, whole, case: from }: Declaring): string {
  if (from) return `Incident from ${from.key}`
  const count = whole?.count ?? rows.length
  return count === 1 ? 'Incident from this signal' : `Incident from ${count.toLocaleString('en')} signals`
}

function About({ about: { rows, whole, case: from } }: { about: Declaring }) {
  const locked = whole?.locked ?? rows.filter(row => row.locked).length
  const [first] = rows
  return (
    <>
      {first && rows.length === 1 && (
        <p>
          <Visible text={first.title} />
        </p>
      )}
      {from && <p>Both know of each other then. The signals of {from.key} come along, but for those older than 30 days.</p>}
      {(whole?.count ?? rows.length) > 1 && <p>They become part of the incident. Their triage state stays as it is.</p>}
      {locked > 0 && <p>{locked.toLocaleString('en')} older than 30 days: these stay out.</p>}
    </>
  )
}
