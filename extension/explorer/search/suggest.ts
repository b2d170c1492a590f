import { signal } from '@preact/signals'
import { type Choice, createChoices, history } from './choices.ts'
import { accept, type Place, placeAt } from './complete.ts'
import type { QueryField } from './types.ts'

export interface Offer {
  /** Undefined: what was searched before. */
  place: Place | undefined
  choices: Choice[]
  /** -1: none, and Enter searches. */
  at: number
}

/** What the query bar offers below the caret, and what becomes of keys while it does. */
export function createSuggest(surface: QueryField, write: (text: string, caret: number) => void, caret: () => number) {
  const offer = signal<Offer | undefined>(undefined)
  const choicesFor = createChoices(surface)
  let asked = 0
  const close = () => {
    asked++
    offer.value = undefined
  }
  async function look(text: string, caret: number): Promise<void> {
    const mine = ++asked
    const place = text.trim() === '' ? undefined : placeAt(text, caret)
    if (text.trim() !== '' && !place) return close()
    await surface.settled?.()
    if (mine !== asked) return
    const past = place ? [] : (await history(surface.track)).map(text => ({ text }))
    const choices = place
      ? await choicesFor(place)
      : past.length > 0
        ? past
        : await choicesFor({ kind: 'key', prefix: '', at: [0, 0], rest: '' })
    if (mine !== asked) return
    // what is written out already needs no completion
    const written = place?.kind === 'value' && choices.length === 1 && choices[0]!.text === place.prefix
    const isPast = past.length > 0
    offer.value =
      choices.length === 0 || written
        ? undefined
        : { place: place ?? (isPast ? undefined : { kind: 'key', prefix: '', at: [0, 0], rest: '' }), choices, at: -1 }
  }
  function take(index: number): void {
    const { place: offered, choices } = offer.peek()!
    // what is offered may be of a moment ago, when less was written
    const place = offered && (placeAt(surface.text.peek(), caret()) ?? offered)
    const { text } = choices[index]!
    const next = place ? accept(surface.text.peek(), place, text) : { text, caret: text.length }
    write(next.text, next.caret)
    // behind a key its values come
    if (place?.kind === 'key') void look(next.text, next.caret)
    else close()
  }
  const keys: Record<string, (offer: Offer) => boolean> = {
    ArrowDown: ({ at, choices }) => move((at + 1) % choices.length),
    ArrowUp: ({ at, choices }) => move((at <= 0 ? choices.length : at) - 1),
    Tab({ at }) {
      take(Math.max(0, at))
      return true
    },
    Enter({ at }) {
      if (at < 0) return false
      take(at)
      return true
    },
    Escape() {
      close()
      return true
    },
  }
  const move = (at: number) => {
    offer.value = { ...offer.peek()!, at }
    return true
  }
  return {
    offer,
    look,
    take,
    close,
    /** Whether the key was for what is offered. */
    press: (event: KeyboardEvent): boolean => {
      const open = offer.peek()
      if (!open || event.shiftKey || event.isComposing) return false
      return keys[event.key]?.(open) ?? false
    },
  }
}
