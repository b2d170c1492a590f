import { Archive } from 'lucide'
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { type ArchiveReason, reasonLabels, type State, stateLabels, states } from '../../shared/triage.ts'
import { Button } from './button.tsx'
import { StateLabel } from './glyphs.tsx'
import type { Choice } from './menu.tsx'
import { MenuButton } from './menu-button.tsx'

/** Why a signal is read only. */
export const locked = 'Older than 30 days, can no longer change.'

type Reason = Exclude<ArchiveReason, 'none'>
const reasons = Object.entries(reasonLabels) as [Reason, string][]

/** The states as a menu offers them. */
export const stateChoices = (now: State, onPick: (to: State, event: MouseEvent) => void): Choice[] =>
  states.map(to => ({
    label: stateLabels[to],
    show: <StateLabel state={to} />,
    checked: to === now,
    onPick: event => to !== now && onPick(to, event),
  }))

/** The triage state as a button that offers the others. `off` says why it cannot change. */
export function StateButton({
  state,
  off,
  over = false,
  tabIndex,
  onPick,
}: {
  state: State
  off?: string | undefined
  /** It stands in what would cut the menu off. */
  over?: boolean
  tabIndex?: number
  onPick(to: State, event: MouseEvent): void
}) {
  return (
    <MenuButton
      label="Triage state"
      name={`Triage state: ${stateLabels[state]}`}
      off={off}
      over={over}
      {...(tabIndex !== undefined && { tabIndex })}
      choices={() => stateChoices(state, onPick)}
    >
      {StateLabel({ state })}
    </MenuButton>
  )
}

export interface Archiving {
  reason: Reason
  comment: string
}

/** What is typed in a form that others keep. */
export interface Kept {
  text: string
  type(text: string): void
}

/** Why is this done? 1 to 7 choose, Enter archives, Esc goes back. `onArchive` gets the event that caused it, a click or a key. */
export function ArchiveForm(props: {
  count?: number
  /** Why nothing can be archived now; what is typed stays. */
  off?: string | undefined
  /** The comment, where it is kept when this closes. */
  kept?: Kept
  onArchive(choice: Archiving, event: Event): void
  onBack(): void
}) {
  const { count = 1, off, kept, onArchive, onBack } = props
  const [reason, setReason] = useState<Reason>()
  const form = useRef<HTMLFormElement>(null)
  const comment = useRef<HTMLInputElement>(null)
  const name = useId()
  const radio = (at: number) => form.current?.querySelectorAll<HTMLInputElement>('input[type=radio]')[at]
  // in the same frame: the next key is already the reason
  useLayoutEffect(() => {
    radio(0)?.focus()
    form.current?.scrollIntoView({ block: 'nearest' })
  }, [])

  const archive = (event: Event) => {
    event.preventDefault()
    event.stopPropagation()
    if (reason) onArchive({ reason, comment: comment.current?.value.trim() ?? '' }, event)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Tab' || event.ctrlKey || event.metaKey || event.altKey) return
    event.stopPropagation()
    const nth = event.target === comment.current ? undefined : reasons[Number(event.key) - 1]
    if (nth) {
      setReason(nth[0])
      radio(reasons.indexOf(nth))?.focus()
    }
    // what is no choice begins the comment
    if (!nth && event.target !== comment.current && /^\S$/u.test(event.key)) comment.current?.focus()
    if (event.key === 'Escape') onBack()
    // not left to the form's implicit submission: that is a click which no key event stands behind
    if (event.key === 'Enter' && (event.target as Element).tagName === 'INPUT') archive(event)
    if (nth || event.key === 'Escape') event.preventDefault()
  }
  return (
    <form class="archive" ref={form} aria-label={count === 1 ? 'Archive this signal' : `Archive ${count} signals`} onKeyDown={onKeyDown}>
      <fieldset class="choices">
        <legend class="eyebrow">Why is this done?</legend>
        {reasons.map(([value, label], at) => (
          <label key={value} title={`${label} (${at + 1})`}>
            <input
              type="radio"
              name={name}
              checked={value === reason}
              onChange={() => setReason(value)}
              aria-keyshortcuts={String(at + 1)}
            />
            {label}
            <span aria-hidden="true">
              <kbd>{at + 1}</kbd>
            </span>
          </label>
        ))}
      </fieldset>
      <div class="row">
        <input
          ref={comment}
          class="field"
          aria-label="Comment, optional"
          placeholder="Comment (optional)"
          maxLength={1000}
          autocomplete="off"
          {...(kept && { value: kept.text, onInput: event => kept.type(event.currentTarget.value) })}
        />
        <Button kind="primary" icon={Archive} off={off ?? (reason ? undefined : 'Choose why first: keys 1 to 7')} onClick={archive}>
          {count === 1 ? 'Archive' : `Archive ${count}`}
        </Button>
      </div>
    </form>
  )
}
