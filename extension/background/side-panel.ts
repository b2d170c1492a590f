import { browser } from 'wxt/browser'

/** What one browser calls a side panel and the other a sidebar; either opens only while a press or a key is handled. */
interface Beside {
  sidePanel?: { open(where: { windowId: number }): Promise<void> }
  sidebarAction?: { open(): Promise<void> }
}

/** Open the explorer beside the page of a window; rejects where this browser has no such place. */
export async function showBeside(windowId: number | undefined): Promise<void> {
  const { sidePanel, sidebarAction } = browser as unknown as Beside
  if (sidebarAction) return sidebarAction.open()
  if (!sidePanel || windowId === undefined) throw new Error('There is no side panel here')
  return sidePanel.open({ windowId })
}
