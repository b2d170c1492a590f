import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Person } from '../../../shared/triage.ts'
import { Who } from '../../ui/facts.tsx'
import type { Whom } from '../../ui/triage-words.ts'
import { Visible } from '../../ui/visible.tsx'
import { createLoad } from '../load.ts'
import { me } from './desk.ts'

const step: Record<string, (at: number, of: number) => number> = {
  ArrowDown: (at, of) => (at + 1) % of,
  ArrowUp: (at, of) => (at - 1 + of) % of,
  Home: () => 0,
  End: (_, of) => of - 1,
}

/** Whom to give signals to: me, somebody found by a part of their name, or nobody. `now` is who has them. */
export function PeoplePicker({ now, onPick, onBack }: { now: Person | null; onPick(to: Whom): void; onBack(): void }) {
  const found = useMemo(() => createLoad('people'), [])
  const [search, setSearch] = useState('')
  const [at, setAt] = useState(0)
  const field = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => field.current?.focus(), [])
  useEffect(() => void found.load({ search: search.trim() }), [search])
  const mine = me()
  const others = (found.value.value?.people ?? []).filter(({ uuid }) => uuid !== mine)
  const choices: { key: string; to: Whom; person: Person | null; label: string; chosen: boolean }[] = [
    ...(search.trim() === '' ? [{ key: 'me', to: 'me' as const, person: null, label: 'Assign to me', chosen: now?.uuid === mine }] : []),
    ...others.map(person => ({
      key: person.uuid,
      to: person,
      person,
      label: person.name && person.name !== person.handle ? `${person.name} (${person.handle})` : person.handle,
      chosen: now?.uuid === person.uuid,
    })),
    ...(search.trim() === '' ? [{ key: 'nobody', to: 'nobody' as const, person: null, label: 'Unassign', chosen: now === null }] : []),
  ]
  const current = choices[Math.min(at, choices.length - 1)]
  const onKeyDown = (event: KeyboardEvent) => {
    const move = step[event.key]
    event.stopPropagation()
    if (move && choices.length > 0) setAt(move(Math.min(at, choices.length - 1), choices.length))
    else if (event.key === 'Enter') current && onPick(current.to)
    else if (event.key === 'Escape') onBack()
    else return
    event.preventDefault()
  }
  return (
    <div class="picker" {...{ onKeyDown }}>
      <input
        ref={field}
        class="field"
        role="combobox"
        aria-label="Assign to"
        aria-expanded="true"
        aria-controls="people"
        aria-activedescendant={current && `person-${current.key}`}
        placeholder="Find somebody"
        autocomplete="off"
        spellcheck={false}
        maxLength={200}
        value={search}
        onInput={event => {
          setSearch(event.currentTarget.value)
          setAt(0)
        }}
      />
      <div role="listbox" id="people" aria-label="People">
        {choices.map((choice, i) => (
          <div
            key={choice.key}
            id={`person-${choice.key}`}
            {...option(choice === current, choice.chosen)}
            {...pressed(
              () => onPick(choice.to),
              () => setAt(i),
            )}
          >
            <Who person={choice.person} />
            <Visible class="cut" text={choice.label} />
          </div>
        ))}
      </div>
      {found.failure.value && <p class="dim">Others are not known: {found.failure.value.error}</p>}
      {choices.length === 0 && !found.loading.value && <p class="dim">Nobody has “{search}” in their name.</p>}
    </div>
  )
}

const option = (current: boolean, chosen: boolean) =>
  ({ role: 'option', 'aria-selected': current, class: `${current ? 'current' : ''} ${chosen ? 'chosen' : ''}`, tabIndex: -1 }) as const
/** A press must not take the focus from the text, from which keys choose. */
const pressed = (run: () => void, onMouseEnter: () => void) => ({
  onMouseEnter,
  onMouseDown: (event: MouseEvent) => event.preventDefault(),
  onClick: run,
})
