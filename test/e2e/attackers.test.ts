import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { look } from './axe.ts'
import { createHands } from './hands.ts'
import { openExplorer } from './paired.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'

// Who attacks, over a real daemon: the list, one address, several side by side, and whose account was taken over.

let daemon: RealDaemon
let context: BrowserContext
let page: Page
let root: string
const complaints: string[] = []

const [guesser, scanner, twin] = ['93.184.10.1', '45.83.64.1', '45.83.64.2']
const hostile = 'sqlmap <img src=x onerror=alert(1)> \u202e"/><script>alert(2)</script>'
/** What turns text around stands as its code. */
const shown = hostile.replace('\u202e', 'U+202E')
const seconds = (i: number) => new Date(Date.now() - 1_200_000 + i * 5_000).toISOString()
const login = (message: string, i: number) => ({ ddsource: 'sshd', service: 'sshd', hostname: 'bastion-1', timestamp: seconds(i), message })
const visit = (ip: string, path: string, i: number) => ({
  ...{ ddsource: 'nginx', service: 'shop', hostname: 'web-1', timestamp: seconds(i), message: `GET ${path}` },
  ...{ network: { client: { ip } }, http: { useragent: hostile, url: path, url_details: { path }, status_code: 404 } },
})

beforeAll(async () => {
  daemon = await startRealDaemon()
  await daemon.call('POST', '/api/v2/logs', [
    ...Array.from({ length: 12 }, (_, i) => login(`Failed password for deploy from ${guesser} port ${40000 + i} ssh2`, i)),
    login(`Accepted password for deploy from ${guesser} port 50000 ssh2`, 13),
    ...[scanner, twin].flatMap(ip => ['/wp-login.php', '/.env'].map((path, i) => visit(ip, path, 20 + i))),
  ])
  ;({ context, page, root } = await openExplorer(daemon, complaints))
})
afterAll(async () => {
  await context?.close()
  await daemon?.dispose()
})

const row = (text: string) => page.getByRole('row').filter({ hasText: text })
const { view: fresh } = createHands(
  () => page,
  () => root,
)
const panel = (name: string) => page.getByRole('dialog', { name })

test('S2-21: the list: flagged first, with country, network and counts; a facet and a search narrow it', async () => {
  await fresh('#/signals')
  await page.getByRole('link', { name: 'Attackers' }).click()
  await row(guesser).getByText('Flagged').waitFor()
  await row(scanner).getByText('Suspicious').waitFor()
  await page.getByText('3 attackers', { exact: true }).waitFor()
  await look(page, 'attackers')
  await page.getByRole('region', { name: 'State' }).getByRole('checkbox', { name: 'Flagged' }).check()
  await page.getByText('1 attacker', { exact: true }).waitFor()
  expect(new URL(page.url()).hash).toContain('state=flagged')
  await page.getByRole('region', { name: 'State' }).getByRole('checkbox', { name: 'Flagged' }).uncheck()
  await page.getByLabel('Search attackers').fill('45.83')
  await page.getByText('2 attackers', { exact: true }).waitFor()
  await page.getByLabel('Search attackers').fill('state:(')
  await page
    .getByText(/parenthes/i)
    .first()
    .waitFor()
  await page.getByLabel('Search attackers').fill('')
  await page.getByText('3 attackers', { exact: true }).waitFor()
})

test('S2-20f: one address: state, volume, severities, users, endpoints and user agents, hostile ones as text; blocked, and the history of it', async () => {
  await fresh('#/attackers')
  await row(scanner).click()
  const open = panel(scanner)
  await open.getByText('Looking through 30 days').waitFor({ state: 'detached' })
  await open.getByRole('heading', { name: 'User agents' }).waitFor()
  await open.getByText(shown).first().waitFor()
  await open.getByText('/wp-login.php').waitFor()
  expect(await page.locator('img').count()).toBe(0)
  await look(page, 'attacker')
  await open.getByRole('button', { name: 'Block…' }).click()
  const dialog = page.getByRole('dialog', { name: /^Block/ })
  await dialog.getByRole('button', { name: /^Block/ }).click()
  await open.getByRole('heading', { name: 'On the denylist' }).waitFor()
  await page.keyboard.press('Escape')
  await row(scanner).getByText('On the denylist').waitFor()
})

test('S2-20f: View IP details in the menu of an address → its panel among the attackers', async () => {
  await fresh('#/signals')
  await page.getByRole('row').filter({ hasText: guesser }).first().waitFor()
  await page
    .getByRole('row')
    .filter({ hasText: guesser })
    .first()
    .getByRole('button', { name: new RegExp(`^${guesser.replaceAll('.', '\\.')}`) })
    .click()
  await page.getByRole('menuitem', { name: 'View IP details' }).click()
  await panel(guesser)
    .getByText(/^Attacked within 24 hours/)
    .waitFor()
  expect(new URL(page.url()).hash).toBe(`#/attackers?ip=${guesser}`)
})

test('S2-21: several selected by keys and compared side by side, what they share first; then blocked', async () => {
  await fresh('#/attackers')
  await row(guesser).waitFor()
  await page.getByRole('checkbox', { name: `Select ${scanner}` }).check()
  await page.getByRole('checkbox', { name: `Select ${twin}` }).check()
  await page.getByText('2 selected').waitFor()
  await page.getByRole('button', { name: 'Compare' }).click()
  const dialog = page.getByRole('dialog', { name: 'Compare 2 addresses, 30 days' })
  await dialog.getByRole('columnheader', { name: twin }).waitFor()
  await dialog.getByRole('region', { name: 'In common' }).getByText(shown).waitFor()
  await look(page, 'attackers-compared')
  await dialog.getByRole('button', { name: 'Block 2…' }).click()
  await page.getByRole('dialog', { name: 'Block addresses' }).waitFor()
  await page.keyboard.press('Escape')
})

test('S2-21: put together by rules and user agent → one cluster of two, with its addresses', async () => {
  await fresh('#/attackers?by=cluster')
  await row(shown).waitFor()
  await row(shown).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Block 2…' }).waitFor()
  await page.getByRole('dialog').getByRole('button', { name: twin }).waitFor()
  await look(page, 'attackers-cluster')
})

test('compromised users: who, from where, and how it ended; from them to the address', async () => {
  await fresh('#/attackers?view=users')
  await row('deploy').click()
  await panel('deploy').getByRole('button', { name: 'Block this user…' }).waitFor()
  await look(page, 'compromised-users')
  await panel('deploy').getByRole('button', { name: guesser }).click()
  await panel(guesser)
    .getByText(/^Attacked within 24 hours/)
    .waitFor()
})

test('S2-21: ten thousand attackers → only those in sight are drawn, the last is reached, first and last are compared, and all are put together', async () => {
  const [thousands, each] = [10_000, 100]
  for (let i = 0; i < thousands; i += each) {
    const entities = Array.from({ length: each }, (_, j) => `@network.client.ip:11.${Math.floor((i + j) / 250)}.7.${(i + j) % 250}`)
    await daemon.call('POST', '/api/local/signals', { data: { attributes: { title: 'Wave', severity: 'low', entities } } })
  }
  // how long a search may take says nothing here: it is the machine's load
  await daemon.call('PATCH', '/api/local/settings', { data: { attributes: { search: { deadline_ms: 60_000 } } } })
  await fresh('#/attackers?search=address:11.*&sort=address')
  await page.getByText('10,000 attackers', { exact: true }).waitFor({ timeout: 90_000 })
  const drawn = async () => (await page.getByRole('row').count()) < 80
  expect(await drawn()).toBe(true)
  const [first, last] = ['11.0.7.0', '11.39.7.249']
  await page.getByRole('checkbox', { name: `Select ${first}`, exact: true }).check()
  await row(first).first().focus()
  await page.keyboard.press('End')
  await page.getByRole('checkbox', { name: `Select ${last}`, exact: true }).check()
  expect(await page.locator(`[aria-rowindex="${thousands + 1}"]`).innerText()).toContain(last)
  expect(await drawn()).toBe(true)
  // somewhere in the middle, as a bar is dragged
  await page.locator('.scroll').evaluate(list => list.scrollTo(0, list.scrollHeight / 2))
  await row('11.20.7.').first().waitFor()
  await look(page, 'attackers-many')
  await page.getByRole('button', { name: 'Compare' }).click()
  const dialog = page.getByRole('dialog', { name: 'Compare 2 addresses, 30 days' })
  await dialog.getByRole('columnheader', { name: last }).waitFor()
  await page.keyboard.press('Escape')
  await fresh('#/attackers?search=address:11.*&by=cluster')
  // by what logs say only those that come first are put together, and that is said
  await page.getByText('about 1 cluster', { exact: true }).waitFor({ timeout: 90_000 })
  await row('2,000').waitFor()
}, 240_000)

test('nothing was written to the console, and nothing ran', () => expect(complaints).toEqual([]))
