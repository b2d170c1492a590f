import { CircleCheck } from 'lucide'
import { useEffect, useRef, useState } from 'preact/hooks'
import { type CloseReason, closeReasonLabels, closeReasons } from '../../../shared/case.ts'
import type { CaseEvent, CaseRow } from '../../case-messages.ts'
import { Button } from '../../ui/button.tsx'
import { Trouble } from '../states.tsx'
import { close, form } from './desk.ts'

/** Why a security case is over: a number chooses, Enter closes. */
export function CloseForm({ row, events }: { row: CaseRow; events: readonly CaseEvent[] }) {
  // as it stood when this was opened: what somebody does meanwhile is not overwritten unseen
  const [from, setFrom] = useState(row)
  const [trouble, setTrouble] = useState<string>()
  const [reason, setReason] = useState<CloseReason>(row.reason ?? 'FALSE_POSITIVE')
  const box = useRef<HTMLFormElement>(null)
  useEffect(() => box.current?.querySelector<HTMLInputElement>('input:checked')?.focus(), [])
  const meanwhile = row.status === 'CLOSED' && (from.status !== 'CLOSED' || from.reason !== row.reason)
  const save = async () => {
    if (meanwhile) {
      // it was read now: the next time is meant
      setFrom(row)
      setTrouble(undefined)
      return
    }
    setTrouble((await close(row, from, reason))?.error)
  }
  return (
    <form
      ref={box}
      class="archive close-case"
      onSubmit={event => {
        event.preventDefault()
        void save()
      }}
      onKeyDown={event => {
        event.stopPropagation()
        const chosen = closeReasons[Number(event.key) - 1]
        if (chosen) setReason(chosen)
        if (event.key === 'Escape') form.value = null
        if (event.key === 'Enter' && event.target instanceof HTMLInputElement) {
          event.preventDefault()
          void save()
        }
      }}
    >
      <fieldset class="choices">
        <legend class="eyebrow">Why is {row.key} closed?</legend>
        {closeReasons.map((one, at) => (
          <label key={one}>
            <input type="radio" name="close-reason" checked={one === reason} onChange={() => setReason(one)} />
            {closeReasonLabels[one]} <kbd>{at + 1}</kbd>
          </label>
        ))}
      </fieldset>
      {meanwhile ? <Trouble text={closedBy(row, events)} /> : trouble && <Trouble text={trouble} />}
      <div class="row">
        <Button type="submit" small kind={meanwhile ? 'quiet' : 'primary'} icon={CircleCheck}>
          {meanwhile ? 'Change the reason…' : from.status === 'CLOSED' ? 'Change the reason' : 'Close case'}
        </Button>
        <Button small kind="quiet" onClick={() => (form.value = null)}>
          Back
        </Button>
      </div>
    </form>
  )
}

/** Who came first, and what they closed it as. */
function closedBy({ reason }: CaseRow, events: readonly CaseEvent[]): string {
  const by = events.findLast(({ kind }) => kind === 'status')?.by
  return `Closed meanwhile${by ? ` by ${by.name || by.handle}` : ''}${reason ? `: ${closeReasonLabels[reason]}` : ''}`
}
