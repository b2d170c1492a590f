import { type Browser, browser } from 'wxt/browser'
import { readAddress } from '../../shared/ip.ts'
import { findObservables } from '../../shared/observables.ts'
import { searchFor } from '../evidence/search.ts'
import type { Escalation } from '../evidence-messages.ts'
import type { Push } from '../messages.ts'
import { lookUpAll } from './look-up-all.ts'
import { selectedIn } from './select.ts'
import { pageScript } from './sites.ts'

/** What can be done with what is selected, by the id of its entry. */
const entries: Readonly<Record<Escalation | 'search', string>> = {
  keep: 'Keep these logs…',
  search: 'Search in Signalbox',
  signal: 'Create signal…',
  case: 'Add to case…',
  incident: 'Declare incident…',
}
/** What looks up everything at once, in a table. */
export const allEntries = { all: 'Look up all in this selection', page: 'Look up all on this page' } as const
export const isEntry = (id: unknown): id is keyof typeof entries => typeof id === 'string' && Object.hasOwn(entries, id)

/** Put the entries into the context menu, once: an update must not double them. */
export async function installMenu(): Promise<void> {
  await browser.contextMenus.removeAll()
  browser.contextMenus.create({ id: 'selection', title: 'Look up IP or value “%s”', contexts: ['selection'] })
  browser.contextMenus.create({ id: 'all', title: allEntries.all, contexts: ['selection'] })
  for (const [id, title] of Object.entries(entries)) browser.contextMenus.create({ id, title, contexts: ['selection'] })
  browser.contextMenus.create({ id: 'page', title: allEntries.page, contexts: ['page', 'frame'] })
  browser.contextMenus.create({ id: 'here', title: 'Look up IP or value here', contexts: ['page', 'frame', 'link', 'editable'] })
}

/** What was right-clicked, for the page to open its card on. `[.]` and `hxxp` are how reports write an address. */
export function cardFor({ selectionText, linkUrl }: { selectionText?: string; linkUrl?: string }): Extract<Push, { type: 'card' }> {
  const text = (selectionText ?? linkUrl ?? '').slice(0, 1000)
  const found = findObservables(text).find(({ value }) => readAddress(value) !== undefined)
  return { type: 'card', ip: found?.value ?? null, text, link: selectionText === undefined && linkUrl !== undefined }
}

/** Whether it is of values that are no addresses. */
const isOther = ({ ip, text }: ReturnType<typeof cardFor>) => ip === null && findObservables(text).length > 0

/** Open the card in the frame that was clicked. The click itself lets our script in, on this tab and until it leaves the page. */
export async function lookUp(info: Browser.contextMenus.OnClickData, tab: Browser.tabs.Tab | undefined): Promise<void> {
  if (tab?.id === undefined) return
  const card = cardFor(info)
  const frames = [...new Set([info.frameId ?? 0, 0])]
  for (const frameId of frames) if (await show(tab.id, frameId, card)) return
  // other values have their place in the table
  await (isOther(card) ? lookUpAll(tab, false, info) : search(card))
}
/** Where no card can stand, such as a page of the browser: what is known of it is shown in a tab of our own. */
const search = ({ ip, text }: ReturnType<typeof cardFor>) =>
  browser.tabs.create({ url: `${location.origin}/explorer.html${searchFor(ip ?? text)}` })

/** The same for whatever is selected in the page, without a click: a key was pressed. */
export async function lookUpSelected(tab: Browser.tabs.Tab | undefined): Promise<void> {
  if (tab?.id === undefined) return
  const { frameId, text } = await selectedIn(tab.id)
  const card = cardFor({ selectionText: text })
  if (await show(tab.id, frameId, card)) return
  await (isOther(card) ? lookUpAll(tab, false) : search(card))
}

/** Open a card in a frame; false where our script is not let in. */
export async function show(tabId: number, frameId: number, card: Push): Promise<boolean> {
  const send = () =>
    browser.tabs.sendMessage(tabId, card, { frameId }).then(
      () => true,
      () => false,
    )
  if (await send()) return true
  try {
    await browser.scripting.executeScript({ target: { tabId, frameIds: [frameId] }, files: [pageScript] })
  } catch {
    // a page of the browser, a store, or a frame of a site that the click does not cover
    return false
  }
  return send()
}
