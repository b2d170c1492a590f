import type { BrowserContext, Page } from 'playwright-core'
import { openChromium } from './chromium.ts'
import type { RealDaemon } from './real-daemon.ts'
import { background } from './surfaces.ts'

/** A browser paired with a daemon, and its explorer in a wide window. What the page complains of, and every box that it opens, comes into `complaints`. */
export async function openExplorer(
  daemon: RealDaemon,
  complaints: string[],
  { hash = '', administers = false }: { hash?: string; administers?: boolean } = {},
): Promise<{ context: BrowserContext; page: Page; id: string; root: string }> {
  const { context, id } = await openChromium(`${process.cwd()}/extension/.output/chrome-mv3`)
  const root = `chrome-extension://${id}/explorer.html`
  const page = await context.newPage()
  await page.setViewportSize({ width: 1440, height: 900 })
  page.on('console', message => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('dialog', dialog => complaints.push(dialog.message()))
  await page.goto(`${root}${hash}`)
  await page.getByLabel('Pairing code').waitFor()
  const { body } = await daemon.call('POST', '/api/local/pairing', { data: { attributes: { administers } } })
  await background(page, { type: 'pair', url: daemon.url, code: body.data.attributes.code })
  await page.getByRole('link', { name: 'Signals' }).waitFor()
  return { context, page, id, root }
}
