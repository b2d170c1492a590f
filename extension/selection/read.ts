import { evidenceLimits } from '../../shared/evidence.ts'
import { getter } from '../page/natives.ts'
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

/** One more than is kept says that it is too much. */
const most = evidenceLimits.bytes + 1

/** The selection with its line breaks: of the field that has the focus, or else of the page. */
export function readSelection(page: Document): Read {
  const text = inField(page) ?? inPage(page)
  return { text: text.slice(0, most), cut: text.length >= most, url: location.href, title: titleOf(page) }
}

/** What is selected in a field; undefined where none has a selection. Passwords are never read. */
function inField(page: Document): string | undefined {
  const active = activeOf(page)
  const isField = active instanceof HTMLTextAreaElement || (active instanceof HTMLInputElement && active.type !== 'password')
  if (!isField) return undefined
  const { selectionStart: from, selectionEnd: to, value } = active
  return from === null || to === null || from === to ? undefined : value.slice(from, to)
}

function inPage(page: Document): string {
  const selection = getSelection()
  if (!selection || selection.isCollapsed) return ''
  // Firefox has one range for each that was selected with Ctrl, and for each column of a table
  const parts = Array.from({ length: selection.rangeCount }, (_, i) => readPieces(page, selection.getRangeAt(i), most))
  // the browser's own reading, of what lies in trees that are not ours to walk
  return parts.filter(part => part !== '').join('\n') || String(selection)
}
