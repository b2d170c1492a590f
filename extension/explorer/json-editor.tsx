import { CircleAlert } from 'lucide'
import { useId, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import type { Problem } from '../messages.ts'
import { Icon } from '../ui/icon.tsx'
import { JsonFault, lineOf, placesOf, rangeOf } from './json-places.ts'

interface Fault {
  message: string
  range: readonly [number, number] | undefined
}

/** What is wrong with a text: that it is no JSON, or what the daemon says of its members. */
export function faultsOf(text: string, problems: readonly Problem[]): Fault[] {
  try {
    const places = placesOf(text)
    return problems.map(({ field, message, at }) => ({
      message: field === '' ? message : `${field}: ${message}`,
      range: rangeOf(places, field, at),
    }))
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error
    return [{ message: error.message, range: [error.at, Math.min(text.length, error.at + 1)] }]
  }
}

/** JSON with its lines numbered and each error at its line; a press on an error goes there. */
export function JsonEditor({
  label,
  text,
  problems,
  onInput,
}: {
  label: string
  text: string
  problems: readonly Problem[]
  onInput(text: string): void
}) {
  const area = useRef<HTMLTextAreaElement>(null)
  const gutter = useRef<HTMLPreElement>(null)
  const id = useId()
  const faults = useMemo(() => faultsOf(text, problems), [text, problems])
  const wrong = new Set(faults.flatMap(({ range }) => (range ? [lineOf(text, range[0])] : [])))
  const lines = text.split('\n').length
  useLayoutEffect(() => {
    if (area.current && area.current.value !== text) area.current.value = text
  }, [text])
  const go = ({ range }: Fault) => {
    const box = area.current!
    box.focus()
    if (!range) return
    box.setSelectionRange(...(range as [number, number]))
    box.scrollTop = Math.max(0, (lineOf(text, range[0]) - 4) * 18)
  }
  return (
    <div class="json">
      <div class={`code-box ${faults.length > 0 ? 'bad' : ''}`}>
        <pre aria-hidden="true" ref={gutter}>
          {Array.from({ length: lines }, (_, at) => (
            <span class={wrong.has(at + 1) ? 'wrong' : ''} key={at}>
              {at + 1}
              {'\n'}
            </span>
          ))}
        </pre>
        <textarea
          ref={area}
          aria-label={label}
          spellcheck={false}
          wrap="off"
          aria-invalid={faults.length > 0}
          aria-describedby={faults.length > 0 ? id : undefined}
          onInput={event => onInput(event.currentTarget.value)}
          onScroll={event => {
            gutter.current!.scrollTop = event.currentTarget.scrollTop
          }}
        />
      </div>
      {faults.length > 0 && (
        <div id={id} role="alert">
          <ul class="faults">
            {faults.map((fault, at) => (
              <li key={at}>
                <button type="button" onClick={() => go(fault)}>
                  <Icon of={CircleAlert} small />
                  <span class="weak nowrap">{fault.range ? `Line ${lineOf(text, fault.range[0])}` : 'Rule'}</span>
                  <span>{fault.message}</span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}
