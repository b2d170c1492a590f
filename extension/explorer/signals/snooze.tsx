import { AlarmClock } from 'lucide'
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Button } from '../../ui/button.tsx'
import { choose, settings } from '../../ui/live.ts'
import { exact } from '../../ui/time.tsx'
import type { Kept } from '../../ui/triage.tsx'

const hour = 3_600_000
/** How long, in ms from now. */
const spans: readonly (readonly [label: string, ms: number])[] = [
  ['1 hour', hour],
  ['4 hours', 4 * hour],
  ['1 day', 24 * hour],
  ['3 days', 72 * hour],
  ['1 week', 168 * hour],
]

/** How long to put it off, and why. 1 to 5 choose, Enter snoozes, Esc goes back. */
export function SnoozeForm(props: {
  count: number
  /** The reason, where it is kept when this closes. */
  kept?: Kept
  onSnooze(until: number, reason: string): void
  onBack(): void
}) {
  const { count, kept, onSnooze, onBack } = props
  // as long as the last time
  const [ms, setMs] = useState(spans.find(([, ms]) => ms === settings.peek().snooze)?.[1] ?? spans[1]![1])
  const [own, setOwn] = useState('')
  const { text: reason, type: setReason } = kept ?? { text: own, type: setOwn }
  const field = useRef<HTMLInputElement>(null)
  const name = useId()
  useLayoutEffect(() => field.current?.focus(), [])
  const off = reason.trim() === '' ? 'Say why first' : undefined
  const [asked, setAsked] = useState(false)
  const snooze = () => {
    setAsked(true)
    if (off !== undefined) return field.current?.focus()
    if (ms !== settings.peek().snooze) void choose({ snooze: ms })
    onSnooze(Date.now() + ms, reason.trim())
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Tab' || event.ctrlKey || event.metaKey || event.altKey) return
    event.stopPropagation()
    const nth = event.target === field.current ? undefined : spans[Number(event.key) - 1]
    if (nth) setMs(nth[1])
    else if (event.key === 'Escape') onBack()
    else if (event.key === 'Enter' && (event.target as Element).tagName === 'INPUT') snooze()
    else return
    event.preventDefault()
  }
  return (
    <form class="archive" aria-label={count === 1 ? 'Snooze this signal' : `Snooze ${count} signals`} onKeyDown={onKeyDown}>
      <fieldset class="choices">
        <legend class="eyebrow">For how long? It comes back earlier if it becomes more severe.</legend>
        {spans.map(([label, length]) => (
          <label key={label} title={`until ${exact(Date.now() + length)}`}>
            <input type="radio" name={name} checked={length === ms} onChange={() => setMs(length)} />
            {label}
          </label>
        ))}
      </fieldset>
      <div class="row">
        <input
          ref={field}
          class="field"
          aria-label="Why"
          placeholder="Why (needed), such as: waiting for the owner"
          aria-required="true"
          aria-invalid={asked && off !== undefined}
          aria-describedby={asked && off !== undefined ? `${name}-why` : undefined}
          maxLength={1000}
          autocomplete="off"
          value={reason}
          onInput={event => setReason(event.currentTarget.value)}
        />
        <Button kind="primary" icon={AlarmClock} off={off} onClick={snooze}>
          {count === 1 ? 'Snooze' : `Snooze ${count}`}
        </Button>
      </div>
      {asked && off !== undefined && (
        <p class="bad" id={`${name}-why`} role="alert">
          Say why it can wait: whoever finds it snoozed will ask.
        </p>
      )}
    </form>
  )
}
