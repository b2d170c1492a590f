import type { Page } from 'playwright-core'
import { rest } from '../../../extension/page/rest.ts'
import { bruteForce, live, settings } from '../../e2e/overlay-data.ts'
import type { Row } from '../measures/measure.ts'
import { median } from '../statistics.ts'
import type { PageKind } from './in-page.ts'
import type { Stage } from './measures.ts'

type Opening = { page: Page; at: { x: number; y: number } }

/** Where the first address that is on the screen stands, and which it is. In the page. */
function firstAddress() {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const range = new Range()
  for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null)
    for (const { 0: address, index } of node.data.slice(0, 20_000).matchAll(/(?<![\w.:])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])/g)) {
      range.setStart(node, index)
      range.setEnd(node, index + address.length)
      const { x, y, right, width, height } = range.getBoundingClientRect()
      if (right < innerWidth) return { address, at: { x: x + width / 2, y: y + height / 2 } }
    }
  throw new Error('The page has no address')
}

/** ms from the last move of the pointer until a frame has shown the card with what is known. In the page, whose trees are open. */
function cardShown(): Promise<number> {
  return new Promise(resolve => {
    let moved = 0
    const onMove = ({ timeStamp }: PointerEvent) => {
      moved = timeStamp
    }
    addEventListener('pointermove', onMove, true)
    const look = () => {
      const host = document.documentElement.lastElementChild
      if (!host?.matches(':popover-open') || !host.shadowRoot?.querySelector('.card .body:not(.skeleton)'))
        return requestAnimationFrame(look)
      removeEventListener('pointermove', onMove, true)
      // behind the frame that this one is drawn in
      return requestAnimationFrame(() => resolve(performance.now() - moved))
    }
    requestAnimationFrame(look)
  })
}
async function hover({ page, at }: Opening): Promise<number> {
  const shown = page.evaluate(cardShown)
  await page.mouse.move(at.x - 3, at.y)
  await page.mouse.move(at.x, at.y)
  return (await shown) - rest
}
async function leave({ page }: Opening) {
  await page.mouse.move(2, (page.viewportSize()?.height ?? 700) - 2, { steps: 3 })
  await page.waitForFunction(() => !document.documentElement.lastElementChild?.matches(':popover-open'))
}

/** From when the pointer has rested on an address until its card is seen with what is cached; of a first one its script is fetched too. */
export async function measureCard({ overlay, rounds }: Stage, kind: PageKind, page: Page): Promise<Row[]> {
  const { address, at } = await page.evaluate(firstAddress)
  const facts = { [address]: { ...bruteForce(), address } }
  await overlay.set({ on: true, kinds: { [address]: 'match' }, facts, details: {}, settings, connection: live })
  await overlay.openTrees(page)
  await overlay.inject(page)
  await page.waitForFunction(() => CSS.highlights.size > 0)
  const opening = { page, at }
  const first = await hover(opening)
  const times: number[] = []
  for (let i = 0; i < 3 * rounds; i++) {
    await leave(opening)
    times.push(await hover(opening))
  }
  return [
    {
      what: `${kind}: card, from hover rest until it is seen with what is cached`,
      value: median(times),
      unit: 'ms',
      most: 100,
      note: `slowest ${Math.max(...times).toFixed(0)} ms; the first of a page, its script and answer fetched, ${first.toFixed(0)} ms`,
    },
  ]
}
