import { findObservables } from '../../../shared/observables.ts'
import type { IpFacts, Settings, Status, ValueFacts } from '../../messages.ts'
import { type ask as askBackground, isFailure } from '../../relay.ts'
import { status } from '../../ui/live.ts'
import { activeIn, closest } from '../natives.ts'
import type { Box } from '../place.ts'
import { isAddress, type Subject } from './model.ts'
import { createOne, type One } from './one.ts'

/** As many are kept open at once. */
const mostPinned = 8
/** Of a selection so much is looked through. */
const longestText = 10_000
const enough = `${mostPinned} cards are kept open already. Close one first.`

/** Where Escape belongs to what is being typed. */
const typing = 'input, textarea, select, [contenteditable]:not([contenteditable="false"])'

/** With all that can be looked up in what was selected. Where nothing is asked for by name it is about an address first. */
function withValues({ value: asked, others, text }: Subject): Subject {
  const all = [...new Set([...others, ...findObservables(text.slice(0, longestText)).map(({ value }) => value)])]
  const value = asked ?? all.find(isAddress) ?? all[0] ?? null
  return { value, others: all.filter(other => other !== value), text }
}

/** The cards of a page: one that comes and goes with the pointer, and those that somebody keeps open. */
export function createCard(page: Document, ask: typeof askBackground, closed: () => void) {
  /** The topmost last. */
  let cards: One[] = []
  /** One that was closed, for the next. */
  let spare: One | undefined
  let settings: Settings | undefined
  let note: string | undefined
  const ours = new Set<Element>()
  const cache = new Map<string, IpFacts | ValueFacts>()
  const isPinned = ({ model }: One) => model.pinned.value
  /** The one that nobody keeps open. */
  const loose = () => cards.find(card => !isPinned(card))
  const settle = () => {
    for (const card of cards) card.settle()
  }

  function make(): One {
    const card = createOne({
      page,
      ask,
      ours,
      cache,
      pinning(to) {
        if (to && cards.filter(isPinned).length >= mostPinned) return enough
        if (!to) loose()?.close()
        return undefined
      },
      touched: () => lift(card),
      closed() {
        const wasLoose = !cards.some(other => other !== card && !isPinned(other))
        cards = cards.filter(other => other !== card)
        if (spare) card.drop()
        else spare = card
        if (cards.length === 0) window.removeEventListener('resize', settle)
        if (wasLoose) closed()
      },
    })
    if (settings) card.settings(settings)
    card.model.note.value = note
    return card
  }
  function lift(card: One) {
    if (cards.at(-1) === card) return
    cards = [...cards.filter(other => other !== card), card]
    card.raise()
  }
  /** In the middle of something: only a person closes it. */
  const isBusy = (card: One | undefined) => card !== undefined && (card.hasFocus() || card.model.archiving.value !== undefined)
  const everyone = () => [...cards, ...(spare ? [spare] : [])]
  void ask('status', {}).then(answer => {
    if (!isFailure(answer)) status.value ??= answer
  })

  return {
    /** Open one beside a place on the screen. `focus` where it was asked for rather than hovered. */
    open(asked: Subject, at: Box, focus: boolean) {
      const subject = withValues(asked)
      const { value } = subject
      const kept = value === null ? undefined : cards.find(card => isPinned(card) && card.isAbout(value))
      if (kept) lift(kept)
      const card = kept ?? loose() ?? spare ?? make()
      if (!kept) {
        if (card === spare) spare = undefined
        if (cards.length === 0) window.addEventListener('resize', settle, { passive: true })
        cards = [...cards.filter(other => other !== card), card]
        card.open(subject, at)
      }
      if (focus) card.focus()
    },
    /** The one that nobody keeps open goes. */
    close: () => loose()?.close(),
    stays: () => isBusy(loose()),
    isShown: () => loose() !== undefined,
    /** Whether a card is about this value already. */
    isAbout: (value: string) => cards.some(card => card.isAbout(value)),
    /** Whether a point lies on the card that would go, on its address, or between the two. */
    near: (x: number, y: number, target: EventTarget | null): boolean => loose()?.near(x, y, target) === true,
    settings(next: Settings) {
      settings = next
      for (const card of everyone()) card.settings(next)
    },
    /** Something was pressed on the page, or in another card: one that nobody keeps open gives way. */
    pressed(target: EventTarget | null) {
      const card = loose()
      if (card && !card.holds(target) && card.model.archiving.value === undefined) card.close()
    },
    /** Escape, outside of the cards: the topmost goes, unless it belongs to what is being typed. */
    escape() {
      const card = cards.at(-1)
      // one with the focus hears of it by itself
      if (!card || card.model.archiving.value !== undefined || cards.some(one => one.hasFocus())) return
      const active = activeIn(page)
      if (!isPinned(card) || !active || !closest(active, typing)) card.close()
    },
    /** What has to be said of the marks on this page. */
    note(text: string | undefined) {
      note = text
      for (const { model } of everyone()) model.note.value = note
    },
    status(next: Status) {
      status.value = next
    },
    /** Signals or the connection have changed. */
    renew() {
      for (const { model } of cards) void model.renew()
    },
    stop() {
      for (const card of everyone()) card.drop()
      cards = []
      spare = undefined
      window.removeEventListener('resize', settle)
    },
  }
}
export type OpenCard = ReturnType<typeof createCard>
