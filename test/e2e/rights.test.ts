import type { BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { look } from './axe.ts'
import { openExplorer } from './paired.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'
import { background } from './surfaces.ts'

// What popup and saved views offer to whom: a manager, somebody of a team, and somebody whose right was taken away.

let daemon: RealDaemon
let context: BrowserContext
let page: Page
let popup: Page
let root: string
let role: string
let nia: Record<string, string>
const complaints: string[] = []
const needs = 'Needs the permission Security Signals Write. An admin can grant it.'

const named = async (path: string, name: string) => {
  const { body } = await daemon.call('GET', path)
  return (body.data as { id: string; attributes: { name: string } }[]).find(({ attributes }) => attributes.name === name)!.id
}
const saveView = async (attributes: object, headers?: Record<string, string>) => {
  const { status, body } = await daemon.call('POST', '/api/local/views', { data: { type: 'view', attributes } }, headers)
  expect(status).toBe(201)
  return body.data.id as string
}
const viewsOf = async (headers: Record<string, string> = {}) =>
  (await daemon.call('GET', '/api/local/views', undefined, headers)).body.data as { id: string; attributes: object }[]
async function openViews(): Promise<Locator> {
  await page.goto('about:blank')
  await page.goto(`${root}#/signals`)
  await page.getByRole('grid', { name: 'Signals' }).waitFor()
  await page.getByRole('button', { name: 'Views' }).click()
  return page.getByRole('dialog', { name: 'Saved views' })
}
/** Why a control is off; null while it is not. */
const offOf = async (control: Locator) => ((await control.getAttribute('aria-disabled')) === 'true' ? control.getAttribute('title') : null)
const row = () => popup.getByRole('row').filter({ hasText: 'Odd login' })
const triage = () => [/^Triage state/, /^Assign to me/, /^Archive/].map(name => row().getByRole('button', { name }))
const block = () => row().getByRole('button', { name: 'Block… (B)' })

beforeAll(async () => {
  daemon = await startRealDaemon()
  const attributes = { title: 'Odd login', severity: 'high', entities: ['@network.client.ip:198.51.100.1'] }
  expect((await daemon.call('POST', '/api/local/signals', { data: { attributes } })).status).toBe(201)
  const standard = await named('/api/v2/roles?page[size]=100', 'Standard')
  role = (await daemon.call('POST', `/api/v2/roles/${standard}/clone`, { data: { attributes: { name: 'Night shift' } } })).body.data.id
  const relationships = { roles: { data: [{ id: role, type: 'roles' }] } }
  const user = await daemon.call('POST', '/api/v2/users', {
    data: { attributes: { email: 'night@example.net', name: 'Nia' }, relationships },
  })
  const key = await daemon.call('POST', `/api/local/users/${user.body.data.id}/application_keys`, {
    data: { attributes: { name: 'hers' } },
  })
  nia = { 'DD-APPLICATION-KEY': key.body.data.attributes.key }
  const opened = await openExplorer(daemon, [], { hash: '#/signals', administers: true })
  ;({ context, page, root } = opened)
  popup = await context.newPage()
  for (const one of [page, popup]) one.on('pageerror', error => complaints.push(String(error)))
  await popup.setViewportSize({ width: 400, height: 580 })
  await popup.goto(`chrome-extension://${opened.id}/popup.html`)
  await row().click()
})
afterAll(async () => {
  await context?.close()
  await daemon?.dispose()
})

test('D-09: who manages all renames a view that somebody else shares; it stays theirs, and what is private is not there', async () => {
  const id = await saveView({ name: 'Nights', track: 'signals', shared: true, query: 'status:high' }, nia)
  await saveView({ name: 'Only mine', track: 'signals' }, nia)
  const menu = await openViews()
  await menu.getByTitle('Shared by Nia').waitFor()
  expect(await menu.getByText('Only mine').count()).toBe(0)
  await menu.getByRole('button', { name: 'Rename or share Nights…' }).click()
  await menu.getByLabel('New name of Nights').fill('All nights')
  await menu.getByLabel('New name of Nights').press('Enter')
  await page.getByText('Saved the view All nights').waitFor()
  const changed = (await viewsOf(nia)).find(view => view.id === id)
  expect(changed?.attributes).toMatchObject({ name: 'All nights', shared: true, query: 'status:high', owner: { name: 'Nia' } })
  await look(page, 'view-of-others')
})

test('the popup offers what one may do, and says of the rest what it needs', async () => {
  expect(await Promise.all([...triage(), block()].map(offOf))).toEqual([null, null, null, null])
  const { body } = await daemon.call('POST', '/api/local/pairing', {}, nia)
  await background(popup, { type: 'pair', url: daemon.url, code: body.data.attributes.code })
  await row().click()
  await expect.poll(() => offOf(block())).toContain('Needs the permission Application Security Management Protect Write.')
  expect(await Promise.all(triage().map(offOf))).toEqual([null, null, null])
})

test('the right to change signals is taken away: the popup follows at once, and keys say why', async () => {
  const write = await named('/api/v2/permissions', 'security_monitoring_signals_write')
  await daemon.call('DELETE', `/api/v2/roles/${role}/permissions`, { data: { id: write, type: 'permissions' } })
  await expect.poll(() => Promise.all(triage().map(offOf)), { timeout: 20_000 }).toEqual([needs, needs, needs])
  await row().press('e')
  await popup.locator('.toast').getByText(`Not changed: ${needs}`).waitFor()
  expect(await popup.getByRole('form', { name: 'Archive this signal' }).count()).toBe(0)
  await look(popup, 'popup-without-right')
})

test('without it a view is saved for oneself: sharing is off with its reason, and what others share is theirs', async () => {
  await saveView({ name: 'Days', track: 'signals', shared: true })
  const menu = await openViews()
  await menu.getByRole('button', { name: 'Days', exact: true }).waitFor()
  expect(await menu.getByRole('button', { name: /^(Rename or share|Delete) Days/ }).count()).toBe(0)
  const share = menu.getByRole('checkbox', { name: /^Share it with everybody here/ })
  expect([await share.getAttribute('aria-disabled'), await menu.getByTitle(needs).count()]).toEqual(['true', 1])
  await share.click({ force: true })
  expect(await share.isChecked()).toBe(false)
  await look(page, 'view-not-shared')
  await menu.getByLabel('Name of a new view').fill('For me')
  await menu.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved the view For me').waitFor()
  expect((await viewsOf(nia)).map(({ attributes }) => attributes)).toContainEqual(
    expect.objectContaining({ name: 'For me', shared: false }),
  )
  expect(await viewsOf()).not.toContainEqual(expect.objectContaining({ attributes: expect.objectContaining({ name: 'For me' }) }))
})

test('nothing was complained of', () => expect(complaints).toEqual([]))
