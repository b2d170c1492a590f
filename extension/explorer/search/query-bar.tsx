import { useSignal } from '@preact/signals'
import { CircleQuestionMark, Search as Glass, TriangleAlert } from 'lucide'
import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { maxQueryLength } from '../../../shared/query/limits.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { piecesOf } from '../../ui/query-looks.ts'
import type { Fault, Surface } from './types.ts'

/** What closes what is open, by what the parser says of it. */
const closers: Record<string, string> = {
  'The parenthesis is not closed.': ')',
  'The quote is not closed.': '"',
  'The bracket is not closed.': ']',
}

/** The coloured text behind the input, with what cannot be read underlined where it is. */
export function Colours({ text, fault }: { text: string; fault: Fault | undefined }) {
  const [from, to] = fault ? [fault.at[0], Math.max(fault.at[1], fault.at[0] + 1)] : [0, 0]
  let at = 0
  const parts = piecesOf(text).flatMap(piece => {
    const start = at
    at += piece.text.length
    // a piece may be wrong in a part of it only
    const cuts = [0, from - start, to - start, piece.text.length].filter(cut => cut >= 0 && cut <= piece.text.length)
    return cuts.slice(1).flatMap((end, i) => {
      const begin = cuts[i]!
      const bad = fault !== undefined && start + begin < to && start + end > from
      return begin === end ? [] : [{ text: piece.text.slice(begin, end), look: `${piece.look} ${bad ? 'error' : ''}` }]
    })
  })
  return (
    <>
      {parts.map(({ text, look }, i) => (
        <span class={look} key={i}>
          {text}
        </span>
      ))}
      {fault && from >= text.length && <span class="error"> </span>}
    </>
  )
}

/** A plain text input over its own text in colours. While a text is being composed the input shows it itself. */
export function QueryBar({ surface, input, noun }: { surface: Surface; input: RefObject<HTMLInputElement | null>; noun: string }) {
  const { text, fault } = surface
  const layer = useRef<HTMLPreElement>(null)
  const composing = useSignal(false)
  const wrong = fault.value
  const follow = () => {
    if (layer.current && input.current) layer.current.scrollLeft = input.current.scrollLeft
  }
  useLayoutEffect(follow)
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
            aria-label={`Search ${noun}`}
            spellcheck={false}
            autocomplete="off"
            autocapitalize="off"
            maxLength={maxQueryLength}
            placeholder="Search, such as status:error service:web @http.status_code:>=500"
            value={text.value}
            aria-invalid={wrong !== undefined}
            aria-describedby={wrong ? 'query-fault' : undefined}
            onCompositionStart={() => (composing.value = true)}
            onCompositionEnd={event => {
              composing.value = false
              surface.setQuery(event.currentTarget.value)
            }}
            onInput={event => (event.isComposing ? (text.value = event.currentTarget.value) : surface.setQuery(event.currentTarget.value))}
            onScroll={follow}
            onKeyUp={follow}
            onSelect={follow}
          />
        </div>
        <IconButton label="Query help" icon={CircleQuestionMark} small />
        <kbd>/</kbd>
      </div>
      {wrong && (
        <p class="notice critical why" id="query-fault" role="alert">
          <Icon of={TriangleAlert} />
          <span>
            {wrong.message} <span class="weak">At character {wrong.at[0] + 1}. The list still shows the last good query.</span>
          </span>
          {closer && (
            <Button
              small
              onClick={() => {
                surface.setQuery(text.value + closer)
                input.current?.focus()
              }}
            >
              Insert {closer}
            </Button>
          )}
        </p>
      )}
    </div>
  )
}
