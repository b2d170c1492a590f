import { Check, Undo2 } from 'lucide'
import type { ComponentChildren } from 'preact'
import { Button } from '../../ui/button.tsx'
import { Labelled } from '../labelled.tsx'
import { Trouble } from '../states.tsx'
import type { Form } from './form.ts'

/** A line of text of a form. */
export function TextField<K extends string>(props: {
  form: Pick<Form<Record<K, string>>, 'value' | 'change' | 'wrong'>
  name: K
  label: string
  says?: string
  type?: 'text' | 'email' | 'date'
  mono?: boolean
  most?: number
  /** Why it cannot be changed. */
  off?: string | undefined
}) {
  const { form, name, label, says = '', type = 'text', mono, most = 200, off } = props
  return (
    <Labelled label={label} says={off ?? says} problem={form.wrong(name)}>
      {attributes => (
        <input
          {...attributes}
          {...({ type } as { type: 'text' })}
          class={`field ${mono ? 'mono' : ''}`}
          value={form.value[name]}
          readOnly={off !== undefined}
          maxLength={most}
          autocomplete="off"
          spellcheck={false}
          onInput={event => form.change({ [name]: event.currentTarget.value } as Partial<Record<K, string>>)}
          // out of the field first: a second one closes the panel
          onKeyDown={event => event.key === 'Escape' && event.currentTarget.blur()}
        />
      )}
    </Labelled>
  )
}

export interface Checkable {
  id: string
  label: string
  /** Beside it. */
  says?: string
  /** Why it cannot be changed. */
  off?: string | undefined
}

/** Several of many; what cannot be changed says why. */
export function Checklist(props: { of: readonly Checkable[]; checked: readonly string[]; onCheck(checked: string[]): void }) {
  const { of, checked, onCheck } = props
  return (
    <ul class="checks">
      {of.map(({ id, label, says, off }) => (
        <li key={id}>
          <label title={off} class={off === undefined ? '' : 'off'}>
            <input
              type="checkbox"
              checked={checked.includes(id)}
              aria-disabled={off !== undefined}
              onClick={event => off !== undefined && event.preventDefault()}
              onChange={event => onCheck(event.currentTarget.checked ? [...checked, id] : checked.filter(one => one !== id))}
            />
            <span>{label}</span>
            {says && <span class="weak cut">{says}</span>}
            {off !== undefined && <span class="sr">{off}</span>}
          </label>
        </li>
      ))}
    </ul>
  )
}

/** What ends a form: the fault that belongs to no control, the button that saves, and the way back. */
export function Foot<T extends object>(props: {
  form: Form<T>
  /** Why it cannot be saved now. */
  why: string | undefined
  word: string
  busyWord: string
  children?: ComponentChildren
}) {
  const { form, why, word, busyWord, children } = props
  return (
    <>
      {form.trouble && <Trouble text={form.trouble} />}
      <div class="row foot wrap">
        <Button kind="primary" icon={Check} type="submit" off={form.busy ? busyWord : why} onClick={() => void form.submit()}>
          {form.busy ? busyWord : word}
        </Button>
        {form.dirty && (
          <Button kind="quiet" icon={Undo2} onClick={form.reset}>
            Start over
          </Button>
        )}
        {children}
        {why !== undefined && !form.busy && <span class="dim">{why}</span>}
      </div>
    </>
  )
}

/** The button that saves is pressed by Enter too: the browser itself has nothing to send. */
export const hold = (event: Event) => event.preventDefault()
