import { Plus, X } from 'lucide'
import { useId, useState } from 'preact/hooks'
import { Button, IconButton } from '../../ui/button.tsx'
import { Visible } from '../../ui/visible.tsx'
import { Labelled } from '../labelled.tsx'
import { knownTargets } from './notify.ts'

/** Whom a rule tells: those that are chosen, and a field for another one that offers what is there. */
export function TargetsField(props: {
  value: readonly string[]
  problem: string | undefined
  off: string | undefined
  onChange(targets: string[]): void
}) {
  const { value, problem, off, onChange } = props
  const [text, setText] = useState('')
  const list = useId()
  const offered = knownTargets().filter(target => !value.includes(target))
  function add(typed: string): void {
    const found = typed
      .split(/[\s,]+/)
      .filter(word => word !== '')
      .map(word => (word.startsWith('@') ? word : `@${word}`))
    if (found.length > 0) onChange([...new Set([...value, ...found])])
    setText('')
  }
  return (
    <div>
      <Labelled
        label="Tells"
        says={off ?? '@slack-NAME, @webhook-NAME, @browser, or an address such as @soc@example.com.'}
        problem={problem}
      >
        {attributes => (
          <div class="row">
            <input
              {...attributes}
              type="text"
              class="field mono"
              list={list}
              value={text}
              readOnly={off !== undefined}
              maxLength={320}
              autocomplete="off"
              spellcheck={false}
              onInput={event => setText(event.currentTarget.value)}
              onBlur={() => add(text)}
              onKeyDown={event => {
                if (event.key === 'Escape') event.currentTarget.blur()
                if (event.key !== 'Enter') return
                event.preventDefault()
                add(text)
              }}
            />
            <Button icon={Plus} off={off ?? (text.trim() === '' ? 'Write whom first' : undefined)} onClick={() => add(text)}>
              Add
            </Button>
          </div>
        )}
      </Labelled>
      <datalist id={list}>
        {offered.map(target => (
          <option key={target} value={target} />
        ))}
      </datalist>
      {value.length > 0 && (
        <ul class="tags gap" aria-label="Told">
          {value.map(target => (
            <li key={target} class="tag plain row">
              <Visible class="mono" text={target} />
              <IconButton
                icon={X}
                small
                label={`Take ${target} away`}
                off={off}
                onClick={() => onChange(value.filter(one => one !== target))}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
