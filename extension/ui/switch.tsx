/** An on-off switch. It shows `on` and nothing else: what a press asks for may be refused. `inRow`: Tab goes by it, since its row has a key for it. */
export function Switch({ on, label, inRow, onTurn }: { on: boolean; label?: string; inRow?: boolean; onTurn(to: boolean): void }) {
  return (
    <input
      type="checkbox"
      role="switch"
      aria-checked={on}
      aria-label={label}
      checked={on}
      tabIndex={inRow ? -1 : 0}
      onClick={event => {
        event.preventDefault()
        onTurn(!on)
      }}
    />
  )
}
