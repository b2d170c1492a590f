import { useSignal } from '@preact/signals'
import { Search as Glass, TriangleAlert } from 'lucide'
import type { RefObject } from 'preact'
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { maxQueryLength } from '../../../shared/query/limits.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { remember } from './choices.ts'
import { Colours } from './colours.tsx'
import { Completions } from './completions.tsx'
import { QueryHelp } from './query-help.tsx'
import { createSuggest } from './suggest.ts'
import type { QueryField } from './types.ts'

/** What closes what is open, by what the parser says of it. */
const closers: Record<string, string> = {
  'The parenthesis is not closed.': ')',
  'The quote is not closed.': '"',
  'The bracket is not closed.': ']',
}

/** A plain text input over its own text in colours, with what could complete it below. While a text is being composed the input shows it itself. */
export function QueryBar(props: {
  surface: QueryField
  input: RefObject<HTMLInputElement | null>
  label: string
  placeholder: string
  /** What an error leaves as it is. */
  kept?: string
  /** The key that leads here; Enter then leads back to the list. */
  keys?: string
}) {
  const { surface, input, label, placeholder, keys } = props
  // of one track there is one on the page
  const [why, list] = [`query-fault-${surface.track}`, `completions-${surface.track}`]
  const { text, fault } = surface
  const layer = useRef<HTMLPreElement>(null)
  const composing = useSignal(false)
  const write = (text: string, caret: number) => {
    surface.setQuery(text)
    const field = input.current!
    field.value = text
    field.focus()
    field.setSelectionRange(caret, caret)
  }
  const suggest = useMemo(() => createSuggest(surface, write, () => input.current?.selectionStart ?? text.peek().length), [])
  const offer = suggest.offer.value
  const wrong = fault.value
  const { kept = wrong && surface.found.value ? 'The list still shows the last good query.' : '' } = props
  const follow = () => {
    if (layer.current && input.current) layer.current.scrollLeft = input.current.scrollLeft
  }
  // when all is drawn: to ask before makes the browser lay out twice
  useLayoutEffect(() => {
    const frame = requestAnimationFrame(follow)
    return () => cancelAnimationFrame(frame)
  })
  const look = (field: HTMLInputElement) => void suggest.look(field.value, field.selectionStart ?? field.value.length)
  const keep = () => !fault.peek() && void remember(surface.track, text.peek())
  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLInputElement }) => {
    if (suggest.press(event)) event.preventDefault()
    else if (event.key === 'Enter' && !event.isComposing) {
      // it ends the query, not the form that it may stand in
      event.preventDefault()
      suggest.close()
      keep()
      if (keys && !fault.peek()) event.currentTarget.blur()
    } else if (event.key === 'Escape') event.currentTarget.blur()
    else if (event.key === 'ArrowDown') look(event.currentTarget)
  }
  const closer = wrong && closers[wrong.message]
  return (
    <div class="queries">
      <div class={`query ${wrong ? 'bad' : ''}`}>
        <Icon of={Glass} />
        <div class={`edit ${composing.value ? 'composing' : ''}`}>
          <pre aria-hidden="true" ref={layer}>
            <Colours text={text.value} fault={wrong} />
          </pre>
          <input
            ref={input}
            role="combobox"
            aria-label={label}
            aria-autocomplete="list"
            aria-expanded={offer !== undefined}
            aria-controls={list}
            aria-activedescendant={offer && offer.at >= 0 ? `completion-${offer.at}` : undefined}
            spellcheck={false}
            autocomplete="off"
            autocapitalize="off"
            maxLength={maxQueryLength}
            placeholder={placeholder}
            value={text.value}
            aria-invalid={wrong !== undefined}
            aria-describedby={wrong ? why : undefined}
            onCompositionStart={() => (composing.value = true)}
            onCompositionEnd={event => {
              composing.value = false
              surface.setQuery(event.currentTarget.value)
            }}
            onInput={event => {
              if (event.isComposing) return void (text.value = event.currentTarget.value)
              surface.setQuery(event.currentTarget.value)
              look(event.currentTarget)
            }}
            onBlur={() => {
              suggest.close()
              keep()
            }}
            onKeyDown={onKeyDown}
            onScroll={follow}
            onKeyUp={follow}
            onSelect={follow}
          />
        </div>
        <QueryHelp />
        {keys && <kbd>{keys}</kbd>}
      </div>
      {offer && <Completions id={list} offer={offer} onTake={suggest.take} />}
      {wrong && !offer && (
        <p class="notice critical why" id={why} role="alert">
          <Icon of={TriangleAlert} />
          <span>
            {wrong.message}{' '}
            <span class="weak">
              At character {wrong.at[0] + 1}. {kept}
            </span>
          </span>
          {closer && (
            <Button small onClick={() => write(text.value + closer, text.value.length + 1)}>
              Insert {closer}
            </Button>
          )}
        </p>
      )}
      {wrong && offer && (
        <span class="sr" id={why}>
          {wrong.message}
        </span>
      )}
    </div>
  )
}
