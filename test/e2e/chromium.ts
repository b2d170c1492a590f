import { type BrowserContext, chromium, type Worker } from 'playwright-core'

const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A headless Chromium with an unpacked extension, on a profile that is gone afterwards. */
export async function openChromium(extension: string): Promise<{ context: BrowserContext; worker: Worker; id: string }> {
  const context = await chromium.launchPersistentContext('', {
    executablePath: process.env['CHROME_PATH'] ?? '/usr/bin/chromium',
    headless: true,
    viewport: { width: 1280, height: 800 },
    ignoreDefaultArgs: ['--disable-extensions'],
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...quiet, '--enable-unsafe-extension-debugging'],
  })
  const session = await context.browser()!.newBrowserCDPSession()
  await session.send('Extensions.loadUnpacked' as never, { path: extension } as never)
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'))
  return { context, worker, id: new URL(worker.url()).host }
}
