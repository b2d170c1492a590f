import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { look } from './axe.ts'
import { openChromium } from './chromium.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'
import { background } from './surfaces.ts'

// Blocking over a real daemon: what the dialog says beforehand is what the daemon finds, and what is shown afterwards is what it reported.

let daemon: RealDaemon
let context: BrowserContext
let page: Page
let root: string
let id: string
const complaints: string[] = []

const [first, second, office] = ['93.184.10.1', '93.184.10.2', '93.184.10.3']
const hostile = '<img src=x onerror=alert(1)>\u202e\u0000mallory'
const seconds = (i: number) => new Date(Date.now() - 1_800_000 + i * 5_000).toISOString()
const logOf = (message: string, i: number) => ({ ddsource: 'sshd', service: 'sshd', hostname: 'bastion-1', timestamp: seconds(i), message })
const raise = async (attributes: object): Promise<string> =>
  (await daemon.call('POST', '/api/local/signals', { data: { attributes } })).body.data.id
const filters = '/api/v2/remote_config/products/asm/waf/exclusion_filters'
const blocked = async (): Promise<Record<string, unknown>[]> =>
  (await daemon.call('GET', '/api/local/denylist?page[size]=100')).body.data.map((entry: { attributes: object }) => entry.attributes)
const values = async () => (await blocked()).map(({ value }) => value)

beforeAll(async () => {
  daemon = await startRealDaemon()
  const logs = [
    ...Array.from({ length: 12 }, (_, i) => logOf(`Failed password for deploy from ${first} port ${40000 + i} ssh2`, i)),
    logOf(`Accepted password for sam from ${second} port 50000 ssh2`, 20),
    logOf(`Accepted password for sam from ${second} port 50001 ssh2`, 21),
  ]
  await daemon.call('POST', '/api/v2/logs', logs)
  await daemon.call('POST', filters, {
    data: { type: 'exclusion_filter', attributes: { description: 'our office', enabled: true, ip_list: [office] } },
  })
  ;({ context, id } = await openChromium(`${process.cwd()}/extension/.output/chrome-mv3`))
  root = `chrome-extension://${id}/explorer.html`
  page = await context.newPage()
  await page.setViewportSize({ width: 1440, height: 900 })
  page.on('console', message => message.type() === 'error' && complaints.push(message.text()))
  page.on('dialog', dialog => complaints.push(dialog.message()))
  await page.goto(root)
  await page.getByLabel('Pairing code').waitFor()
  const { body } = await daemon.call('POST', '/api/local/pairing', {})
  await background(page, { type: 'pair', url: daemon.url, code: body.data.attributes.code })
  await page.getByRole('link', { name: 'Signals' }).waitFor()
})
afterAll(async () => {
  await context?.close()
  await daemon?.dispose()
})

const dialog = (name: string | RegExp) => page.getByRole('dialog', { name })
const line = (value: string) => page.getByRole('list', { name: 'What to block' }).getByRole('listitem').filter({ hasText: value })
const says = (text: string | RegExp) => page.locator('.toast').getByText(text).first().waitFor()
const fresh = async (hash: string) => {
  await page.goto('about:blank')
  await page.goto(`${root}${hash}`)
}

test('S2-47: all attacking IPs of a signal: the passlisted one cannot, a private one is typed, the others are blocked for as long as was chosen; undone', async () => {
  const signal = await raise({
    title: `Guesses ${hostile}`,
    severity: 'high',
    entities: [first, second, office, '10.1.2.3'].map(ip => `@network.client.ip:${ip}`),
  })
  await fresh(`#/signals?signal=${signal}`)
  await page.getByRole('button', { name: 'Block all attacking IPs…' }).click()
  const open = dialog('Block addresses')
  await line(office).getByText('On the passlist (“our office”), which wins over blocks').waitFor()
  expect(await line(office).getByRole('checkbox').getAttribute('aria-disabled')).toBe('true')
  await open.getByText('12 logs').first().waitFor()
  // people first: who got in from there
  await open.getByText(`sam logged in 2 times from ${second}`).waitFor()
  await open.getByText('No enforcer asks for the denylist yet').waitFor()
  await open.getByText('10.1.2.3 is private or reserved').waitFor()
  await open.getByRole('button', { name: 'Block 2 of 4' }).waitFor()
  await look(page, 'block')
  await open.getByRole('button', { name: 'Leave it out' }).click()
  await open.getByText('15 min', { exact: true }).click()
  await open.getByRole('button', { name: 'Block 2 of 4' }).click()
  await says('2 addresses on the denylist for 15 min')
  expect(await open.count()).toBe(0)
  expect((await blocked()).map(({ value, duration_ms, signal_id }) => [value, duration_ms, signal_id]).sort()).toEqual([
    [first, 900_000, signal],
    [second, 900_000, signal],
  ])
  await page.keyboard.press('u')
  await says('Undone: 2 addresses')
  expect(await values()).toEqual([])
})

test('the guard: what is typed is compared; then it is blocked all the same', async () => {
  const signal = await raise({ title: 'Inside', severity: 'low', entities: ['@network.client.ip:10.9.8.7'] })
  await fresh(`#/signals?signal=${signal}`)
  await page.getByRole('button', { name: 'Block the attacking IP…' }).waitFor()
  await page.keyboard.press('b')
  const typed = dialog('Block an address').getByLabel('Type 10.9.8.7 to block it all the same')
  await typed.fill('10.9.8.8')
  const button = dialog('Block an address').getByRole('button', { name: 'Block 10.9.8.7' })
  expect(await button.getAttribute('aria-disabled')).toBe('true')
  await typed.fill('10.9.8.7')
  await button.click()
  await says('10.9.8.7 on the denylist for 1 h')
  expect(await values()).toEqual(['10.9.8.7'])
})

test('nothing went wrong in the page', () => expect(complaints).toEqual([]))
