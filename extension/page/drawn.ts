import { mostSpoken, type Reading } from '../messages.ts'
import { attributeOf, createWalker, parentOf, queryIn, rectOf, rootElement } from './natives.ts'
import { addressesIn } from './text.ts'

/** The part of the screen from which on a picture is what the page is about. */
const large = 0.25
/** What is read of the words for one picture, at most: characters, and elements with a label. */
const most = { text: 10_000, labels: 200 }
const labels = ['aria-label', 'aria-description', 'aria-valuetext'] as const

/** Whether much of the page, in these canvases near the screen, is drawn by its own script, and the addresses in what it tells assistive technology of that. */
export function readDrawn(page: Document, canvases: readonly HTMLCanvasElement[]): Pick<Reading, 'drawn' | 'spoken'> {
  const shown = canvases.filter(canvas => {
    const { left, right, top, bottom } = rectOf(canvas)
    const width = Math.min(right, innerWidth) - Math.max(left, 0)
    const height = Math.min(bottom, innerHeight) - Math.max(top, 0)
    return width > 0 && height > 0 && width * height >= large * innerWidth * innerHeight
  })
  const spoken = new Set(shown.flatMap(canvas => addressesIn(wordsFor(page, canvas))))
  return { drawn: shown.length > 0, spoken: [...spoken].slice(0, mostSpoken) }
}

/** A terminal keeps its words beside its canvas: what lies in the canvas, and around it up to two elements above. */
function wordsFor(page: Document, canvas: Element): string {
  const above = parentOf(canvas)
  const further = above && parentOf(above)
  const root = rootElement(page)
  const around = [further, above].find(node => node instanceof Element && node !== root && parentOf(node) !== root) as Element | undefined
  const of = around ?? canvas
  const words = [of, ...[...queryIn(of, labels.map(name => `[${name}]`).join())].slice(0, most.labels)].flatMap(element =>
    labels.map(name => attributeOf(element, name) ?? ''),
  )
  const walker = createWalker(page, of, NodeFilter.SHOW_TEXT)
  let length = 0
  for (let text = walker.nextNode(); text instanceof Text && length < most.text; text = walker.nextNode()) {
    words.push(text.data.slice(0, most.text))
    length += text.length
  }
  return words.join('\n')
}
