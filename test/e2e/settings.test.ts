import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parts } from '../../extension/explorer/settings/parts.ts'
import { look } from './axe.ts'
import { openExplorer } from './paired.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'
import { background, outside } from './surfaces.ts'

// The settings, over a real daemon: what is pressed is done there, and what it refuses is said where it was typed.

let daemon: RealDaemon
let context: BrowserContext
let page: Page
let root: string
const complaints: string[] = []

const pair = async (administers: boolean) => {
  const { body } = await daemon.call('POST', '/api/local/pairing', { data: { attributes: { administers } } })
  await background(page, { type: 'pair', url: daemon.url, code: body.data.attributes.code })
}
const open = async (place: string) => {
  await page.goto('about:blank')
  await page.goto(`${root}#/settings${place}`)
  // what may be done is known once the daemon has said so
  await page.locator('.conn').getByText('Live').waitFor()
  // the section is loaded once somebody goes there
  await page.locator('main.settings').waitFor()
}

beforeAll(async () => {
  daemon = await startRealDaemon({ demo: true })
  ;({ context, page, root } = await openExplorer(daemon, complaints, { hash: '#/settings', administers: true }))
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('grid', { name: 'Users' }).waitFor()
})
afterAll(async () => {
  await context?.close()
  await daemon?.dispose()
})

/** Until it holds, also on a busy machine. */
const eventually = <T>(ask: () => T) => expect.poll(ask, { timeout: 20_000 })
const row = (name: string) => page.getByRole('row').filter({ has: page.getByText(name, { exact: true }) })
const panel = () => page.getByRole('dialog')
/** Press Undo of the toast that says so, once it does: an older toast's Undo would undo something else. */
const undo = (text: string) => page.getByRole('status').filter({ hasText: text }).getByRole('button', { name: /^Undo/ }).click()
const users = async () => (await daemon.call('GET', '/api/v2/users?page[size]=100')).body.data as Json[]
const roles = async () => (await daemon.call('GET', '/api/v2/roles?page[size]=100')).body.data as Json[]
// biome-ignore lint/suspicious/noExplicitAny: answers of the wire
type Json = any
const user = async (email: string) => (await users()).find(one => one.attributes.email === email)
const role = async (name: string) => (await roles()).find(one => one.attributes.name === name)

const looks = (name: string) => look(page, `settings-${name}`)

test('users: somebody is invited, with a role, and the list has them', async () => {
  await looks('users')
  await page.keyboard.press('n')
  await panel().getByLabel('Email').fill('kim@example.com')
  await panel().getByLabel('Name').fill('Kim <img src=x onerror=alert(1)>')
  await panel().getByLabel('Security Analyst').check()
  await looks('invite')
  await panel().getByRole('button', { name: 'Add', exact: true }).click()
  await panel().getByRole('button', { name: 'Disable' }).waitFor()
  await eventually(async () => (await user('kim@example.com'))?.attributes.name).toBe('Kim <img src=x onerror=alert(1)>')
  await row('kim@example.com').getByText('Security Analyst').waitFor()
})

test('an email that is taken: said, and what was typed stays', async () => {
  await open('?do=invite')
  await panel().getByLabel('Email').fill('kim@example.com')
  await panel().getByLabel('Name').fill('Another Kim')
  await panel().getByLabel('Read Only').check()
  await panel().getByLabel('Name').press('Enter')
  await panel()
    .getByRole('alert')
    .getByText(/exists/)
    .waitFor()
  expect(await panel().getByLabel('Name').inputValue()).toBe('Another Kim')
  await panel().getByLabel('Email').fill('no mail')
  await panel().getByLabel('Email').press('Enter')
  await panel().getByRole('alert').getByText(/email/i).first().waitFor()
  await looks('invite-refused')
  await panel().getByRole('button', { name: 'Start over' }).click()
  await page.keyboard.press('Escape')
})

test('a role is changed by keys, and changed back by U', async () => {
  const kim = await user('kim@example.com')
  await open(`?user=${kim.id}`)
  await panel().getByLabel('Read Only').focus()
  await page.keyboard.press('Space')
  await panel().getByLabel('Security Analyst').focus()
  await page.keyboard.press('Space')
  await panel().getByLabel('Name').press('Enter')
  const named = async () => {
    const ids = (await user('kim@example.com')).relationships.roles.data.map((one: Json) => one.id)
    return (await roles()).filter(({ id }) => ids.includes(id)).map(one => one.attributes.name)
  }
  await eventually(named).toEqual(['Read Only'])
  await page.getByText(/saved$/).waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await panel().waitFor({ state: 'detached' })
  await page.keyboard.press('u')
  await eventually(named).toEqual(['Security Analyst'])
})

test('disabled, and enabled again from the toast', async () => {
  const kim = await user('kim@example.com')
  await open(`?user=${kim.id}`)
  await panel().getByRole('button', { name: 'Disable' }).click()
  await row('kim@example.com').getByText('Disabled').waitFor()
  expect((await user('kim@example.com')).attributes.disabled).toBe(true)
  await page.getByRole('button', { name: /^Undo/ }).click()
  await eventually(async () => (await user('kim@example.com')).attributes.disabled).toBe(false)
})

test('the last administrator stays, and the panel says why', async () => {
  const admin = await role('Admin')
  const [last, ...others] = (await users()).filter(
    one => !one.attributes.disabled && one.relationships.roles.data.some(({ id }: Json) => id === admin.id),
  )
  expect(others).toEqual([])
  await open(`?user=${last.id}`)
  const disable = panel().getByRole('button', { name: 'Disable' })
  await disable.waitFor()
  expect(await disable.getAttribute('aria-disabled')).toBe('true')
  expect(await disable.getAttribute('title')).toContain('last administrator')
  expect(
    await panel()
      .getByLabel(/^Admin/)
      .getAttribute('aria-disabled'),
  ).toBe('true')
  await looks('last-admin')
})

test('somebody else came first: who, and what was typed stays and is saved the second time', async () => {
  const kim = await user('kim@example.com')
  await open(`?user=${kim.id}`)
  await panel().getByLabel('Title').fill('On call')
  await daemon.call('PATCH', `/api/v2/users/${kim.id}`, { data: { attributes: { name: 'Kim' } } })
  await panel().getByRole('button', { name: 'Save' }).click()
  await panel()
    .getByRole('alert')
    .getByText(/changed it just now/)
    .waitFor()
  expect(await panel().getByLabel('Title').inputValue()).toBe('On call')
  expect((await user('kim@example.com')).attributes.title).toBeNull()
  await looks('stale')
  // what nobody typed is theirs
  expect(await panel().getByLabel('Name').inputValue()).toBe('Kim')
  await panel().getByRole('button', { name: 'Save' }).click()
  await eventually(async () => (await user('kim@example.com')).attributes.title).toBe('On call')
  expect((await user('kim@example.com')).attributes.name).toBe('Kim')
})

test('roles: a default one stays as it is; its clone is changed, restricted and deleted', async () => {
  await open('?part=roles')
  await page.getByRole('grid', { name: 'Roles' }).waitFor()
  await looks('roles')
  await row('Standard').click()
  await panel().getByText('stays as it is').first().waitFor()
  await looks('role-default')
  await panel().getByRole('button', { name: 'Clone' }).click()
  await page.getByRole('heading', { name: 'Copy of Standard' }).waitFor()
  await panel().getByLabel('Name').fill('Contractors')
  await panel()
    .getByRole('button', { name: 'None of General' })
    .or(panel().getByRole('button', { name: 'All of General' }))
    .first()
    .click()
  const bar = panel().getByRole('combobox', { name: /signals it shows/ })
  await bar.fill('status:(high')
  await panel()
    .getByText(/not closed/)
    .waitFor()
  expect(await bar.getAttribute('aria-invalid')).toBe('true')
  expect(await panel().locator('.edit .error').count()).toBeGreaterThan(0)
  const save = panel().getByRole('button', { name: 'Save' })
  expect(await save.getAttribute('aria-disabled')).toBe('true')
  await looks('role-query-error')
  await bar.fill('status:high')
  await panel()
    .getByText(/^Leaves [\d,]+ of the [\d,]+ signals/)
    .waitFor()
  await bar.press('Escape')
  await looks('role-restricted')
  await save.click()
  await expect
    .poll(async () => (await role('Contractors'))?.attributes.x_local.restriction_queries)
    .toEqual({
      signals: 'status:high',
      logs: null,
    })
  await row('Contractors').getByText('a part of signals').waitFor()
  await panel().getByRole('button', { name: 'Delete…' }).click()
  await panel().getByText('Delete this role?').waitFor()
  await panel().getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByText('Contractors deleted').waitFor()
  expect(await role('Contractors')).toBeUndefined()
})

test('a new role with permissions by name', async () => {
  await open('?part=roles&do=new')
  await panel().getByLabel('Name').fill('Night shift')
  await panel().getByLabel('Security Signals Read').check()
  await panel().getByLabel('Security Signals Write').check()
  await panel().getByRole('button', { name: 'Create' }).click()
  await page.getByRole('heading', { name: 'Night shift' }).waitFor()
  expect((await role('Night shift')).relationships.permissions.data).toHaveLength(2)
})

test('a key: its secret once, copied; then revoked, asked twice', async () => {
  await open('?part=keys')
  await page.getByRole('grid', { name: 'Keys' }).waitFor()
  await looks('keys')
  await page.keyboard.press('n')
  await panel().getByLabel('Name').fill('nightly report')
  expect(await panel().getByLabel('For', { exact: true }).locator('option').count()).toBeGreaterThan(3)
  await panel().getByText('Only some of it').click()
  await panel().getByLabel('Security Signals Read').check()
  await looks('key-new')
  await panel().getByRole('button', { name: 'Create' }).click()
  const secret = await panel().getByLabel('The key').inputValue()
  expect(secret.length).toBeGreaterThan(20)
  await panel().getByRole('button', { name: 'Close (Esc)' }).click()
  await panel()
    .getByText(/not copied it yet/)
    .waitFor()
  await looks('key-secret')
  await panel().getByRole('button', { name: 'Copy', exact: true }).click()
  await panel().getByRole('button', { name: 'Copied' }).waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret)
  await panel().getByRole('button', { name: 'Done' }).click()
  const headers = { 'DD-APPLICATION-KEY': secret }
  const signals = '/api/v2/security_monitoring/signals?page[limit]=1'
  expect((await daemon.call('GET', signals, undefined, headers)).status).toBe(200)
  expect((await daemon.call('GET', '/api/v2/users', undefined, headers)).status).toBe(403)
  expect(await page.content()).not.toContain(secret)
  await row('nightly report').click()
  await looks('key')
  // Escape takes back the question, not the panel, and the focus is where it was
  const revoke = panel().getByRole('button', { name: 'Revoke…' })
  await revoke.press('Enter')
  const keep = panel().getByRole('button', { name: 'Keep it' })
  await eventually(() => keep.evaluate(button => button === document.activeElement)).toBe(true)
  await page.keyboard.press('Escape')
  await keep.waitFor({ state: 'detached' })
  expect(await revoke.evaluate(button => button === document.activeElement)).toBe(true)
  await revoke.click()
  await panel().getByRole('button', { name: 'Revoke', exact: true }).click()
  await page.getByText('nightly report revoked').waitFor()
  expect((await daemon.call('GET', signals, undefined, headers)).status).toBe(403)
})

test('triage: due times, with a fault at its field; assign on act at once, and back by Undo', async () => {
  await open('?part=triage')
  const field = page.getByLabel('Critical, taken up within')
  await field.fill('soon')
  await page.getByText(/Write 15m/).waitFor()
  await looks('triage-error')
  await field.fill('10m')
  await field.press('Enter')
  const now = async () => (await daemon.call('GET', '/api/local/settings')).body.data.attributes.triage
  await eventually(async () => (await now()).due.critical.acknowledge).toBe('10m')
  await page.getByRole('switch', { name: 'Assign on act' }).click()
  await eventually(async () => (await now()).assign_on_act).toBe(true)
  await looks('triage')
  await page.locator('h1').focus()
  await undo('Who acts on a signal takes it')
  await eventually(async () => (await now()).assign_on_act).toBe(false)
})

test('services: added, changed, removed and put back', async () => {
  await open('?part=services')
  await page
    .getByRole('button', { name: /^Add a service/, disabled: false })
    .first()
    .waitFor()
  await page.keyboard.press('n')
  await panel().getByLabel('Service', { exact: true }).fill('shop/web')
  await panel().getByLabel('Owner').fill('team shop')
  await panel().getByLabel('Opens').fill('https://dash.example.net/{service}?env={env}')
  await panel().getByText('https://dash.example.net/shop%2Fweb?env=prod').waitFor()
  await looks('service')
  await panel().getByRole('button', { name: 'Add', exact: true }).click()
  const stored = async () =>
    (await daemon.call('GET', '/api/local/services')).body.data.find((one: Json) => one.attributes.name === 'shop/web')?.attributes.owner
  await eventually(stored).toBe('team shop')
  await panel().getByRole('button', { name: 'Remove…' }).click()
  await panel().getByRole('button', { name: 'Remove', exact: true }).click()
  await undo('shop/web removed')
  await eventually(stored).toBe('team shop')
  await looks('services')
})

test('links to other sites: added, refused with the place, switched off and put back', async () => {
  await open('?part=links')
  await row('VirusTotal').waitFor()
  await page
    .getByRole('button', { name: /^Add a link/, disabled: false })
    .first()
    .waitFor()
  await page.keyboard.press('n')
  await panel().getByLabel('Name').fill('CMDB')
  const template = panel().getByLabel('Template')
  await template.fill('https://cmdb.corp/{ip}')
  await panel().getByText('Character 19, “{ip}”: {ip} is unknown here: only {value} is filled in').waitFor()
  await looks('link-bad')
  await template.fill('https://cmdb.corp/{value}')
  await panel().getByText('Such as https://cmdb.corp/8.8.8.8').waitFor()
  await panel().getByLabel('Blocks and ranges').check()
  await looks('link')
  await panel().getByRole('button', { name: 'Add', exact: true }).click()
  const stored = async (name: string) =>
    (await daemon.call('GET', '/api/local/pivots')).body.data.find((one: Json) => one.id === name)?.attributes
  await eventually(() => stored('CMDB')).toMatchObject({ template: 'https://cmdb.corp/{value}', kinds: ['ip', 'range'] })
  await panel().getByRole('button', { name: 'Remove…' }).click()
  await panel().getByRole('button', { name: 'Remove', exact: true }).click()
  await undo('CMDB removed')
  await eventually(() => stored('CMDB')).toMatchObject({ kinds: ['ip', 'range'] })
  await row('Shodan').click()
  await panel().getByLabel('Offered').uncheck()
  await panel().getByRole('button', { name: 'Save', exact: true }).click()
  await eventually(async () => (await stored('Shodan')).enabled).toBe(false)
  await panel().getByRole('button', { name: 'As it came' }).click()
  await eventually(async () => (await stored('Shodan')).enabled).toBe(true)
  await looks('links')
})

test('figures: how quickly, how often for nothing, and what is late', async () => {
  await open('?part=figures')
  await page.getByText('Time to acknowledge').first().waitFor()
  await looks('figures')
  await page.getByText('Rule', { exact: true }).click()
  await page.getByRole('columnheader', { name: 'Rule' }).waitFor()
  await page.getByText('What these figures mean').click()
  await looks('figures-rules')
})

test('tabs by arrows; G and a comma lead here', async () => {
  await page.goto(`${root}#/logs`)
  await page.getByRole('grid').first().waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press(',')
  await page.getByRole('tab', { name: 'Users' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.getByRole('grid', { name: 'Roles' }).waitFor()
  expect(page.url()).toContain('part=roles')
})

test.each(parts.map(({ id }) => id))('320 px: nothing of %s is out of reach, nor one of the tabs', async part => {
  await page.setViewportSize({ width: 320, height: 720 })
  await open(`?part=${part}`)
  await page.locator('.skeleton').waitFor({ state: 'detached' })
  await expect.poll(() => outside(page)).toEqual([])
  expect(await page.getByRole('tablist', { name: 'Settings' }).evaluate(tabs => tabs.scrollWidth - tabs.clientWidth)).toBe(0)
  await page.setViewportSize({ width: 1440, height: 900 })
})

test('a browser that was not paired to administer: all is off and says why', async () => {
  await pair(false)
  await open('')
  const invite = page.getByRole('button', { name: 'Invite…' })
  await invite.waitFor()
  await eventually(() => invite.getAttribute('title')).toContain('signalbox pair --admin')
  await page.getByRole('tab', { name: 'Triage' }).click()
  await page.getByText('Needs the permission Org Management').first().waitFor()
  await looks('barred')
})

test('the daemon goes away: nothing that was typed is lost, and saved when it is back', async () => {
  await pair(true)
  await open('?do=invite')
  await panel().getByLabel('Email').fill('late@example.com')
  await panel().getByLabel('Read Only').check()
  await daemon.stop('SIGKILL')
  await page
    .getByText(/does not answer/)
    .first()
    .waitFor({ timeout: 60_000 })
  expect(await panel().getByLabel('Email').inputValue()).toBe('late@example.com')
  expect(await panel().getByRole('button', { name: 'Add', exact: true }).getAttribute('aria-disabled')).toBe('true')
  await looks('away')
})

test('nothing was refused by the page’s own policy, and no error was left', () =>
  expect(complaints.filter(text => !/Failed to load resource|WebSocket|ERR_/.test(text))).toEqual([]))
