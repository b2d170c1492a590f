import { Clock } from 'lucide'
import { useRef, useState } from 'preact/hooks'
import { TimeError } from '../../../shared/time.ts'
import { Button } from '../../ui/button.tsx'
import { useKeys } from '../use-keys.ts'
import { label, presets, type Range, readRange } from './range.ts'

/** The time range: presets, and a field that takes what people write. T opens it. */
export function TimeMenu({ range, onChange }: { range: Range; onChange(range: Range): void }) {
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const [wrong, setWrong] = useState('')
  const box = useRef<HTMLSpanElement>(null)
  const close = (back: boolean) => {
    setOpen(false)
    setWrong('')
    if (back) box.current?.querySelector('button')?.focus()
  }
  const begin = () => {
    setOpen(true)
    setTyped('')
    requestAnimationFrame(() => box.current?.querySelector('input')?.focus())
  }
  useKeys({ t: begin })
  const choose = (range: Range) => {
    onChange(range)
    close(true)
  }
  const submit = (event: Event) => {
    event.preventDefault()
    try {
      choose(readRange(typed, Date.now()))
    } catch (error) {
      if (!(error instanceof TimeError)) throw error
      setWrong(error.message)
    }
  }
  const leaving = {
    onKeyDown(event: KeyboardEvent) {
      if (event.key !== 'Escape' || !open) return
      close(true)
      event.preventDefault()
      event.stopPropagation()
    },
    onFocusOut(event: FocusEvent) {
      if (open && !box.current?.contains(event.relatedTarget as Node | null)) close(false)
    },
  }
  return (
    <span class="opener time" ref={box} {...leaving}>
      <Button
        icon={Clock}
        aria-haspopup="dialog"
        aria-expanded={open}
        keys="T"
        onMouseDown={event => open && event.preventDefault()}
        onClick={() => (open ? close(true) : begin())}
      >
        {label(range)}
      </Button>
      {open && (
        <div class="menu left times" role="dialog" aria-label="Time range">
          <form onSubmit={submit}>
            <input
              class="field"
              aria-label="Time range"
              placeholder="15m, yesterday, 2026-01-31 09:30 to now"
              value={typed}
              aria-invalid={wrong !== ''}
              aria-describedby={wrong ? 'time-fault' : undefined}
              onInput={event => {
                setTyped(event.currentTarget.value)
                setWrong('')
              }}
            />
            {wrong && (
              <p id="time-fault" class="bad" role="alert">
                {wrong}
              </p>
            )}
          </form>
          {presets.map(preset => (
            <button
              type="button"
              key={preset.from}
              class="btn quiet"
              aria-pressed={preset.from === range.from && range.to === 'now'}
              onClick={() => choose({ from: preset.from, to: 'now' })}
            >
              {preset.label}
            </button>
          ))}
        </div>
      )}
    </span>
  )
}
