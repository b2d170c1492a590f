import type { BrowserContext, Frame, Page } from 'playwright-core'

/** A picture in light and dark, where SIGNALBOX_SHOTS names a folder: to be looked at, and for README. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env['SIGNALBOX_SHOTS']
  if (!folder) return
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png` })
  }
}

/** The marked texts of a page, as the browser will draw them. */
export const marked = (page: Page | Frame): Promise<string[]> =>
  page.evaluate(() => {
    const registry = CSS.highlights as unknown as Map<string, Iterable<StaticRange>>
    return [...registry].flatMap(([, ranges]) =>
      [...ranges].map(({ startContainer, startOffset, endContainer, endOffset }) => {
        const range = new Range()
        range.setStart(startContainer, startOffset)
        range.setEnd(endContainer, endOffset)
        return range.toString()
      }),
    )
  })

/** The middle of a place where a text stands on the page: the first, or with `nth` a later one. */
export const whereIs = (page: Page | Frame, text: string, nth = 0): Promise<{ x: number; y: number }> =>
  page.evaluate(
    ([text, nth]) => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
      let left = nth
      for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null)
        for (let at = node.data.indexOf(text); at >= 0; at = node.data.indexOf(text, at + 1)) {
          if (left-- > 0) continue
          const range = new Range()
          range.setStart(node, at)
          range.setEnd(node, at + text.length)
          const { x, y, width, height } = range.getBoundingClientRect()
          return { x: x + width / 2, y: y + height / 2 }
        }
      throw new Error(`${text} is not on the page`)
    },
    [text, nth] as const,
  )

/** Move the pointer onto a text, as a hand does: it comes from beside it. */
export async function pointAt(page: Page, text: string, nth = 0): Promise<void> {
  const { x, y } = await whereIs(page, text, nth)
  await page.mouse.move(x - 4, y)
  await page.mouse.move(x, y)
}

/** Ask the background as a page of the extension does, for what headless browsers cannot click: prompts of the browser. */
export const background = (page: Page, request: { type: string; [key: string]: unknown }): Promise<unknown> =>
  page.evaluate(
    request =>
      (globalThis as unknown as { chrome: { runtime: { sendMessage(message: unknown): Promise<unknown> } } }).chrome.runtime.sendMessage(
        request,
      ),
    request,
  )

/** End the background's worker, as the browser does when it likes; false where none runs. `root` is an address of the extension. */
export async function stopWorker(context: BrowserContext, root: string): Promise<boolean> {
  const session = await context.browser()!.newBrowserCDPSession()
  const { targetInfos } = await session.send('Target.getTargets')
  const worker = targetInfos.find(({ type, url }) => type === 'service_worker' && new URL(url).host === new URL(root).host)
  if (worker) await session.send('Target.closeTarget', { targetId: worker.targetId })
  await session.detach()
  return worker !== undefined
}

/** What can be pressed but is out of reach: beside the window, and in no list that is scrolled there. */
export const outside = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const scrolls = (box: Element) =>
      /auto|scroll/.test(getComputedStyle(box).overflowX) &&
      box.scrollWidth > box.clientWidth &&
      box.getBoundingClientRect().right <= innerWidth + 1
    const reached = (of: Element): boolean => {
      for (let box = of.parentElement; box; box = box.parentElement) if (scrolls(box)) return true
      return false
    }
    return [...document.querySelectorAll('button, a, input, select')]
      .filter(of => of.checkVisibility() && !of.closest('.sr'))
      .filter(of => of.getBoundingClientRect().left < -1 || of.getBoundingClientRect().right > innerWidth + 1)
      .filter(of => !reached(of))
      .map(of => of.getAttribute('aria-label') ?? of.textContent)
  })
