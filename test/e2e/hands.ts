import type { Page } from 'playwright-core'

/** What an analyst does again and again on a page of the explorer. Both are asked when they are used: they come with `beforeAll`. */
export const createHands = (page: () => Page, root: () => string) => ({
  /** A view opened as from a link, in a page that was elsewhere before; once the list with that name is there. */
  async view(hash: string, grid?: string): Promise<void> {
    await page().goto('about:blank')
    await page().goto(`${root()}${hash}`)
    if (grid) await page().getByRole('grid', { name: grid }).waitFor()
  },
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await page().keyboard.press(key)
  },
  /** Once a toast says so. */
  says: (text: string | RegExp): Promise<void> => page().locator('.toast').getByText(text).first().waitFor(),
  dialog: (name: string | RegExp) => page().getByRole('dialog', { name }),
})

/** The view of the signals with exactly this title. */
export const titled = (title: string): string => `#/signals?query=${encodeURIComponent(`@title:"${title}"`)}`
