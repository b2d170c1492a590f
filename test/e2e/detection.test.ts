import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openOverlay } from './overlay.ts'
import { kinds, settings, wrap } from './overlay-data.ts'

// A page that tries to find out whether the extension is there.

let overlay: Awaited<ReturnType<typeof openOverlay>>
let page: Page
beforeAll(async () => {
  overlay = await openOverlay({ on: true, kinds, facts: {}, details: {}, settings, connection: { state: 'live' } })
})
afterAll(() => overlay?.close())

/** In the page: begins to watch. */
const watch = () => {
  const seen: string[] = []
  Object.assign(globalThis, { seen })
  new MutationObserver(records => seen.push(...records.map(({ type }) => type))).observe(document, {
    ...{ subtree: true, childList: true, attributes: true, characterData: true },
  })
  for (const type of ['message', 'securitypolicyviolation', 'error', 'unhandledrejection', 'focus', 'blur'])
    addEventListener(type, () => seen.push(type), true)
  for (const of of [document, document.documentElement, document.body])
    for (const type of ['click', 'custom', 'wxt:content-script-started']) of.addEventListener(type, () => seen.push(type))
}
/** In the page: everything that it can look at. */
const looked = async (id: string) => {
  const answers = await Promise.all(
    ['page.js', 'card.js', 'manifest.json', 'icons/16.png', 'popup.html'].map(file =>
      fetch(`chrome-extension://${id}/${file}`).then(
        () => file,
        () => '',
      ),
    ),
  )
  return {
    html: document.documentElement.outerHTML,
    names: Object.getOwnPropertyNames(globalThis).sort(),
    symbols: Object.getOwnPropertySymbols(globalThis).length,
    native: [Range, Highlight, MutationObserver, IntersectionObserver].map(of => of.prototype.constructor.toString()),
    styles: [document.styleSheets.length, document.adoptedStyleSheets.length],
    resources: performance.getEntriesByType('resource').filter(({ name }) => name.includes('extension')).length,
    storage: [localStorage.length, sessionStorage.length, document.cookie],
    elements: document.querySelectorAll('*').length,
    highlights: (CSS.highlights as unknown as { size: number }).size,
    fetched: answers.join(''),
    seen: (globalThis as unknown as { seen: string[] }).seen.join(),
  }
}

test.each<[string, string]>([
  ['with addresses, none of which is marked', wrap('<p>from 10.1.2.3, v1.2.3</p>')],
  ['without an address', wrap('<p>nothing here</p><x-widget><template shadowrootmode="open">nor here</template></x-widget>')],
])('a page %s finds nothing', async (_, html) => {
  await overlay.set({
    ...{ on: true, kinds, facts: {}, details: {}, connection: { state: 'live' } },
    settings: { ...settings, marks: { ...settings.marks, unknown: false } },
  })
  page = await overlay.visit(html, { inject: false })
  await page.evaluate(watch)
  const before = await page.evaluate(looked, overlay.id)
  const asked = (await overlay.asked('seen')).length
  await overlay.inject(page)
  // it has read the page
  await expect.poll(async () => (await overlay.asked('seen')).length).toBeGreaterThan(asked)
  expect(await page.evaluate(looked, overlay.id)).toEqual(before)
  await page.close()
})

test('a page with marks finds the highlights and their rules, which browsers share with it, and nothing else', async () => {
  page = await overlay.visit(wrap('<p>from 203.0.113.9</p>'), { inject: false })
  await page.evaluate(watch)
  const before = await page.evaluate(looked, overlay.id)
  await overlay.inject(page)
  await expect.poll(() => page.evaluate(() => (CSS.highlights as unknown as { size: number }).size)).toBe(1)
  expect(await page.evaluate(looked, overlay.id)).toEqual({ ...before, highlights: 1, styles: [before.styles[0], 1] })
  const [name] = await page.evaluate(() => [...(CSS.highlights as unknown as Map<string, unknown>).keys()])
  expect(name).toMatch(/^n[0-9a-z]{20,}$/)
  await page.close()
})
