/** An on-off switch. It shows `on` and nothing else: what a press asks for may be refused. */
export function Switch({ on, label, onTurn }: { on: boolean; label?: string; onTurn(to: boolean): void }) {
  return (
    <input
      type="checkbox"
      role="switch"
      aria-checked={on}
      aria-label={label}
      checked={on}
      onClick={event => {
        event.preventDefault()
        onTurn(!on)
      }}
    />
  )
}
