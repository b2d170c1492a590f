import type { BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { look } from './axe.ts'
import { openExplorer } from './paired.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'
import { background } from './surfaces.ts'

// A daemon that writes nothing for a while, and one that does not answer, as the explorer and the popup say it.

let daemon: RealDaemon
let context: BrowserContext
let page: Page
let popup: Page
const complaints: string[] = []
const reason = 'The daemon is read-only'

const setTo = async (read_only: boolean) =>
  expect((await daemon.call('PATCH', '/api/local/settings', { data: { attributes: { read_only } } })).status).toBe(200)
/** Why a control is off; null while it is not. */
const offOf = async (control: Locator) => ((await control.getAttribute('aria-disabled')) === 'true' ? control.getAttribute('title') : null)
const panel = () => page.getByRole('dialog', { name: 'Odd login 1' })
const row = () => popup.getByRole('row').filter({ hasText: 'Odd login 1' })
/** What changes something, in the panel, the list and the popup. */
const controls = (): Locator[] => [
  panel().getByRole('button', { name: /^Archive…/ }),
  panel().getByRole('button', { name: /^Snooze…/ }),
  panel().getByRole('button', { name: 'Add', exact: true }),
  page
    .getByRole('row')
    .filter({ hasText: 'Odd login 0' })
    .getByRole('button', { name: /^Triage state/ }),
  row().getByRole('button', { name: /^Triage state/ }),
  row().getByRole('button', { name: /^Assign to me/ }),
  row().getByRole('button', { name: /^Archive/ }),
]

beforeAll(async () => {
  daemon = await startRealDaemon()
  for (const at of [0, 1]) {
    const attributes = { title: `Odd login ${at}`, severity: at ? 'high' : 'low' }
    expect((await daemon.call('POST', '/api/local/signals', { data: { attributes } })).status).toBe(201)
  }
  const opened = await openExplorer(daemon, complaints, { hash: '#/signals', administers: true })
  ;({ context, page } = opened)
  await page.getByText('Odd login 1').click()
  await panel().getByLabel('Note').fill('half a thought')
  popup = await context.newPage()
  await popup.setViewportSize({ width: 400, height: 580 })
  popup.on('pageerror', error => complaints.push(String(error)))
  await popup.goto(`chrome-extension://${opened.id}/popup.html`)
  await row().click()
})
afterAll(async () => {
  await context?.close()
  await daemon?.dispose()
})

test('read-only is switched on while both are open: what changes something says why it is off, and what reads goes on', async () => {
  await expect.poll(() => Promise.all(controls().map(offOf))).toEqual(controls().map(() => null))
  await setTo(true)
  await expect.poll(() => Promise.all(controls().map(offOf))).toEqual(controls().map(() => reason))
  for (const one of [page, popup]) {
    await one.locator('.conn').getByText('Read-only').waitFor()
    await one.getByText('nothing can be changed and no logs come in').waitFor()
  }
  expect(await panel().getByLabel('Note').inputValue()).toBe('half a thought')
  await panel().getByLabel('Note').press('End')
  await page.keyboard.type(', and more')
  await look(page, 'read-only')
  await row().press('e')
  await popup.locator('.toast').getByText(`Not changed: ${reason}`).waitFor()
  await look(popup, 'read-only-popup')
  await row().press('Enter')
  await popup.getByRole('heading', { name: 'Timeline' }).waitFor()
  expect(await offOf(popup.locator('.details').getByRole('button', { name: /^Archive/ }))).toBe(reason)
  await look(popup, 'read-only-popup-details')
  await popup.keyboard.press('Escape')
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('tab', { name: 'Triage' }).click()
  await page.getByText('Due times').first().waitFor()
  await page.goBack()
  await page.goBack()
}, 120_000)

test('switched off again: everything can be done, and what was typed is there', async () => {
  await setTo(false)
  await expect.poll(() => Promise.all(controls().map(offOf))).toEqual(controls().map(() => null))
  for (const one of [page, popup]) {
    await one.locator('.conn').getByText('Live').waitFor()
    expect(await one.getByText('no logs come in').count()).toBe(0)
  }
  await popup.locator('.toast').getByText(reason).waitFor({ state: 'detached' })
  expect(await panel().getByLabel('Note').inputValue()).toBe('half a thought, and more')
  await panel().getByRole('button', { name: 'Add', exact: true }).click()
  await page.locator('.toast').getByText('Note added').waitFor()
})

test('what opens while it is read-only says so at once', async () => {
  await setTo(true)
  await popup.reload()
  await popup.locator('.conn').getByText('Read-only').waitFor()
  await page.reload()
  await page.locator('.conn').getByText('Read-only').waitFor()
  await setTo(false)
})

test('the daemon goes away while the popup archives: the form and what was typed stay, and it archives once it is back', async () => {
  await popup.locator('.conn').getByText('Live').waitFor()
  await row().click()
  await row().press('e')
  const form = row().getByRole('form', { name: 'Archive this signal' })
  await form.getByLabel('Testing').check()
  await form.getByLabel('Comment, optional').fill('from the lab')
  process.kill(daemon.child.pid!, 'SIGSTOP')
  try {
    // somebody has to ask it before it can be missed
    void background(popup, { type: 'signal', id: 'any' }).catch(() => {})
    await popup.getByText('The daemon does not answer.').waitFor({ timeout: 30_000 })
    await form.getByLabel('Comment, optional').press('Enter')
    await popup.locator('.toast').getByText('Not changed: The daemon is away').waitFor()
    expect(await offOf(form.getByRole('button', { name: 'Archive' }))).toBe('The daemon is away')
    await look(popup, 'away-popup-archive')
    await look(page, 'away-panel')
  } finally {
    process.kill(daemon.child.pid!, 'SIGCONT')
  }
  await popup.locator('.conn').getByText('Live').waitFor({ timeout: 30_000 })
  await popup.locator('.toast').getByText('The daemon is away').waitFor({ state: 'detached' })
  expect(await form.getByLabel('Comment, optional').inputValue()).toBe('from the lab')
  await form.getByLabel('Comment, optional').press('Enter')
  await popup.locator('.toast').getByText('Archived as testing').waitFor()
}, 90_000)

test('a rule that is made and switched elsewhere shows in the section of rules', async () => {
  const path = '/api/v2/security_monitoring/rules'
  await page.goto(`${page.url().replace(/#.*/, '')}#/rules?search=elsewhere`)
  await page.getByText('No rule').first().waitFor()
  const made = await daemon.call('POST', path, {
    name: 'Made elsewhere',
    message: 'x',
    queries: [{ name: 'a', query: 'service:nothing' }],
    cases: [{ status: 'low', condition: 'a > 5' }],
    options: { detectionMethod: 'threshold', evaluationWindow: 300, keepAlive: 3600, maxSignalDuration: 86400 },
  })
  const turned = page.getByRole('switch', { name: 'Made elsewhere on' })
  await expect.poll(() => turned.isChecked()).toBe(true)
  expect((await daemon.call('PUT', `${path}/${made.body.id}`, { isEnabled: false })).status).toBe(200)
  await expect.poll(() => turned.isChecked()).toBe(false)
  await setTo(true)
  await expect.poll(() => offOf(turned)).toBe(reason)
  await look(page, 'read-only-rules')
  await setTo(false)
  await daemon.call('DELETE', `${path}/${made.body.id}`)
  await turned.waitFor({ state: 'detached' })
})

test('nothing was complained of', () => expect(complaints).toEqual([]))
