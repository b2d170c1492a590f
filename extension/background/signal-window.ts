import { browser } from 'wxt/browser'
import type { Area } from './vault.ts'

/** The rail and the panel beside it, px. */
const size = { width: 668, height: 900 }

/** One signal in a window of our own over the page that it was looked up on; with `run` where a workflow is chosen for it. */
export const showSignal = (id: string, area: Area, run = false): Promise<void> =>
  showWindow('signalWindow', `/explorer.html#/signals?signal=${encodeURIComponent(id)}${run ? '&do=workflow' : ''}`, area)

/**
 * A page of ours in a window over the current one, where no page can draw, read or click. The window is used again for the next of its kind.
 * (A side panel opens by no message from a page.)
 */
export async function showWindow(kind: 'signalWindow' | 'blockWindow', path: string, area: Area): Promise<void> {
  const url = `${location.origin}${path}`
  const { [kind]: known } = await area.get(kind)
  const [tab] = typeof known === 'number' ? await browser.tabs.query({ windowId: known }).catch(() => []) : []
  if (tab?.id !== undefined) {
    await browser.tabs.update(tab.id, { url })
    await browser.windows.update(known as number, { focused: true })
    return
  }
  await area.set({ [kind]: await openWindow(url) })
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
