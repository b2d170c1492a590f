import { Clock } from 'lucide'
import { useState } from 'preact/hooks'
import { TimeError } from '../../../shared/time.ts'
import { Popover } from './popover.tsx'
import { label, presets, type Range, readRange } from './range.ts'

/** The time range: presets, and a field that takes what people write. T opens it. */
export const TimeMenu = ({ range, onChange }: { range: Range; onChange(range: Range): void }) => (
  <Popover label="Time range" icon={Clock} text={label(range)} keys="T" left class="time">
    {close => (
      <Times
        range={range}
        onChange={range => {
          close()
          onChange(range)
        }}
      />
    )}
  </Popover>
)

function Times({ range, onChange }: { range: Range; onChange(range: Range): void }) {
  const [typed, setTyped] = useState('')
  const [wrong, setWrong] = useState('')
  const submit = (event: Event) => {
    event.preventDefault()
    try {
      onChange(readRange(typed, Date.now()))
    } catch (error) {
      if (!(error instanceof TimeError)) throw error
      setWrong(error.message)
    }
  }
  return (
    <>
      <form onSubmit={submit}>
        <input
          class="field"
          aria-label="Type a time range"
          placeholder="15m, or 2026-01-31 to now"
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
          onClick={() => onChange({ from: preset.from, to: 'now' })}
        >
          {preset.label}
        </button>
      ))}
    </>
  )
}
