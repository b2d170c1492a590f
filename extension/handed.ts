import { browser } from 'wxt/browser'

/** Values that were found on a page, handed to the table that looks them up. They stay in the browser's memory, as long as it runs. */
export interface Handed {
  id: string
  values: string[]
  from: 'selection' | 'page'
  /** There is more than was read, or than is looked up. */
  cut: boolean
  /** The browser let nobody read there. */
  unread: boolean
}

export const handedKey = 'handed'
export const mostHanded = 5_000
/** Tables that a reload brings back. */
export const mostKept = 5

export async function readHanded(id: string): Promise<Handed | undefined> {
  const { [handedKey]: all = [] } = await browser.storage.session.get(handedKey)
  return (all as Handed[]).find(handed => handed.id === id)
}
