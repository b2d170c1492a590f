import { type Browser, browser } from 'wxt/browser'
import { findObservables } from '../../shared/observables.ts'
import { type Handed, handedKey, mostHanded, mostKept } from '../handed.ts'
import { selectedIn, shownIn } from './select.ts'

/** Look up every value that is selected in a tab, or where nothing is, or `whole`, that the page shows: in a table, in a tab of our own. */
export async function lookUpAll(
  tab: Browser.tabs.Tab | undefined,
  whole: boolean,
  { selectionText = '' }: { selectionText?: string } = {},
): Promise<void> {
  if (tab?.id === undefined) return
  const selected = whole ? '' : (await selectedIn(tab.id)).text || selectionText
  const shown = selected === '' ? await shownIn(tab.id).catch(() => undefined) : { text: selected, cut: false }
  const values = [...new Set(findObservables(shown?.text ?? '').map(({ value }) => value))]
  const handed: Handed = {
    id: crypto.randomUUID(),
    values: values.slice(0, mostHanded),
    from: selected === '' ? 'page' : 'selection',
    cut: shown?.cut === true || values.length > mostHanded,
    unread: shown === undefined,
  }
  const { [handedKey]: before = [] } = await browser.storage.session.get(handedKey)
  await browser.storage.session.set({ [handedKey]: [...(before as Handed[]).slice(1 - mostKept), handed] })
  await browser.tabs.create({ url: `${location.origin}/explorer.html#/lookup?set=${handed.id}` })
}
