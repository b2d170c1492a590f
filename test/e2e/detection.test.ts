import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { detecting, look, nothing } from './detection.ts'
import { openOverlay } from './overlay.ts'
import { kinds, live, settings, wrap } from './overlay-data.ts'

// A page that tries to find out whether the extension is there.

let overlay: Awaited<ReturnType<typeof openOverlay>>
let page: Page
beforeAll(async () => {
  overlay = await openOverlay({ on: true, kinds, facts: {}, details: {}, settings, connection: live })
})
afterAll(() => overlay?.close())

const looked = () => page.evaluate(look, `chrome-extension://${overlay.id}`)

test.each<[string, string]>([
  ['with addresses, none of which is marked', '<p>from 10.1.2.3, v1.2.3</p>'],
  ['without an address', '<p>nothing here</p><x-widget><template shadowrootmode="open">nor here</template></x-widget>'],
])('a page %s finds nothing', async (_, html) => {
  await overlay.set({
    ...{ on: true, kinds, facts: {}, details: {}, connection: live },
    settings: { ...settings, marks: { ...settings.marks, unknown: false } },
  })
  page = await overlay.visit(wrap(detecting(html)), { inject: false })
  const before = await looked()
  expect(before).toMatchObject(nothing)
  await overlay.early(page)
  expect(await looked()).toEqual(before)
  const asked = (await overlay.asked('seen')).length
  await overlay.inject(page)
  // it has read the page
  await expect.poll(async () => (await overlay.asked('seen')).length).toBeGreaterThan(asked)
  expect(await looked()).toEqual(before)
  await page.close()
})

test('a page with marks whose rules were there before it finds the highlights, which browsers share with it, and nothing else', async () => {
  page = await overlay.visit(wrap(detecting('<p>from 203.0.113.9</p>')), { inject: false })
  const before = await looked()
  await overlay.early(page)
  await overlay.inject(page)
  await expect.poll(async () => (await looked()).highlights.length).toBe(1)
  expect(await looked()).toEqual({ ...before, highlights: [expect.stringMatching(/^n[0-9a-z]{20,}$/)] })
  await page.close()
})

test('a page with marks finds the highlights and their rules, which browsers share with it, and nothing else', async () => {
  page = await overlay.visit(wrap(detecting('<p>from 203.0.113.9</p>')), { inject: false })
  const before = await looked()
  expect(before).toMatchObject(nothing)
  await overlay.inject(page)
  await expect.poll(async () => (await looked()).highlights.length).toBe(1)
  expect(await looked()).toEqual({
    ...{ ...before, styles: [before.styles[0], 1] },
    highlights: [expect.stringMatching(/^n[0-9a-z]{20,}$/)],
  })
  await page.close()
})
