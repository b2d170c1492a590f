import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openExplorer } from './paired.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'

// Forms that the key N opens: who pressed it can type at once.

let daemon: RealDaemon
let context: BrowserContext
let page: Page
let root: string
const complaints: string[] = []

beforeAll(async () => {
  daemon = await startRealDaemon()
  ;({ context, page, root } = await openExplorer(daemon, complaints, { hash: '#/rules', administers: true }))
})
afterAll(async () => {
  await context?.close()
  await daemon?.dispose()
})

const eventually = <T>(ask: () => T) => expect.poll(ask, { timeout: 20_000 })
/** What the field that has the focus is called. */
const focused = () =>
  page.evaluate(() => {
    const field = document.activeElement as HTMLInputElement
    return field.getAttribute('aria-label') ?? field.labels?.[0]?.innerText.split('\n')[0] ?? field.className
  })
const typed = () => page.evaluate(() => (document.activeElement as HTMLInputElement).value)

test.each([
  ['rules', 'New rule…', 'Rule as JSON'],
  ['workflows', 'New workflow…', 'Workflow as JSON'],
  ['feeds', 'Add a feed…', 'Choose a file, or drop it here'],
  ['cases', 'New case…', 'Title'],
  ['incidents', 'Declare incident…', 'Title'],
  ['denylist', 'New block…', 'Addresses and ranges'],
  ['denylist?list=passlist', 'Add to the passlist…', 'Addresses and ranges'],
  ['settings', 'Invite…', 'Email'],
  ['settings?part=roles', 'New role…', 'Name'],
  ['settings?part=keys', 'New key…', 'Name'],
  ['settings?part=services', 'Add a service…', 'Service'],
  ['settings?part=links', 'Add a link…', 'Name'],
  ['settings?part=cases', 'Add a project…', 'Name'],
  ['settings?part=notifications', 'New notification rule…', 'Name'],
  ['settings?part=channels', 'New channel…', 'Kind'],
  ['settings?part=enforcers', 'New enforcer…', 'Name'],
])('%s, N: the form of “%s” has the focus in %s; Escape leaves the field, then the form', async (place, button, field) => {
  await page.goto('about:blank')
  await page.goto(`${root}#/${place}`)
  // what may be made is known once the daemon has said so
  await page.locator('.top .btn.primary:not([aria-disabled="true"])').getByText(button, { exact: true }).waitFor()
  await eventually(() => page.locator('main.busy, .skeleton').count()).toBe(0)
  await page.keyboard.press('n')
  const form = page.getByRole('dialog')
  await form.waitFor()
  await eventually(focused).toBe(field)
  expect(await typed()).not.toMatch(/^n|n$/)
  await page.keyboard.press('Escape')
  if (await page.locator('.panel').isVisible()) {
    await eventually(() => page.evaluate(() => document.activeElement?.matches('input, textarea, select'))).toBe(false)
    await page.keyboard.press('Escape')
  }
  await form.waitFor({ state: 'detached' })
})

test('no complaint', () => expect(complaints).toEqual([]))
