import type { ComponentChildren } from 'preact'
import type { Person } from '../../../shared/triage.ts'
import { Who } from '../../ui/facts.tsx'
import type { Whom } from '../../ui/triage-words.ts'
import { OverButton } from './over.tsx'
import { PeoplePicker } from './people.tsx'

/** Who has something, and who is to have it instead. `part` is what they are in it, `ask` the button's name and `nobody` its word while nobody is. */
export function PersonButton(props: {
  person: Person | null
  part: string
  ask: string
  nobody: string
  icon: ComponentChildren
  off: string | undefined
  onPick(to: Whom): void
}) {
  const { person, part, ask, nobody, icon, off, onPick } = props
  const name = person && (person.name || person.handle)
  return (
    <span class="assignee">
      <OverButton
        label={name ? `${part}: ${name}` : ask}
        off={off}
        shows={
          <>
            {person ? <Who person={person} /> : icon}
            <span class="cut">{name ?? nobody}</span>
          </>
        }
      >
        {close => (
          <PeoplePicker
            now={person}
            onPick={to => {
              close()
              onPick(to)
            }}
            onBack={close}
          />
        )}
      </OverButton>
    </span>
  )
}
