import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { look } from './axe.ts'
import { openExplorer } from './paired.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'

// Changes that are asked for while the daemon goes away, and what becomes of them.

let daemon: RealDaemon
let context: BrowserContext
let page: Page
let popup: Page
let url: string
const complaints: string[] = []
const signals = '/api/v2/security_monitoring/signals'
const ids = new Map<string, string>()
const row = (title: string) => popup.getByRole('row').filter({ hasText: title })
const triageOf = async (title: string) =>
  (await daemon.call('GET', `${signals}/${ids.get(title)}`)).body.data.attributes.custom.workflow.triage.state
/** The daemon ends, and another one goes on with what it had: where it was, or where the browser does not look. */
async function again(how: { readOnly?: boolean; elsewhere?: boolean } = {}): Promise<void> {
  await daemon.stop()
  const { readOnly = false, elsewhere = false } = how
  daemon = await startRealDaemon({ after: daemon, readOnly, ...(!elsewhere && { url }) })
}
async function isLive(words = 'Live'): Promise<void> {
  for (const one of [page, popup]) await one.locator('.conn').getByText(words).waitFor({ timeout: 30_000 })
}
const told = (one: Page) => one.locator('.unmade')

beforeAll(async () => {
  daemon = await startRealDaemon()
  ;({ url } = daemon)
  for (const title of ['Odd login', 'Port scan']) {
    const { body } = await daemon.call('POST', '/api/local/signals', { data: { attributes: { title, severity: 'high' } } })
    ids.set(title, body.data.id)
  }
  const opened = await openExplorer(daemon, [], { hash: '#/signals', administers: true })
  ;({ context, page } = opened)
  popup = await context.newPage()
  for (const one of [page, popup]) one.on('pageerror', error => complaints.push(String(error)))
  await popup.setViewportSize({ width: 400, height: 580 })
  await popup.goto(`chrome-extension://${opened.id}/popup.html`)
  await isLive()
})
afterAll(async () => {
  await context?.close()
  await daemon?.dispose()
})

test('two are put in review while the daemon hangs, and it is killed over it: kept', async () => {
  await row('Odd login').click()
  process.kill(daemon.child.pid!, 'SIGSTOP')
  await row('Odd login').press('r')
  await row('Port scan').click()
  await row('Port scan').press('r')
  await expect.poll(() => popup.locator('[role=row][aria-busy=true]').count()).toBe(2)
  await daemon.stop('SIGKILL')
  await expect.poll(() => popup.locator('.toast').getByText('Kept, will be tried again.').count()).toBeGreaterThan(0)
  // as when the browser ends
  await popup.evaluate(() =>
    (globalThis as unknown as { chrome: { storage: { session: { clear(): Promise<void> } } } }).chrome.storage.session.clear(),
  )
})

test('it comes back read-only: nothing of it is made, dropped or complained of', async () => {
  await again({ readOnly: true })
  await isLive('Read-only')
  expect([await triageOf('Odd login'), await triageOf('Port scan')]).toEqual(['open', 'open'])
  expect([await told(page).count(), await told(popup).count()]).toEqual([0, 0])
})

test('it writes again: what can be is made, and what somebody else was faster with is told in popup and explorer', async () => {
  await again({ elsewhere: true })
  const attributes = { state: 'archived', archive_reason: 'other', version: 1 }
  const body = { data: { id: ids.get('Port scan'), type: 'signal_metadata', attributes } }
  expect((await daemon.call('PATCH', `${signals}/${ids.get('Port scan')}/state`, body)).status).toBe(200)
  await again()
  await isLive()
  await expect.poll(() => triageOf('Odd login')).toBe('under_review')
  for (const one of [page, popup]) {
    await told(one).getByText('A change was kept while the daemon was away, and could not be made.').waitFor()
    await told(one)
      .getByText(/Not put in review: .*Port scan.*changed this signal meanwhile/)
      .waitFor()
  }
  expect(await triageOf('Port scan')).toBe('archived')
  await look(popup, 'unmade-popup')
  await look(page, 'unmade')
})

test('it stays until somebody has seen it, and goes everywhere then', async () => {
  await popup.reload()
  await told(popup).waitFor()
  await told(page).getByRole('link', { name: 'Port scan' }).click()
  await page.getByRole('dialog', { name: 'Port scan' }).waitFor()
  await told(popup).getByRole('button', { name: 'Dismiss' }).click()
  for (const one of [page, popup]) await told(one).waitFor({ state: 'detached' })
})

test('rules that are open while the daemon is away show what changed meanwhile once it is back', async () => {
  const path = '/api/v2/security_monitoring/rules'
  await page.goto(`${page.url().replace(/#.*/, '')}#/rules?search=meanwhile`)
  await page.getByText('No rule').first().waitFor()
  await again({ elsewhere: true })
  await page.locator('.conn').getByText('Daemon away').waitFor()
  const made = await daemon.call('POST', path, {
    name: 'Made meanwhile',
    message: 'x',
    queries: [{ name: 'a', query: 'service:nothing' }],
    cases: [{ status: 'low', condition: 'a > 5' }],
    options: { detectionMethod: 'threshold', evaluationWindow: 300, keepAlive: 3600, maxSignalDuration: 86400 },
  })
  expect(made.status).toBe(200)
  await again()
  await isLive()
  await page.getByRole('switch', { name: 'Made meanwhile on' }).waitFor()
})

test('due times are typed while the daemon is away, stay, and are saved once it is back', async () => {
  await page.goto(`${page.url().replace(/#.*/, '')}#/settings?part=triage`)
  const due = page.getByRole('textbox', { name: 'Critical, taken up within' })
  const save = page.getByRole('button', { name: 'Save' })
  await due.waitFor()
  await daemon.stop()
  await page.locator('.conn').getByText('Daemon away').waitFor()
  await due.fill('20m')
  expect([await save.getAttribute('aria-disabled'), await save.getAttribute('title')]).toEqual(['true', 'The daemon is away'])
  await look(page, 'away-due')
  await again()
  await isLive()
  expect(await due.inputValue()).toBe('20m')
  await save.click()
  await page.locator('.toast').getByText('Due times saved').waitFor()
})

test('nothing was complained of', () => expect(complaints).toEqual([]))
