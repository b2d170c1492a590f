import type { Answer } from '../../messages.ts'
import { ask } from '../../relay.ts'
import { readPlace } from '../link.ts'
import { searches } from '../searches.ts'
import { firstPage, keyOf, wantedIn } from './first-page.ts'
import { resolve, type Span } from './range.ts'
import type { Defaults } from './types.ts'

/** A first page that was asked for before anything was drawn. */
export interface Early {
  section: string
  key: string
  view: string
  at: number
  span: Span
  answer: Promise<Answer<'search'>>
}

/** What a search of a section calls itself to the daemon. */
export const nameView = (section: string): string => `${section}-${crypto.randomUUID().slice(0, 8)}`

let early: Early | undefined

/** Ask for what the address leads to while the page is still being loaded and drawn. */
export function askEarly(): void {
  const { section: named, with: words } = readPlace(location.hash)
  // where the explorer begins
  const section = named || 'signals'
  const begins: Record<string, Defaults> = searches
  const defaults = Object.hasOwn(begins, section) ? begins[section] : undefined
  if (!defaults) return
  const wanted = wantedIn(words, defaults)
  const view = nameView(section)
  const at = Date.now()
  try {
    const span = resolve(wanted.range, at)
    // where all time begins has to be asked first
    if (span.from === 0) return
    early = { section, key: keyOf(wanted), view, at, span, answer: ask('search', firstPage(defaults.track, wanted, span, view)) }
  } catch {
    // a range that cannot be read: the section says so
  }
}

/** What was asked early for a section; once. */
export function takeEarly(section: string): Early | undefined {
  const taken = early
  early = undefined
  return taken?.section === section ? taken : undefined
}
