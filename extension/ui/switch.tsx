interface Props {
  on: boolean
  label?: string
  /** Tab goes by it, since its row has a key for it. */
  inRow?: boolean
  /** Why it cannot be turned now. */
  off?: string | undefined
  onTurn(to: boolean): void
}

/** An on-off switch. It shows `on` and nothing else: what a press asks for may be refused. */
export function Switch({ on, label, inRow, off, onTurn }: Props) {
  return (
    <input
      type="checkbox"
      role="switch"
      aria-checked={on}
      aria-label={label}
      checked={on}
      tabIndex={inRow ? -1 : 0}
      {...(off !== undefined && { 'aria-disabled': true, title: off })}
      onClick={event => {
        event.preventDefault()
        if (off === undefined) onTurn(!on)
      }}
    />
  )
}
