import { createHash } from 'node:crypto'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeTar } from '../../daemon/lib/archive/tar.ts'
import { faults } from './axe.ts'
import { openExplorer } from './paired.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'
import { shot } from './surfaces.ts'

// The explorer's rules and feeds, over a real daemon: what is pressed is done there, and what it refuses is said where it was typed.

let daemon: RealDaemon
let context: BrowserContext
let page: Page
let root: string
const csp: string[] = []

beforeAll(async () => {
  daemon = await startRealDaemon({ demo: true })
  ;({ context, page, root } = await openExplorer(daemon, csp, { hash: '#/rules' }))
  await page.getByRole('grid', { name: 'Rules' }).waitFor()
})
afterAll(async () => {
  await context?.close()
  await daemon?.dispose()
})

const row = (name: string) => page.getByRole('row').filter({ has: page.getByText(name, { exact: true }) })
const panel = (name: string) => page.getByRole('dialog', { name })
const rule = async (name: string) => {
  const { body } = await daemon.call('GET', `/api/v2/security_monitoring/rules?query=${encodeURIComponent(name)}`)
  return body.data[0]
}

test('the rules: the noisiest first, with what became of their signals', async () => {
  await expect.poll(() => page.getByRole('row').count()).toBeGreaterThan(13)
  await page
    .getByRole('row')
    .nth(1)
    .getByText(/ago$|just now/)
    .waitFor()
  await page.getByText(/^\d+ rules$/).waitFor()
  await shot(page, 'rules')
})

test('search, facets and sort stand in the URL; a link brings back the same', async () => {
  await page.keyboard.press('/')
  await page.keyboard.type('web')
  await page.getByRole('region', { name: 'Severity' }).getByText('Medium').click()
  await page.getByRole('button', { name: 'Name' }).click()
  const rows = await page.getByRole('row').count()
  expect(rows).toBeGreaterThan(1)
  const url = page.url()
  expect(url).toContain('search=web')
  const other = await context.newPage()
  await other.goto(url)
  await expect.poll(() => other.getByRole('row').count()).toBe(rows)
  await other.close()
  await page.goto(`${root}#/rules`)
})

test('a rule by keys alone: J, Enter, tabs, Esc back to its row', async () => {
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Queries').waitFor()
  await shot(page, 'rule')
  await dialog.getByRole('tab', { name: 'JSON' }).click()
  await dialog.getByRole('textbox', { name: 'Rule as JSON' }).waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('row')
  // X switches a rule: Tab leaves the list without a stop at the switch of each
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.closest('[role="grid"]') ?? null)).toBeNull()
})

test('a rule that the list has put out of sight while it was read: closed, its row is in sight again and has the focus', async () => {
  const names = ['name', '-name'].map(sort => `${root}#/rules?sort=${sort}`)
  await page.setViewportSize({ width: 1440, height: 400 })
  await page.goto(names[0]!)
  await expect.poll(() => page.getByRole('row').nth(1).textContent()).toContain('AWS')
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  const name = await dialog.getAttribute('aria-label')
  const first = (await page.evaluate(() => location.hash)).replace('sort=name', 'sort=-name')
  await page.evaluate(hash => location.assign(hash), first)
  await expect.poll(() => row(name!).count()).toBe(0)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain(name)
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.goto(`${root}#/rules`)
})

test('a rule is switched off, and on again by U', async () => {
  // only rows in sight are drawn, and which are depends on what the demo has come to
  await page.goto(`${root}#/rules?search=web+scanner`)
  await row('Web scanner').getByRole('switch').click()
  await page.getByText('Web scanner switched off').waitFor()
  expect((await rule('Web scanner')).isEnabled).toBe(false)
  await shot(page, 'rule-off')
  await page.keyboard.press('u')
  await expect.poll(async () => (await rule('Web scanner')).isEnabled).toBe(true)
})

test('a new rule: what is wrong is said at its line while it is typed, and what is right is created', async () => {
  await page.keyboard.press('n')
  const text = page.getByRole('textbox', { name: 'Rule as JSON' })
  const blank = await text.inputValue()
  await text.fill(blank.replace('"name": ""', '"name": "Mine"').replace('"condition": "failures > 10"', '"condition": "failures >"'))
  await page.getByText(/^Line 1[0-9]|^Line 2[0-9]/).waitFor()
  await page.getByText(/cases\.0\.condition/).waitFor()
  await shot(page, 'rule-error')
  await text.fill(`${blank.slice(0, 20)} oops`)
  await page.getByText(/should stand here/).waitFor()
  await text.fill(blank.replace('"name": ""', '"name": "Mine"'))
  await page.getByText('The daemon would take it.').waitFor()
  await page.getByRole('button', { name: 'Create' }).click()
  await panel('Mine').waitFor()
  expect((await rule('Mine')).cases[0].condition).toBe('failures > 10')
})

test('a rule of my own is deleted once it was asked twice; a default one cannot be', async () => {
  await panel('Mine').getByRole('button', { name: 'Delete…' }).click()
  await panel('Mine').getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByText('Mine deleted').waitFor()
  expect(await rule('Mine')).toBeUndefined()
  await page.goto(`${root}#/rules?search=web+scanner`)
  await row('Web scanner').click()
  await panel('Web scanner').getByText('Options').waitFor()
  expect(await panel('Web scanner').getByRole('button', { name: 'Delete…' }).count()).toBe(0)
  await page.keyboard.press('Escape')
})

test('its tests, a back-test and its versions', async () => {
  await page.goto(`${root}#/rules?rule=default-ssh-brute-force&tab=tests`)
  await page.getByRole('button', { name: 'Run tests' }).click()
  await page.getByText(/^All \d+ passed/).waitFor()
  await shot(page, 'rule-tests')
  await page.getByRole('tab', { name: 'Back-test' }).click()
  await page.getByText('All logs').click()
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await page.getByText(/^\d+ signals? from [\d,]+ logs/).waitFor({ timeout: 40_000 })
  await shot(page, 'rule-backtest')
  await page.goto(`${root}#/rules?rule=default-web-scanner&tab=versions`)
  await page.getByText('isEnabled').first().waitFor()
  await shot(page, 'rule-versions')
})

test('a suppression of a rule, and what it hid', async () => {
  const attributes = {
    name: 'Our scanner',
    rule_query: 'ruleId:default-web-scanner',
    suppression_query: '@network.client.ip:203.0.113.9',
    reason: 'We scan ourselves',
  }
  expect(
    (await daemon.call('POST', '/api/v2/security_monitoring/configuration/suppressions', { data: { type: 'suppressions', attributes } }))
      .status,
  ).toBe(200)
  await page.goto(`${root}#/rules?rule=default-web-scanner&tab=suppressions`)
  await page.getByText('We scan ourselves').waitFor()
  await shot(page, 'rule-suppressions')
})

const sigma = `title: Certutil fetches a file
id: 6b2f7c1e-3d6a-4a0e-9a5e-2b1c0d9e8f71
logsource:
  product: windows
  category: process_creation
detection:
  selection:
    Image|endswith: '\\certutil.exe'
    CommandLine|contains: urlcache
  condition: selection
level: high
tags:
  - attack.command-and-control
  - attack.t1105
`
test('Sigma rules: the report comes first, and nothing is there before the import', async () => {
  await page.goto(`${root}#/rules`)
  await page.keyboard.press('i')
  const files = [
    { name: 'certutil.yml', mimeType: 'text/yaml', buffer: Buffer.from(sigma) },
    { name: 'broken.yml', mimeType: 'text/yaml', buffer: Buffer.from('title: <img src=x onerror=alert(1)>\nlogsource: {}\ndetection: [') },
  ]
  await page.getByRole('dialog').locator('input[type=file]').setInputFiles(files)
  await page.getByText('1 would be imported, 1 refused.').waitFor()
  expect(await rule('Certutil')).toBeUndefined()
  await shot(page, 'import-dry')
  await page.getByRole('button', { name: 'Import 1 rule' }).click()
  await page.getByText('What was done').waitFor()
  await shot(page, 'import-done')
  expect((await rule('Certutil')).tags).toContain('technique:T1105-ingress-tool-transfer')
  await page.keyboard.press('Escape')
  // of a long list only what is in sight is drawn
  await page.keyboard.press('/')
  await page.keyboard.type('certutil')
  await row('Certutil fetches a file').getByText('Imported').waitFor()
  expect(await page.locator('img').count()).toBe(0)
})

test('the feeds', async () => {
  await page.goto(`${root}#/feeds`)
  await page.getByRole('grid', { name: 'Feeds' }).waitFor()
  await shot(page, 'feeds')
})

test('a feed is pasted: a broken one is refused and nothing of it stays, a table is mapped by its columns', async () => {
  await page.keyboard.press('n')
  await page.getByText('Pasted text').click()
  await page.getByLabel('Entries').fill('<html><body>Not found</body></html>')
  await page.getByLabel('Name').fill('Watchlist')
  await page.getByLabel('Category').fill('attack')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('dialog').getByRole('alert').waitFor()
  await shot(page, 'feed-refused')
  const feeds = async () =>
    ((await daemon.call('GET', '/api/local/feeds')).body.data as { attributes: { name: string; entries: number } }[]).map(
      ({ attributes }) => attributes,
    )
  expect((await feeds()).some(({ name }) => name === 'Watchlist')).toBe(false)
  await page.getByLabel('Entries').fill('indicator_ip;what;seen_at\n192.0.2.77;ssh;2026-01-01\n192.0.2.78;ssh;2026-01-02\n')
  await page.getByLabel('Format').selectOption('csv')
  await page.getByRole('combobox', { name: 'indicator_ip' }).selectOption('value')
  await shot(page, 'feed-add')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await panel('Watchlist').waitFor()
  expect((await feeds()).find(({ name }) => name === 'Watchlist')?.entries).toBe(2)
  await shot(page, 'feed')
})

test('a look-up: what each feed says, and what is no indicator', async () => {
  await page.keyboard.press('Escape')
  await page.keyboard.press('/')
  await page.keyboard.type('192.0.2.77')
  await page.keyboard.press('Enter')
  await page.getByRole('search').getByText('Watchlist').waitFor()
  await shot(page, 'feed-lookup')
  await page.keyboard.type('not one of them!')
  await page.keyboard.press('Enter')
  await page.getByRole('search').getByRole('alert').waitFor()
  await page.goto(`${root}#/feeds`)
})

test('a feed is switched off and removed', async () => {
  await row('Watchlist').getByRole('switch').click()
  await page.getByText('Watchlist switched off').waitFor()
  await row('Watchlist').getByText('Watchlist').click()
  await panel('Watchlist').getByRole('button', { name: 'Remove…' }).click()
  await panel('Watchlist').getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByText('Watchlist removed').waitFor()
  expect(await row('Watchlist').count()).toBe(0)
})

test('a TAXII collection: its secret is kept, replaced and forgotten, and never comes back', async () => {
  await page.goto(`${root}#/feeds?do=add`)
  await page.getByText('A TAXII collection').click()
  await page.getByRole('textbox', { name: 'Web address' }).fill('https://taxii.invalid/api/collections/1/')
  await page.getByLabel('Signed with').selectOption('basic')
  await page.getByLabel('User', { exact: true }).fill('me')
  await page.getByLabel('Password').fill('hush-hush')
  await page.getByLabel('Name', { exact: true }).fill('Exchange')
  await page.getByLabel('Category').fill('attack')
  await shot(page, 'feed-taxii')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await panel('Exchange').getByText('One is kept. It is never shown.').waitFor()
  await shot(page, 'feed-secret')
  expect(await page.content()).not.toContain('hush-hush')
  await panel('Exchange').getByRole('button', { name: 'Forget the one that is kept' }).click()
  await panel('Exchange').getByText('None is kept yet').waitFor()
  await panel('Exchange').getByLabel('The password').fill('another')
  await panel('Exchange').getByRole('button', { name: 'Keep it' }).click()
  await panel('Exchange').getByText('One is kept. It is never shown.').waitFor()
})

test('entries that have shrunk are refused, and used all the same once somebody says so', async () => {
  const attributes = { name: 'Shrinks', format: 'netset', category: 'attack', intention: 'malicious' }
  const { body } = await daemon.call('POST', '/api/local/feeds', { data: { type: 'feed', attributes } })
  await page.goto(`${root}#/feeds?feed=${body.data.id}`)
  await page.reload()
  const load = (text: string) =>
    panel('Shrinks')
      .getByLabel('File with entries')
      .setInputFiles({ name: 'x', mimeType: 'text/plain', buffer: Buffer.from(text) })
  await load('192.0.2.1\n192.0.2.2\n192.0.2.3')
  await page.getByText('Shrinks: 3 entries').waitFor()
  await load('192.0.2.1')
  await panel('Shrinks').getByText('has shrunk from 3 to 1').waitFor()
  await shot(page, 'feed-shrunk')
  await panel('Shrinks').getByRole('button', { name: 'Use it all the same' }).click()
  await page.getByText('Shrinks: 1 entries').waitFor()
  expect(await panel('Shrinks').getByRole('alert').count()).toBe(0)
})

test('a bundle: first what is in it, then it is taken', async () => {
  const bytes = Buffer.from('192.0.2.9\n')
  const entry = { name: 'Bundled', format: 'netset', category: 'attack', intention: 'malicious', file: 'feeds/b' }
  const listed = [
    { ...entry, sha256: createHash('sha256').update(bytes).digest('hex') },
    { ...entry, name: 'Damaged', sha256: '0'.repeat(64) },
  ]
  const manifest = Buffer.from(JSON.stringify({ version: 1, feeds: listed }))
  const bundle = writeTar(
    [
      { name: 'manifest.json', bytes: manifest },
      { name: 'feeds/b', bytes },
    ],
    0,
  )
  await page.goto(`${root}#/feeds`)
  await page.getByRole('button', { name: 'Import a bundle…' }).click()
  const file = { name: 'feeds.tar', mimeType: 'application/x-tar', buffer: Buffer.from(bundle) }
  await panel('Import a bundle of feeds').getByLabel('Choose a bundle').setInputFiles(file)
  await page.getByText('What would be done').waitFor()
  await page.getByText('its checksum is another').waitFor()
  await shot(page, 'feed-bundle')
  expect(JSON.stringify((await daemon.call('GET', '/api/local/feeds')).body)).not.toContain('Bundled')
  await page.getByRole('button', { name: 'Import 1 feed' }).click()
  await page.getByText('What was done').waitFor()
  expect(JSON.stringify((await daemon.call('GET', '/api/local/feeds')).body)).toContain('Bundled')
  await page.goto(`${root}#/feeds`)
})

test('the open feeds', async () => {
  await page.getByRole('tab', { name: /Open feeds/ }).click()
  await page.getByRole('button', { name: 'Switch on IPsum' }).waitFor()
  await shot(page, 'feeds-open')
})

test.each([
  '#/rules',
  '#/rules?rule=default-web-scanner',
  '#/rules?rule=default-web-scanner&tab=json',
  '#/rules?do=import',
  '#/feeds',
  '#/feeds?do=add',
  '#/feeds?do=bundle',
  '#/feeds?view=open',
])('axe finds nothing wrong with %s', async hash => {
  await page.goto(root + hash)
  await page
    .getByRole(hash.includes('view=open') ? 'tabpanel' : 'grid')
    .first()
    .waitFor()
  if (hash.includes('rule=') || hash.includes('do=')) await page.getByRole('dialog').waitFor()
  expect(await faults(page)).toEqual([])
})

test('a wide window has the panel beside the list', async () => {
  await page.setViewportSize({ width: 1720, height: 900 })
  await page.goto(`${root}#/rules?rule=default-web-scanner`)
  await page.getByRole('dialog').getByText('Queries').waitFor()
  const [list, panel] = await Promise.all([page.getByRole('grid').boundingBox(), page.getByRole('dialog').boundingBox()])
  expect(list!.x + Math.min(list!.width, 940)).toBeLessThanOrEqual(panel!.x + 80)
  await shot(page, 'rule-wide')
  await page.setViewportSize({ width: 1440, height: 900 })
})

test('the daemon goes away: it is said, and the list stays to be read', async () => {
  await page.goto(`${root}#/rules`)
  await page.getByRole('grid', { name: 'Rules' }).waitFor()
  await daemon.stop()
  await page.getByText('The daemon does not answer.').waitFor()
  await expect.poll(() => page.getByRole('row').count()).toBeGreaterThan(13)
  await shot(page, 'away')
})

test('nothing broke the policy of the page', () => {
  expect(csp.filter(text => /Content Security Policy|Refused to/.test(text))).toEqual([])
})
