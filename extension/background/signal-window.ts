import { browser } from 'wxt/browser'
import type { Area } from './pending.ts'

/** The rail and the panel beside it, px. */
const size = { width: 668, height: 900 }

/**
 * One signal in a window of our own over the page that it was looked up on, where no page can draw, read or click. The window is used again
 * for the next. (A side panel opens by no message from a page.)
 */
export async function showSignal(id: string, area: Area): Promise<void> {
  const url = `${location.origin}/explorer.html#/signals?signal=${encodeURIComponent(id)}`
  const { signalWindow } = await area.get('signalWindow')
  const [tab] = typeof signalWindow === 'number' ? await browser.tabs.query({ windowId: signalWindow }).catch(() => []) : []
  if (tab?.id !== undefined) {
    await browser.tabs.update(tab.id, { url })
    await browser.windows.update(signalWindow as number, { focused: true })
    return
  }
  await area.set({ signalWindow: await openWindow(url) })
}

/** A window of our own over the right side of the current one; its id, null where the browser has none. */
export async function openWindow(url: string): Promise<number | null> {
  // a browser without windows has tabs
  if (!browser.windows) {
    await browser.tabs.create({ url })
    return null
  }
  const { left = 0, top = 0, width = 0, height = size.height } = await browser.windows.getLastFocused()
  const place = { left: Math.max(0, left + width - size.width), top, height: Math.min(size.height, height) }
  const open = { url, type: 'popup', width: size.width } as const
  // a browser whose window lies partly outside of the screen wants none of its places
  const made = await browser.windows.create({ ...open, ...place }).catch(() => browser.windows.create(open))
  return made?.id ?? null
}
