import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readCard } from './accessible.ts'
import { look } from './axe.ts'
import { createHands } from './hands.ts'
import { openExplorer } from './paired.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'
import { background, whereIs } from './surfaces.ts'

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
  daemon = await startRealDaemon({ jumps: true })
  const logs = [
    ...Array.from({ length: 12 }, (_, i) => logOf(`Failed password for deploy from ${first} port ${40000 + i} ssh2`, i)),
    logOf(`Accepted password for sam from ${second} port 50000 ssh2`, 20),
    logOf(`Accepted password for sam from ${second} port 50001 ssh2`, 21),
  ]
  await daemon.call('POST', '/api/v2/logs', logs)
  await daemon.call('POST', filters, {
    data: { type: 'exclusion_filter', attributes: { description: 'our office', enabled: true, ip_list: [office] } },
  })
  ;({ context, page, id, root } = await openExplorer(daemon, complaints, { administers: true }))
})
afterAll(async () => {
  await context?.close()
  await daemon?.dispose()
})

const {
  view: fresh,
  says,
  dialog,
} = createHands(
  () => page,
  () => root,
)
const line = (value: string) => page.getByRole('list', { name: 'What to block' }).getByRole('listitem').filter({ hasText: value })

/** What stands beyond the sides of a dialog. */
const cutOff = (of: ReturnType<typeof dialog>) =>
  of.evaluate(shown => {
    const { left, right } = shown.getBoundingClientRect()
    return [...shown.querySelectorAll('button, input, .tag, p, span')]
      .filter(one => one.getClientRects().length > 0 && one.checkVisibility())
      .map(one => [one.textContent || one.outerHTML, one.getBoundingClientRect()] as const)
      .filter(([, at]) => at.left < left - 1 || at.right > right + 1)
      .map(([text]) => text)
  })

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
  await page.setViewportSize({ width: 320, height: 640 })
  await look(page, 'block-320')
  expect(await cutOff(open)).toEqual([])
  await page.setViewportSize({ width: 1440, height: 900 })
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

test('the guard of users: a colleague and one’s own account are typed; the others are blocked', async () => {
  const opens = context.waitForEvent('page')
  await background(page, { type: 'openBlock', targets: ['mallory', 'root', `adm*${hostile}`].map(value => ({ kind: 'user', value })) })
  const shown = await opens
  await shown.setViewportSize({ width: 560, height: 820 })
  await shown.getByRole('heading', { name: 'Block users' }).waitFor()
  await shown.getByText('root is your own account: you would lock yourself out').waitFor()
  await shown.getByText(/may be anybody: it is a pattern/).waitFor()
  await look(shown, 'block-users')
  await shown.getByLabel('Type root to block it all the same').fill('ROOT')
  await shown.getByRole('button', { name: 'Block 1 of 3' }).waitFor()
  await shown.getByRole('button', { name: 'Leave it out' }).first().click()
  await shown.getByRole('button', { name: 'Block 1 of 3' }).click()
  await shown.locator('.toast').getByText('mallory on the denylist').waitFor()
  expect(await values()).toEqual(['mallory'])
  await shown.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(values).toEqual([])
  await shown.close()
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

const entryOf = async (value: string, state = 'current') =>
  (
    await daemon.call('GET', `/api/local/denylist?filter[state]=${state}&filter[text]=${encodeURIComponent(value)}&page[size]=100`)
  ).body.data.find((entry: { attributes: { value: string } }) => entry.attributes.value === value)
const block = async (value: string, more: object = {}, headers = {}) =>
  (
    await daemon.call(
      'POST',
      '/api/local/denylist',
      { data: { attributes: { kind: 'ip', value, duration: '1h', confirm: value, ...more } } },
      headers,
    )
  ).body.data
const filtersOf = async (address: string) =>
  (await daemon.call('GET', filters)).body.data.filter((one: { attributes: { ip_list: string[] } }) =>
    one.attributes.ip_list.includes(address),
  )
const menu = async (address: string) => {
  await page
    .getByRole('button', { name: `${address}: filter, exclude, copy` })
    .first()
    .click()
  return (name: string | RegExp) => page.getByRole('menuitem', { name })
}

test('S2-20c: the menu of an address blocks it for as long as is typed; blocked, it says so, and lifts it', async () => {
  const ip = '93.184.11.1'
  await raise({ title: 'From the table', severity: 'medium', entities: [`@network.client.ip:${ip}`] })
  await fresh(`#/signals?query=${encodeURIComponent('@title:"From the table"')}`)
  const item = await menu(ip)
  await look(page, 'block-menu')
  await item('Block…').click()
  const open = dialog('Block an address')
  await open.getByText('Other', { exact: true }).click()
  const span = open.getByLabel('For how long, such as 45m, 3h30m or 2d')
  await span.fill('soon')
  await open.getByText('“soon” is no duration').waitFor()
  await span.fill('3h30m')
  await open.getByLabel('Reason').fill(hostile)
  await open.getByRole('button', { name: `Block ${ip}` }).click()
  await says(`${ip} on the denylist for 3 h 30 min`)
  expect((await entryOf(ip)).attributes).toMatchObject({ duration_ms: 12_600_000, reason: hostile })
  const again = await menu(ip)
  await again(/^On the denylist until .*: extend or lift…$/).click()
  await line(ip)
    .getByText(/On the denylist until .* by /)
    .waitFor()
  await open.getByRole('button', { name: `Shorten ${ip}` }).waitFor()
  await line(ip).getByRole('button', { name: 'Lift' }).click()
  await says(`${ip} is not blocked any more`)
  await open.getByRole('button', { name: `Block ${ip}` }).waitFor()
  await page.keyboard.press('Escape')
  expect(await values()).not.toContain(ip)
})

test('S2-20d: added to the unmonitored passlist from the menu: what is blocked of it is lifted, and the filter has no on_match', async () => {
  const ip = '93.184.11.2'
  await block(ip)
  await raise({ title: 'To be spared', severity: 'medium', entities: [`@network.client.ip:${ip}`] })
  await fresh(`#/signals?query=${encodeURIComponent('@title:"To be spared"')}`)
  await (await menu(ip))('Add to the passlist…').click()
  const open = dialog('Add to the passlist')
  await open.getByLabel('Whose it is').fill('The monitor')
  await open.getByLabel('Reason').fill('Ticket 7')
  await look(page, 'passlist-add')
  await open.getByRole('button', { name: 'Add to the passlist' }).click()
  await says(`“The monitor” is on the passlist; the block of ${ip} was lifted`)
  const [filter] = await filtersOf(ip)
  expect(filter.attributes).toMatchObject({ description: 'The monitor', enabled: true, ip_list: [ip] })
  expect(filter.attributes).not.toHaveProperty('on_match')
  expect(filter.attributes.x_local.expires_at - Date.now()).toBeGreaterThan(6 * 86_400_000)
  expect(await values()).not.toContain(ip)
  // the menu knows now, and leads to the entry
  await (await menu(ip))(/^On the passlist until/).click()
  await dialog('The monitor').getByText('Ticket 7').waitFor()
  await look(page, 'passlist')
  await dialog('The monitor').getByRole('button', { name: 'Take off' }).click()
  await says('“The monitor” is not spared any more')
  expect(await filtersOf(ip)).toEqual([])
})

test('on the passlist: what ends is named as a whole beforehand, and comes back by Undo; a wide range is typed', async () => {
  const [ip, range] = ['93.184.20.7', '93.184.20.0/24']
  await block(range, { reason: 'a scan' })
  await fresh('#/denylist?list=passlist')
  await page.getByRole('button', { name: 'Add to the passlist…' }).click()
  const open = dialog('Add to the passlist')
  const add = open.getByRole('button', { name: 'Add to the passlist' })
  const addresses = open.getByLabel('Addresses and ranges')
  await open.getByLabel('Whose it is').fill('A customer')
  await addresses.fill('0.0.0.0/0')
  await open.getByText('0.0.0.0/0 is more of the internet than a /8 of IPv4').waitFor()
  expect(await add.getAttribute('aria-disabled')).toBe('true')
  await addresses.fill('93.128.0.0/9')
  const typed = open.getByLabel('Type 93.128.0.0/9 to spare all of it')
  await typed.fill('93.128.0.0/10')
  expect(await add.getAttribute('aria-disabled')).toBe('true')
  await look(page, 'passlist-wide')
  await typed.fill('93.128.0.0/9')
  await expect.poll(() => add.getAttribute('aria-disabled')).toBeNull()
  await addresses.fill(ip)
  await open.getByText('1 block ends').waitFor()
  await open.getByText(range).waitFor()
  await look(page, 'passlist-lifts')
  await add.click()
  await says(`“A customer” is on the passlist; the block of ${range} was lifted`)
  expect(await values()).not.toContain(range)
  await page.keyboard.press('u')
  await says(`“A customer” is not on the passlist any more; ${range} is on the denylist again`)
  expect(await filtersOf(ip)).toEqual([])
  const back = await entryOf(range)
  expect(back).toMatchObject({ attributes: { reason: 'a scan' } })
  await daemon.call('DELETE', `/api/local/denylist/${back.id}`)
})

test('S2-20e: declared trusted from a signal’s entity, with reason and expiry: monitored, and never blocked', async () => {
  const ip = '93.184.11.3'
  const signal = await raise({ title: 'A pen test', severity: 'high', entities: [`@network.client.ip:${ip}`] })
  await fresh(`#/signals?signal=${signal}`)
  await page.getByRole('button', { name: `Actions for ${ip}` }).click()
  await page.getByRole('menuitem', { name: 'Declare trusted…' }).click()
  const open = dialog('Declare trusted')
  expect(await open.getByLabel('Reason').inputValue()).toBe('A pen test')
  await open.getByLabel('Whose it is').fill('Pen testers')
  await open.getByText('1 day', { exact: true }).click()
  await open.getByRole('button', { name: 'Declare trusted' }).click()
  await says('“Pen testers” is trusted')
  const [filter] = await filtersOf(ip)
  expect(filter.attributes).toMatchObject({ on_match: 'monitor', x_local: { reason: 'A pen test' } })
  expect(Math.abs(filter.attributes.x_local.expires_at - Date.now() - 86_400_000)).toBeLessThan(60_000)
  await page.getByRole('button', { name: 'Block the attacking IP…' }).click()
  await line(ip).getByText('Trusted (“Pen testers”), which wins over blocks').waitFor()
  expect(
    await dialog('Block an address')
      .getByRole('button', { name: `Block ${ip}` })
      .getAttribute('aria-disabled'),
  ).toBe('true')
  await page.keyboard.press('Escape')
})

test('the panel of an address: what is decided about it, as it changes', async () => {
  const ip = '93.184.11.4'
  await fresh(`#/signals?ip=${ip}`)
  const panel = dialog(ip)
  await panel.getByRole('button', { name: 'Declare trusted…' }).waitFor()
  await block(ip, { reason: 'by a colleague' })
  await panel.getByText(/until .* by .*: by a colleague/).waitFor()
  await look(page, 'address-blocked')
  await panel.getByRole('button', { name: 'Extend or lift…' }).click()
  await dialog('Block an address').getByText('1 week', { exact: true }).click()
  await dialog('Block an address')
    .getByRole('button', { name: `Extend ${ip}` })
    .click()
  await says(`${ip} now blocked for 7 days from now`)
  expect((await entryOf(ip)).attributes.duration_ms).toBe(7 * 86_400_000)
  await daemon.call('DELETE', `/api/local/denylist/${(await entryOf(ip)).id}`)
})

test('a new enforcer: its key is shown once; the list fetched with it; how it holds ranges', async () => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await fresh('#/settings?part=enforcers')
  await page.getByText('None yet: the denylist keeps nobody out').waitFor()
  await page.getByRole('button', { name: 'New enforcer…' }).click()
  await dialog('New enforcer').getByLabel('Name').fill('edge-1')
  await dialog('New enforcer').getByText('Holds ranges', { exact: true }).click()
  await dialog('New enforcer').getByRole('button', { name: 'Let it in' }).click()
  const key = await dialog('edge-1 let in').getByLabel('The key').inputValue()
  await dialog('edge-1 let in').getByRole('button', { name: 'Close (Esc)' }).click()
  await dialog('edge-1 let in')
    .getByText(/not copied it yet/)
    .waitFor()
  await look(page, 'enforcer-key')
  await dialog('edge-1 let in').getByRole('button', { name: 'Copy', exact: true }).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key)
  await dialog('edge-1 let in').getByRole('button', { name: 'Done' }).click()
  expect(await page.content()).not.toContain(key)
  await page.getByRole('button', { name: 'Copy the link of nginx' }).click()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  expect(link).toBe(`${daemon.url}/api/local/lists/nginx`)
  const list = await fetch(link, { headers: { 'x-api-key': key, 'user-agent': 'curl/8' } })
  expect([list.status, await list.text()]).toEqual([200, expect.stringContaining('deny 10.9.8.7;')])
  await page.getByText('list/nginx curl').waitFor()
  await page.getByRole('button', { name: 'edge-1' }).click()
  await dialog('edge-1').getByText('Addresses alone', { exact: true }).click()
  await says('edge-1: addresses alone; it is told everything anew')
  await look(page, 'enforcer')
  await dialog('edge-1').getByRole('button', { name: 'Shut out…' }).click()
  await dialog('edge-1').getByRole('button', { name: 'Shut out', exact: true }).click()
  await says('edge-1 is shut out')
  expect((await fetch(link, { headers: { 'x-api-key': key } })).status).toBe(403)
})

test('proof: pending, delivered, applied with what it dropped, never more than was reported; lifted, the same way', async () => {
  const ip = '93.184.12.1'
  const made = await daemon.call('POST', '/api/local/bouncers', { data: { attributes: { name: 'edge-2', ranges: 'single' } } })
  const headers = {
    'x-api-key': made.body.data.attributes.key,
    'user-agent': 'crowdsec-firewall-bouncer/v0.0.34',
    'content-type': 'application/json',
  }
  const pull = (startup = false) => fetch(`${daemon.url}/v1/decisions/stream?startup=${startup}`, { headers }).then(answer => answer.json())
  const report = (active: number) =>
    fetch(`${daemon.url}/v1/usage-metrics`, {
      method: 'POST',
      headers,
      body: JSON.stringify({
        remediation_components: [
          {
            type: 'crowdsec-firewall-bouncer',
            version: 'v0.0.34',
            utc_startup_timestamp: 1732212345,
            metrics: [
              {
                meta: { window_size_seconds: 900, utc_now_timestamp: Date.now() / 1000 },
                items: [
                  { name: 'dropped', unit: 'packet', value: 14, labels: { origin: 'signalbox' } },
                  { name: 'active_decisions', unit: 'ip', value: active, labels: { origin: 'signalbox' } },
                ],
              },
            ],
          },
        ],
      }),
    })
  await pull(true)
  await block(ip, { reason: hostile })
  await block('93.200.0.0/20')
  await fresh('#/denylist')
  const row = page.getByRole('row').filter({ hasText: ip })
  await row.getByText('Pending').waitFor()
  await page.getByRole('row').filter({ hasText: '93.200.0.0/20' }).getByText('Not enforced').waitFor()
  await pull()
  await row.getByText('Delivered').waitFor()
  const held = (await blocked()).filter(({ value }) => !String(value).includes('/')).length
  await report(held - 1)
  await row.getByText('Partly').waitFor()
  await report(held)
  await row.getByText('Applied', { exact: true }).waitFor()
  await look(page, 'denylist')
  await row.getByText(ip).click()
  await dialog(ip).getByText('In all it dropped 28 packets').waitFor()
  // hostile text is text
  await dialog(ip).getByText('<img src=x onerror=alert(1)>').first().waitFor()
  await dialog(ip).getByText('blocked ip 93.184.12.1 for 1 h').waitFor()
  await look(page, 'denylist-entry')
  await dialog(ip).getByLabel('Why it is lifted, if you like').fill('a customer')
  await dialog(ip).getByRole('button', { name: 'Lift', exact: true }).click()
  await dialog(ip).getByText('Ended by').waitFor()
  await dialog(ip).getByText('Not told yet that it is lifted').waitFor()
  await dialog(ip).getByText('Lifting', { exact: true }).waitFor()
  await dialog(ip).getByText('It may be in force still at edge-2').waitFor()
  await pull()
  await dialog(ip).getByText('Lifted there', { exact: true }).waitFor()
  await dialog(ip).getByText('Lifted', { exact: true }).waitFor()
  expect((await entryOf(ip, 'ended')).attributes.ended).toMatchObject({ how: 'lifted', reason: 'a customer' })
  await page.keyboard.press('u')
  await says(`${ip} on the denylist again`)
  expect(await values()).toContain(ip)
})

test('what two have to agree to: asked by another, it waits; agreed to, it is in force', async () => {
  await daemon.call('PATCH', '/api/local/settings', { data: { attributes: { respond: { approval: { permanent: true } } } } })
  const admin = (await daemon.call('GET', '/api/v2/roles?page[size]=100')).body.data.find(
    (role: { attributes: { name: string } }) => role.attributes.name === 'Admin',
  )
  const kim = await daemon.call('POST', '/api/v2/users', {
    data: {
      type: 'users',
      attributes: { email: 'kim@example.com', name: 'Kim' },
      relationships: { roles: { data: [{ id: admin.id, type: 'roles' }] } },
    },
  })
  const key = await daemon.call('POST', `/api/local/users/${kim.body.data.id}/application_keys`, {
    data: { type: 'application_keys', attributes: { name: 'kim', scopes: null } },
  })
  await block('93.184.13.1', { duration: 'permanent' }, { 'DD-APPLICATION-KEY': key.body.data.attributes.key })
  await fresh('#/denylist?search=93.184.13.1')
  const row = page.getByRole('row').filter({ hasText: '93.184.13.1' })
  await row.getByText('Not told yet').waitFor()
  await row.getByText('93.184.13.1').click()
  await dialog('93.184.13.1').getByText('It is in force once you agree.').waitFor()
  await look(page, 'denylist-waiting')
  await dialog('93.184.13.1').getByRole('button', { name: 'Agree' }).click()
  await says('93.184.13.1 on the denylist: you agreed')
  expect((await entryOf('93.184.13.1')).attributes).toMatchObject({ state: 'active', approved_by: { name: expect.any(String) } })
  await dialog('93.184.13.1').getByText('Agreed to by').waitFor()
  // one's own: somebody else has to
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'New block…' }).click()
  await dialog('New block').getByRole('textbox', { name: 'Addresses and ranges' }).fill('93.184.13.2')
  await dialog('New block').getByRole('button', { name: 'Next' }).click()
  await dialog('Block an address').getByText('Permanent', { exact: true }).click()
  await dialog('Block an address').getByText('Nothing is blocked until a second person agrees.').waitFor()
  await dialog('Block an address').getByRole('button', { name: 'Ask to block 93.184.13.2' }).click()
  await says('93.184.13.2 waits for a second person')
})

test('S2-48: what a rule blocked by itself says so, with its signal; at its most it stops, which is said', async () => {
  const rule = {
    name: 'Guesses block',
    message: 'x',
    isEnabled: true,
    queries: [{ name: 'a', query: 'source:sshd service:auto @evt.outcome:failure', groupByFields: ['@network.client.ip'] }],
    cases: [{ name: 'many', status: 'high', condition: 'a > 3', actions: [{ type: 'block_ip', options: { duration: 900 } }] }],
    options: { detectionMethod: 'threshold', evaluationWindow: 300, keepAlive: 3600, maxSignalDuration: 86400 },
    tags: [],
  }
  expect((await daemon.call('POST', '/api/v2/security_monitoring/rules', rule)).status).toBe(200)
  const guesses = (ip: string) =>
    daemon.call(
      'POST',
      '/api/v2/logs',
      Array.from({ length: 6 }, (_, i) => ({
        ...logOf(`Failed password for deploy from ${ip} port ${40000 + i} ssh2`, i),
        service: 'auto',
      })),
    )
  await guesses('93.184.14.1')
  await fresh('#/denylist?search=93.184.14')
  const row = page.getByRole('row').filter({ hasText: '93.184.14.1' })
  await row.getByRole('link', { name: 'Guesses block' }).waitFor()
  await row.getByText('93.184.14.1').click()
  await dialog('93.184.14.1').getByText('automatically, by the rule').waitFor()
  await dialog('93.184.14.1').getByRole('link', { name: 'Open the signal' }).waitFor()
  await fresh('#/settings?part=enforcers')
  await page.getByText('Rules have blocked 1 of at most 100 within the last hour.').waitFor()
  await page.getByLabel('At most within an hour').fill('1')
  await page.getByRole('button', { name: 'Save' }).first().click()
  await says('Rules block 1 within an hour at most')
  await page.getByText('It has stopped.').waitFor()
  await look(page, 'enforcers')
  for (const section of ['denylist', 'attackers']) {
    await fresh(`#/${section}`)
    await page.getByText('Automatic blocking has stopped.').waitFor()
  }
  await look(page, 'attackers-stopped')
})

test('three thousand blocks: the list scrolls through all of them, in the order and of the kind that is asked for', async () => {
  const many = 3000
  const valueAt = (i: number) => `93.201.${Math.floor(i / 250)}.${i % 250}`
  for (let from = 0; from < many; from += 500) {
    const entries = Array.from({ length: 500 }, (_, i) => ({ kind: 'ip', value: valueAt(from + i) }))
    const attributes = { entries, duration: '1d', reason: from === 1500 ? 'Campaign seven' : 'guesses passwords' }
    expect((await daemon.call('POST', '/api/local/denylist/bulk', { data: { attributes } })).status).toBe(200)
  }
  const row = (value: string) => page.getByRole('row').filter({ has: page.getByText(value, { exact: true }) })
  const drawn = async () => (await page.getByRole('row').count()) < 80
  await fresh('#/denylist?search=93.201.&sort=value')
  await page.getByText('3,000 entries', { exact: true }).waitFor()
  await row(valueAt(0)).focus()
  await page.keyboard.press('End')
  await row(valueAt(many - 1)).waitFor()
  expect(await drawn()).toBe(true)
  // as a bar is dragged
  await page.locator('.scroll').evaluate(list => list.scrollTo(0, list.scrollHeight / 2))
  await row(valueAt(many / 2)).waitFor()
  await look(page, 'denylist-many')
  // what comes meanwhile is counted, and moves nobody who reads
  await daemon.call('POST', '/api/local/denylist', { data: { attributes: { kind: 'ip', value: '93.201.99.1', duration: '1h' } } })
  await page.getByText('3,001 entries', { exact: true }).waitFor()
  await row(valueAt(many / 2)).waitFor()
  await row(valueAt(many / 2)).click()
  await dialog(valueAt(many / 2))
    .getByRole('button', { name: 'Lift', exact: true })
    .click()
  await page.getByText('3,000 entries', { exact: true }).waitFor()
  await page.getByRole('searchbox', { name: /^Search/ }).fill('campaign SEVEN')
  await page.getByText('499 entries', { exact: true }).waitFor()
}, 240_000)

test.each([
  ['Flagged over, points', '2000000', '4', 'must be 1000000 or less', 'Attackers are flagged over 4 points'],
  ['At most within an hour', '200000', '50', 'must be 100000 or less', 'Rules block 50 within an hour at most'],
  ['So many times as long', '11', '3', 'must be 10 or less', 'Who comes back is blocked 3 times as long, for 30d at most'],
  ['IPv4, bits', '40', '22', 'must be 32 or less', 'Wider than /22 or /48 has to be confirmed'],
])('the setting %s as %s → its field says what is wrong; as %s it is kept, and put back', async (label, wrong, right, why, done) => {
  await fresh('#/settings?part=enforcers')
  const form = page.locator('form').filter({ has: page.getByLabel(label) })
  const before = await form.getByLabel(label).inputValue()
  await form.getByLabel(label).fill(wrong)
  await form.getByRole('button', { name: 'Save' }).click()
  await form.getByText(why).waitFor()
  expect(await form.getByLabel(label).inputValue()).toBe(wrong)
  await form.getByLabel(label).fill(right)
  await form.getByRole('button', { name: 'Save' }).click()
  await says(done)
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => form.getByLabel(label).inputValue()).toBe(before)
})

test('the window that card and popup open: the same dialog, for all addresses of a signal; with Undo', async () => {
  const [here, there] = ['93.184.15.1', '93.184.15.2']
  const signal = await raise({
    title: 'From the popup',
    severity: 'critical',
    entities: [here, there].map(ip => `@network.client.ip:${ip}`),
  })
  const popup = await context.newPage()
  await popup.setViewportSize({ width: 400, height: 580 })
  await popup.goto(`chrome-extension://${id}/popup.html`)
  await popup.getByRole('row').filter({ hasText: 'From the popup' }).getByRole('button', { name: 'From the popup' }).click()
  await popup.getByText(here).first().waitFor()
  await look(popup, 'popup-block')
  const opens = context.waitForEvent('page')
  await popup.locator('.details').getByRole('button', { name: 'Block… (B)' }).click()
  const shown = await opens
  await shown.setViewportSize({ width: 560, height: 820 })
  await shown.getByRole('heading', { name: 'Block addresses' }).waitFor()
  await shown.getByRole('button', { name: 'Block 2' }).waitFor()
  await shown.getByLabel('Reason').fill('seen on a page')
  await look(shown, 'block-window')
  await shown.getByRole('button', { name: 'Block 2' }).click()
  await shown.locator('.toast').getByText('2 addresses on the denylist for 1 h').waitFor()
  expect((await entryOf(here)).attributes).toMatchObject({ signal_id: signal, reason: 'seen on a page' })
  await shown
    .getByText(/^On the denylist until .* by root: seen on a page$/)
    .first()
    .waitFor()
  await shown.getByRole('button', { name: 'Undo' }).click()
  await shown.locator('.toast').getByText('Undone: 2 addresses').waitFor()
  expect(await values()).not.toContain(here)
  // asked for another, the window is used again
  await background(page, { type: 'openBlock', targets: [{ kind: 'user', value: hostile }] })
  await shown.getByRole('heading', { name: 'Block a user' }).waitFor()
  await shown.getByText('<img src=x onerror=alert(1)>').first().waitFor()
  await Promise.all([popup.close(), shown.close()])
})

test('Block on the card over a page of somebody else: what the guard has to say is typed, and how far it has got is shown', async () => {
  const inside = '10.44.5.6'
  await raise({ title: 'Inside again', severity: 'high', entities: [`@network.client.ip:${inside}`] })
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    response.end(`<!doctype html><title>auth.log</title><pre>\n\n\nFailed password for deploy from ${inside} port 40000 ssh2</pre>`)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const edge = await daemon.call('POST', '/api/local/bouncers', { data: { attributes: { name: 'edge-3', ranges: 'native' } } })
  const key = { 'x-api-key': edge.body.data.attributes.key, 'user-agent': 'crowdsec-custom-bouncer/v0.0.15' }
  const pull = async (startup: boolean) =>
    (await fetch(`${daemon.url}/v1/decisions/stream?startup=${startup}`, { headers: key })).json() as Promise<{
      new: { value: string }[]
    }>
  await pull(true)
  await background(page, { type: 'setSite', origin, on: true })
  const foreign = await context.newPage()
  foreign.on('pageerror', error => complaints.push(String(error)))
  await foreign.goto(`${origin}/log`)
  await foreign.bringToFront()
  const card = readCard(foreign)
  await expect.poll(() => foreign.evaluate(() => (CSS.highlights as unknown as Map<string, unknown>).size)).toBeGreaterThan(0)
  const { x, y } = await whereIs(foreign, inside)
  await foreign.mouse.move(x - 5, y)
  await foreign.mouse.move(x, y)
  await card.opens(inside)
  // a click so soon could not have been meant, and does nothing
  await foreign.waitForTimeout(450)
  const opens = context.waitForEvent('page')
  await card.click('button', /^Block…/)
  const shown = await opens
  await shown.getByRole('heading', { name: 'Block an address' }).waitFor()
  await shown.getByText(/is private or reserved/).waitFor()
  const button = shown.getByRole('button', { name: `Block ${inside}` })
  expect(await button.getAttribute('aria-disabled')).toBe('true')
  await shown.getByLabel(`Type ${inside} to block it all the same`).fill(inside)
  await button.click()
  await shown.locator('.toast').getByText(`${inside} on the denylist for 1 h`).waitFor()
  expect(await values()).toContain(inside)
  expect((await pull(false)).new.map(({ value }) => value)).toContain(inside)
  // over the page nothing has been said that it could read
  expect(await foreign.evaluate(() => document.body.innerText)).not.toContain('denylist')
  await fresh(`#/denylist?search=${inside}`)
  const row = page.getByRole('row').filter({ hasText: inside })
  await row
    .getByText(/delivered/i)
    .first()
    .waitFor()
  await Promise.all([foreign.close(), shown.close()])
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
}, 180_000)

test('an enforcer that asks no more → said over the explorer and in the popup, beside what it was to keep out, and forgotten once somebody says so', async () => {
  const made = await daemon.call('POST', '/api/local/bouncers', { data: { attributes: { name: 'edge-4', ranges: 'native' } } })
  const { id: quiet, attributes } = made.body.data
  await block('93.184.16.1')
  await fetch(`${daemon.url}/v1/decisions/stream?startup=true`, { headers: { 'x-api-key': attributes.key, 'user-agent': 'edge/1' } })
  await fresh('#/denylist?search=93.184.16.1')
  const banner = (on: Page) =>
    on
      .getByRole('status')
      .filter({ hasText: /silent enforcer/i })
      .filter({ hasText: 'edge-4' })
  await page
    .getByRole('grid')
    .getByTitle(/^edge-4: delivered/im)
    .waitFor()
  expect(await banner(page).count()).toBe(0)
  // three minutes without a question, of one that asked once
  daemon.jump(181_000)
  await banner(page).waitFor({ timeout: 30_000 })
  await page
    .getByRole('row')
    .getByText(/silent/i)
    .first()
    .waitFor()
  await page
    .getByRole('grid')
    .getByTitle(/^edge-4: .*silent/m)
    .first()
    .waitFor()
  await look(page, 'denylist-silent')
  const popup = await context.newPage()
  await popup.setViewportSize({ width: 400, height: 580 })
  await popup.goto(`chrome-extension://${id}/popup.html`)
  await banner(popup).waitFor()
  await look(popup, 'popup-silent')
  await popup.close()
  await page.goto(`${root}#/settings?part=enforcers&bouncer=${quiet}`)
  await dialog('edge-4').getByText('Silent', { exact: true }).waitFor()
  await dialog('edge-4').getByRole('button', { name: 'Forget what is silent' }).click()
  await dialog('edge-4').getByText('Nothing yet.').waitFor()
  await banner(page).waitFor({ state: 'detached', timeout: 30_000 })
}, 240_000)

test('nothing went wrong in the page', () => expect(complaints).toEqual([]))
