import type { Settings, Status } from '../messages.ts'
import type { ask as askBackground } from '../relay.ts'
import type { OpenCard } from './card/index.ts'
import { own } from './own.ts'

/** The card of a page before its script is there: it is fetched when it is first needed, and what was said meanwhile is said again. */
export function createLateCard(page: Document, ask: typeof askBackground, closed: () => void) {
  let card: OpenCard | undefined
  let settings: Settings | undefined
  let note: string | undefined
  let wanted: Parameters<OpenCard['open']> | undefined
  let loading = false
  let over = false

  async function load() {
    if (loading || card || over) return
    loading = true
    if (!own.signalboxCard) await ask('loadCard', {})
    loading = false
    if (over || !own.signalboxCard) return
    card = own.signalboxCard(page, ask, closed)
    if (settings) card.settings(settings)
    card.note(note)
    if (wanted) card.open(...wanted)
    wanted = undefined
  }

  return {
    /** It may be needed soon. */
    prepare: () => void load(),
    open(...how: Parameters<OpenCard['open']>) {
      if (card) card.open(...how)
      else {
        wanted = how
        void load()
      }
    },
    close() {
      wanted = undefined
      card?.close()
    },
    isShown: () => card?.isShown() === true,
    isAbout: (address: string) => card?.isAbout(address) === true,
    stays: () => card?.stays() === true,
    near: (x: number, y: number, target: EventTarget | null) => card?.near(x, y, target) === true,
    pressed(target: EventTarget | null) {
      wanted = undefined
      card?.pressed(target)
    },
    /** Escape was pressed on the page. */
    escape() {
      wanted = undefined
      card?.escape()
    },
    settings(next: Settings) {
      settings = next
      card?.settings(next)
    },
    note(text: string | undefined) {
      note = text
      card?.note(text)
    },
    /** The connection is another one. */
    status: (next: Status) => card?.status(next),
    renew: () => card?.renew(),
    stop() {
      over = true
      card?.stop()
      card = undefined
    },
  }
}
