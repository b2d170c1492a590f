import { evidenceLimits } from '../../shared/evidence.ts'
import { getter, rootElement } from '../page/natives.ts'
import { readPieces } from './pieces.ts'

/** What is selected in one frame. */
export interface Read {
  text: string
  /** There was more than is ever kept, and `text` is only its beginning. */
  cut: boolean
  url: string
  title: string
}

const activeOf = getter(Document, 'activeElement')
const titleOf = getter(Document, 'title')

const { bytes: most } = evidenceLimits

/** The selection with its line breaks: of the field that has the focus, or else of the page. */
export function readSelection(page: Document): Read {
  const { text, cut } = inField(page) ?? inPage()
  return { text: text.slice(0, most), cut: cut || text.length > most, url: location.href, title: titleOf(page) }
}

/** All that a page shows, as lines. */
export function readPage(page: Document): Read {
  const range = new Range()
  range.selectNodeContents(rootElement(page) ?? page)
  const { text, cut } = readPieces(range, most)
  return { text: text.slice(0, most), cut: cut || text.length > most, url: location.href, title: titleOf(page) }
}

/** What is selected in a field; undefined where none has a selection. Passwords are never read. */
function inField(page: Document): { text: string; cut: boolean } | undefined {
  const active = activeOf(page)
  const isField = active instanceof HTMLTextAreaElement || (active instanceof HTMLInputElement && active.type !== 'password')
  if (!isField) return undefined
  const { selectionStart: from, selectionEnd: to, value } = active
  return from === null || to === null || from === to ? undefined : { text: value.slice(from, to), cut: false }
}

function inPage(): { text: string; cut: boolean } {
  const selection = getSelection()
  if (!selection || selection.isCollapsed) return { text: '', cut: false }
  // Firefox has one range for each that was selected with Ctrl, and for each column of a table
  const parts = Array.from({ length: selection.rangeCount }, (_, i) => readPieces(selection.getRangeAt(i), most))
  const text = parts
    .map(({ text }) => text)
    .filter(text => text !== '')
    .join('\n')
  // the browser's own reading, of what lies in trees that are not ours to walk
  return { text: text || String(selection), cut: parts.some(({ cut }) => cut) }
}
