import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

export type Attributes = { id: string; 'aria-invalid': boolean; 'aria-describedby': string }

/** A control with its name, one sentence, and what is wrong with it. */
export function Labelled(props: {
  label: string
  says: string
  problem: string | undefined
  children(attributes: Attributes): ComponentChildren
}) {
  const { label, says, problem, children } = props
  const id = useId()
  return (
    <div class="labelled">
      <label class="eyebrow" for={id}>
        {label}
      </label>
      {children({ id, 'aria-invalid': problem !== undefined, 'aria-describedby': `${id}-says` })}
      <p id={`${id}-says`} class={problem ? 'bad' : 'weak'} role={problem ? 'alert' : undefined}>
        {problem ?? says}
      </p>
    </div>
  )
}
