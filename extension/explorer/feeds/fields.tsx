import { Labelled } from '../labelled.tsx'
import type { Form } from './form.ts'

/** A line of text that is a member of the form. */
export function Text(props: {
  form: Form
  name: 'name' | 'category' | 'licence' | 'url' | 'authName'
  label: string
  says: string
  mono?: boolean
  list?: readonly string[]
  problem: string | undefined
  on(part: Partial<Form>): void
}) {
  const { form, name, label, says, mono, list, problem, on } = props
  return (
    <Labelled label={label} says={says} problem={problem}>
      {attributes => (
        <>
          <input
            {...attributes}
            type="text"
            class={`field ${mono ? 'mono' : ''}`}
            value={form[name]}
            maxLength={name === 'url' ? 2000 : 100}
            autocomplete="off"
            spellcheck={false}
            list={list && `${name}-list`}
            onInput={event => on({ [name]: event.currentTarget.value })}
          />
          {list && (
            <datalist id={`${name}-list`}>
              {list.map(one => (
                <option key={one} value={one} />
              ))}
            </datalist>
          )}
        </>
      )}
    </Labelled>
  )
}

/** Something that is typed, kept, and never shown. */
export const SecretField = (props: { label: string; says: string; value: string; onType(value: string): void }) => (
  <Labelled label={props.label} says={props.says} problem={undefined}>
    {attributes => (
      <input
        {...attributes}
        type="password"
        class="field mono"
        value={props.value}
        maxLength={4096}
        autocomplete="new-password"
        onInput={event => props.onType(event.currentTarget.value)}
      />
    )}
  </Labelled>
)
