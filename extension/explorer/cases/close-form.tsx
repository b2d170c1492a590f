import { CircleCheck } from 'lucide'
import { useEffect, useRef, useState } from 'preact/hooks'
import { type CloseReason, closeReasonLabels, closeReasons } from '../../../shared/case.ts'
import type { CaseRow } from '../../case-messages.ts'
import { Button } from '../../ui/button.tsx'
import { close, form } from './desk.ts'

/** Why a security case is over: a number chooses, Enter closes. */
export function CloseForm({ row }: { row: CaseRow }) {
  const [reason, setReason] = useState<CloseReason>(row.reason ?? 'FALSE_POSITIVE')
  const box = useRef<HTMLFormElement>(null)
  useEffect(() => box.current?.querySelector<HTMLInputElement>('input:checked')?.focus(), [])
  return (
    <form
      ref={box}
      class="archive close-case"
      onSubmit={event => {
        event.preventDefault()
        void close(row, reason)
      }}
      onKeyDown={event => {
        event.stopPropagation()
        const chosen = closeReasons[Number(event.key) - 1]
        if (chosen) setReason(chosen)
        if (event.key === 'Escape') form.value = null
        if (event.key === 'Enter' && event.target instanceof HTMLInputElement) {
          event.preventDefault()
          void close(row, reason)
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
      <div class="row">
        <Button type="submit" small kind="primary" icon={CircleCheck}>
          Close case
        </Button>
        <Button small kind="quiet" onClick={() => (form.value = null)}>
          Back
        </Button>
      </div>
    </form>
  )
}
