import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openOverlay } from './overlay.ts'
import { settings, wrap } from './overlay-data.ts'

// Of a page of many elements the rules for marks hold only near the screen: a mark that they do not reach is there and cannot be seen.

let overlay: Awaited<ReturnType<typeof openOverlay>>
let page: Page
beforeAll(async () => {
  overlay = await openOverlay({ on: true, kinds: {}, facts: {}, details: {}, settings, connection: { state: 'live' } })
})
afterEach(() => page?.close())
afterAll(() => overlay?.close())

const rows = (count: number, row: (text: string) => string, from = 0) =>
  Array.from({ length: count }, (_, i) => row(`10.0.${(from + i) >> 8}.${(from + i) & 255}`)).join('')
const div = (text: string) => `<div>${text}</div>`
const spans = (text: string) => `<div class="row"><span>from</span> <span>${text}</span> <span>port</span></div>`

/** The addresses on the screen that have no line, or `none at all`. */
const unseen = () =>
  page.evaluate(() => {
    const lined = new Set<Node>()
    for (const [name, ranges] of CSS.highlights as unknown as Map<string, Iterable<StaticRange>>)
      for (const { startContainer } of ranges)
        if (getComputedStyle(startContainer.parentElement!, `::highlight(${name})`).textDecorationLine !== 'none') lined.add(startContainer)
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const missing: string[] = []
    let shown = 0
    for (let text = walker.nextNode() as Text | null; text; text = walker.nextNode() as Text | null) {
      if (!text.data.includes('10.0.')) continue
      const range = new Range()
      range.selectNodeContents(text)
      const { top, bottom, width } = range.getBoundingClientRect()
      if (width === 0 || bottom < 0 || top > innerHeight) continue
      shown++
      if (!lined.has(text)) missing.push(text.data)
    }
    return shown > 0 ? missing.slice(0, 5).join() : 'none at all'
  })
const allSeen = () => expect.poll(unseen, { timeout: 15_000 }).toBe('')

test.each<[string, string]>([
  ['8,000 lines', rows(8_000, div)],
  [
    '2,000 lines of words below a list of 100',
    `<ul>${rows(100, text => `<li>${text}</li>`)}</ul><main><section>${rows(2_000, spans)}</section></main>`,
  ],
  ['a table of 200 groups', `<table>${rows(200, text => `<tbody>${rows(30, () => `<tr><td>${text}</td></tr>`)}</tbody>`)}</table>`],
  [
    '100 panels of 6,000 lines each, one open',
    rows(100, text => `<div ${text === '10.0.0.70' ? '' : 'hidden'}>${rows(60, () => `<p>${rows(10, t => `<i>${t}</i> `)}</p>`)}</div>`),
  ],
  ['text between 6,000 pieces', `<pre>${rows(6_000, text => `${text} <b>at</b>\n`)}</pre>`],
  ['lines of two kinds by turns', rows(4_000, text => `<p>${text}</p><section>${text}</section>`)],
])('%s: every mark on the screen has its line, wherever it is scrolled', async (_, html) => {
  page = await overlay.visit(wrap(html))
  await allSeen()
  for (const part of [0.5, 0.53, 1, 0]) {
    await page.evaluate(part => scrollTo(0, document.documentElement.scrollHeight * part), part)
    await allSeen()
  }
  await page.evaluate(html => document.body.insertAdjacentHTML('beforeend', html), rows(300, div))
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
  await allSeen()
})

test('8,000 lines, and a thousand more in front of them again and again: every mark on the screen has its line', async () => {
  page = await overlay.visit(wrap(rows(8_000, div)))
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight / 2))
  await allSeen()
  for (let i = 0; i < 4; i++) {
    await page.evaluate(html => document.body.insertAdjacentHTML('afterbegin', html), rows(1_000, div, i))
    await allSeen()
  }
})
