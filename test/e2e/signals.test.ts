import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { securityCase } from '../../shared/case.ts'
import { look } from './axe.ts'
import { openChromium } from './chromium.ts'
import { createHands } from './hands.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'
import { background, outside } from './surfaces.ts'

// The explorer's signals over a real daemon: what is pressed is done there, and what is shown is what it says.

let daemon: RealDaemon
let context: BrowserContext
let page: Page
let root: string
const complaints: string[] = []
const elsewhere: string[] = []

const attacker = '203.0.113.66'
const seconds = (i: number) => new Date(Date.now() - 3_600_000 + i * 5_000).toISOString()
const logOf = (message: string, i: number) => ({
  ddsource: 'sshd',
  service: 'sshd',
  hostname: 'bastion-1',
  ddtags: 'env:prod,team:platform',
  timestamp: seconds(i),
  message,
  trace_id: '7af3',
})
const attack = [
  ...Array.from({ length: 30 }, (_, i) => logOf(`Failed password for deploy from ${attacker} port ${40000 + i} ssh2`, i)),
  logOf(`Accepted password for deploy from ${attacker} port 50000 ssh2`, 31),
]
const raise = async (attributes: object): Promise<string> =>
  (await daemon.call('POST', '/api/local/signals', { data: { attributes } })).body.data.id

const open = async () => (await daemon.explore('signals', '@workflow.triage.state:open')).meta.total as number
const one = async (id: string) => (await daemon.call('GET', `/api/v2/security_monitoring/signals/${id}`)).body.data.attributes.custom
const found = async (query: string) => (await daemon.explore('signals', query)).data[0]

beforeAll(async () => {
  daemon = await startRealDaemon()
  await daemon.call('POST', '/api/v2/logs', attack)
  await vi.waitFor(async () => expect(await open()).toBeGreaterThan(0), 10_000)
  await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      raise({
        title: `Port scan ${String(i).padStart(2, '0')}`,
        severity: ['low', 'medium', 'info'][i % 3],
        tags: ['category:reconnaissance', i % 2 ? 'env:staging' : 'env:prod'],
        entities: [`@network.client.ip:198.51.100.${i + 1}`, 'service:gateway', 'service:edge'],
      }),
    ),
  )
  let id: string
  ;({ context, id } = await openChromium(`${process.cwd()}/extension/.output/chrome-mv3`))
  root = `chrome-extension://${id}/explorer.html`
  page = await context.newPage()
  await page.setViewportSize({ width: 1440, height: 900 })
  context.on('request', request => {
    if (!request.url().startsWith(`chrome-extension://${id}/`) && !request.url().startsWith(daemon.url)) elsewhere.push(request.url())
  })
  page.on('console', message => message.type() === 'error' && complaints.push(message.text()))
  page.on('dialog', dialog => complaints.push(dialog.message()))
  await page.goto(root)
  await page.getByLabel('Pairing code').waitFor()
  const { body } = await daemon.call('POST', '/api/local/pairing', {})
  await background(page, { type: 'pair', url: daemon.url, code: body.data.attributes.code })
  await page.getByRole('grid', { name: 'Signals' }).waitFor()
})
afterAll(async () => {
  await context?.close()
  await daemon?.dispose()
})

const panel = (name: string | RegExp) => page.getByRole('dialog', { name })
const row = (title: string) => page.getByRole('row').filter({ has: page.getByText(title, { exact: true }) })
const query = () => new URLSearchParams(new URL(page.url()).hash.split('?')[1]).get('query')
const { view, press, says } = createHands(
  () => page,
  () => root,
)
const fresh = (hash = '#/signals') => view(hash, 'Signals')

const brute = 'SSH brute force followed by a login'
/** Title to id. */
const idOf = async (title: string): Promise<string> => (await found(`@title:"${title}"`)).id
/** The titles that are shown, from the top. */
const titles = () => page.getByRole('row').locator('.title').allTextContents()

test('S2-24, S2-12: the newest first, by their titles', async () => {
  await expect.poll(async () => (await titles()).length).toBeGreaterThan(10)
  const made = await Promise.all((await titles()).slice(0, 10).map(async title => (await found(`@title:"${title}"`)).attributes.timestamp))
  expect(made).toEqual([...made].sort().reverse())
  await page.getByRole('columnheader', { name: 'Created' }).waitFor()
  expect(await page.getByRole('columnheader', { name: 'Created' }).getAttribute('aria-sort')).toBe('descending')
  await look(page, 'signals')
  // 1280 px less the bar to scroll by, which is not drawn here
  await page.setViewportSize({ width: 1265, height: 720 })
  const created = async () => (await page.getByRole('columnheader', { name: 'Created' }).boundingBox())!
  await expect.poll(async () => (({ x, width }) => x + width)(await created())).toBeLessThanOrEqual(1265)
  await page.setViewportSize({ width: 1440, height: 900 })
})

test('S2-07, S2-08, S2-09, S2-10, S2-11: severity with its word and its meaning; sorted by rank, not by alphabet', async () => {
  await page.getByRole('columnheader', { name: 'Severity' }).getByRole('button').click()
  await expect.poll(async () => (await page.getByRole('row').nth(1).locator('.sev').textContent()) ?? '').toBe('Critical')
  expect(await page.getByRole('row').nth(1).locator('.sev').getAttribute('title')).toBe('The service is compromised: respond immediately.')
  expect(await page.getByRole('row').nth(2).locator('.sev').textContent()).toBe('High')
  await fresh()
})

test('S2-14, S2-27: title menu: filter, exclude, copy', async () => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const pill = page.getByRole('button', { name: /^account_takeover/ })
  await fresh(`#/signals?query=${encodeURIComponent(`"${brute}"`)}`)
  await pill.click()
  await look(page, 'signals-menu')
  await page.getByRole('menuitem', { name: 'Copy' }).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('account_takeover')
  await pill.click()
  await press('Enter')
  expect(query()).toContain('category:account_takeover')
  await fresh()
  // by keys alone: into the cell, its menu, exclude
  await press('j', 'ArrowRight', 'ArrowRight', 'Enter', 'ArrowDown', 'Enter')
  await expect.poll(query).toBe('-category:reconnaissance')
  await expect.poll(async () => (await titles()).some(title => title.startsWith('Port scan'))).toBe(false)
})

test('S2-15, S2-16, S2-17, S2-18, S2-28: service and env, what else there is as +n, the card of a service, the menu of an env', async () => {
  await daemon.call('PUT', '/api/local/services/sshd', {
    data: { attributes: { owner: 'Platform', on_call: 'Mara', url: 'https://catalogue.example.net/{service}?env={env}' } },
  })
  await fresh(`#/signals?query=${encodeURIComponent(`"${brute}"`)}`)
  await page.getByTitle('Service sshd').click()
  const card = page.getByRole('dialog', { name: 'Service sshd' })
  await card.getByText('Owned by Platform').waitFor()
  await card.getByText('On call: Mara').waitFor()
  const link = card.getByRole('link', { name: 'Service page' })
  expect(await link.getAttribute('href')).toBe('https://catalogue.example.net/sshd?env=prod')
  expect(await link.getAttribute('rel')).toBe('noopener noreferrer')
  await look(page, 'signals-service')
  await press('Escape')
  await page.getByRole('button', { name: /^prod: filter/ }).click()
  await page.getByRole('menuitem', { name: /Exclude/ }).click()
  await expect.poll(query).toContain('-env:prod')
  await fresh()
  await page.getByRole('row').nth(1).getByText('+1').waitFor()
})

test('S2-19, S2-20a, S2-20b, S2-29: addresses and compromised users; an address is filtered, excluded, looked at', async () => {
  await fresh(`#/signals?query=${encodeURIComponent(`"${brute}"`)}`)
  await page.getByRole('row').nth(1).getByText('compromised').waitFor()
  const address = page.getByRole('button', { name: new RegExp(`^${attacker}`) })
  await address.click()
  await page.getByRole('menuitem', { name: 'View IP details' }).click()
  await panel(attacker).getByText('Your logs').waitFor()
  await look(page, 'address')
  await page.goBack()
  await page.getByRole('row').nth(1).getByText('compromised').waitFor()
  await address.click()
  await page.getByRole('menuitem', { name: /Filter/ }).click()
  await expect.poll(query).toContain(`@network.client.ip:${attacker}`)
  await address.click()
  await page.getByRole('menuitem', { name: /Exclude/ }).click()
  await expect.poll(query).toContain(`-@network.client.ip:${attacker}`)
})

test('S0-17: Enter opens the panel, J goes on; a link opens the same', async () => {
  await fresh()
  await press('j', 'Enter')
  const first = (await page.getByRole('row').nth(1).locator('.title').textContent())!
  await panel(first).waitFor()
  await press('j')
  const second = (await page.getByRole('row').nth(2).locator('.title').textContent())!
  await panel(second).waitFor()
  expect(page.url()).toContain(`signal=${await idOf(second)}`)
  const link = new URL(page.url()).hash
  await press('Escape')
  await panel(second).waitFor({ state: 'detached' })
  await fresh(link)
  await panel(second).waitFor()
})

test('S2-04, S2-05, S2-46: what happened, flow, entities, owner, logs, traces, rule, JSON', async () => {
  await fresh(`#/signals?signal=${await idOf(brute)}`)
  const shown = panel(brute)
  await shown.getByText(`${attacker} caused 31 matching logs`).waitFor()
  await shown.getByText('failures > 5 && success > 0').waitFor()
  await shown.getByText('For @network.client.ip').waitFor()
  await expect.poll(() => shown.locator('.lanes li').count()).toBe(2)
  expect(await shown.locator('.lanes li').allTextContents()).toEqual(['failures30', 'success1'])
  await shown.getByText('Compromised').waitFor()
  await shown.getByText(/owned by Platform/).waitFor()
  await look(page, 'signal')
  await shown.getByRole('tab', { name: /Logs/ }).click()
  await shown.getByText(`Failed password for deploy from ${attacker} port 40000 ssh2`).waitFor()
  await shown.getByRole('button', { name: '7af3' }).waitFor()
  await look(page, 'signal-logs')
  await shown.getByRole('tab', { name: 'Rule' }).click()
  await shown.getByText('Treat the account as taken over until you know better.').waitFor()
  await shown.getByText('T1110 brute force', { exact: true }).waitFor()
  await look(page, 'signal-rule')
  await shown.getByRole('tab', { name: 'JSON' }).click()
  await shown.getByText('"events_matched": 31').waitFor()
  await shown.getByRole('tab', { name: /Logs/ }).click()
  await shown.getByRole('button', { name: 'View all related logs' }).click()
  await page.getByRole('grid', { name: 'Logs' }).waitFor()
  await page.getByText('31 logs').waitFor()
})

test('D-04: suppress this, with what it would have hidden', async () => {
  await fresh(`#/signals?signal=${await idOf(brute)}`)
  await panel(brute).getByRole('button', { name: 'Suppress this…' }).click()
  await panel(brute).getByText('1 signal', { exact: true }).waitFor()
  await look(page, 'signal-suppress')
  await page.getByLabel('Why it is right to look away').fill('Our own scanner')
  await panel(brute).getByRole('button', { name: 'Suppress', exact: true }).click()
  await says(/^Suppressed:/)
  await panel(brute).getByText('Our own scanner').waitFor()
})

test('S2-22, S2-06: the state is In review in the list, Under review in the panel; a step that cannot be says why', async () => {
  const id = await idOf('Port scan 10')
  await fresh(`#/signals?query=${encodeURIComponent('"Port scan 10"')}&signal=${id}`)
  await panel('Port scan 10').getByRole('button', { name: 'Under review' }).click()
  await says('Put in review')
  expect((await one(id)).workflow.triage.state).toBe('under_review')
  await row('Port scan 10').getByText('In review').waitFor()
  await panel('Port scan 10').getByRole('button', { name: 'Archived' }).click()
  await look(page, 'signal-archive')
  await press('2', 'Enter')
  await says('Archived as testing')
  await panel('Port scan 10')
    .getByText(/^Archived by .*: testing/)
    .waitFor()
  expect(
    await panel('Port scan 10')
      .getByRole('button', { name: /Snooze/ })
      .getAttribute('aria-disabled'),
  ).toBe('true')
  await panel('Port scan 10').getByText('Snooze: What is archived has nothing to be put off.').waitFor()
})

test('S0-10: the row says who archived it, when and why', async () => {
  await fresh(`#/signals?query=${encodeURIComponent('"Port scan 10"')}`)
  await row('Port scan 10')
    .getByText(/^archived by .* just now: testing$/)
    .waitFor()
})

test('S2-23, S2-35: a responder from the column: me, somebody found by name, nobody', async () => {
  const created = await daemon.call('POST', '/api/v2/users', {
    data: { type: 'users', attributes: { email: 'mara@example.net', name: 'Mara Voss' } },
  })
  expect(created.status).toBeLessThan(300)
  await fresh(`#/signals?query=${encodeURIComponent('"Port scan 11"')}`)
  const id = await idOf('Port scan 11')
  await daemon.call('POST', '/api/v2/users', {
    data: { type: 'users', attributes: { email: 'turned@example.net', name: '\u202Etxt.exe' } },
  })
  await press('j', 'Shift+A')
  await page.getByRole('option', { name: 'U+202Etxt.exe (turned@example.net)' }).waitFor()
  await page.getByRole('combobox', { name: 'Assign to' }).fill('mar')
  await page.getByRole('option', { name: /Mara Voss/ }).waitFor()
  await look(page, 'signals-people')
  await press('Enter')
  await says('Assigned to Mara Voss')
  expect((await one(id)).workflow.triage.assignee.name).toBe('Mara Voss')
  await press('Shift+A')
  await page.getByRole('option', { name: 'Unassign' }).click()
  await says('Assigned to nobody')
  await press('u')
  await expect.poll(async () => (await one(id)).workflow.triage.assignee.name).toBe('Mara Voss')
})

test('S0-14, S0-15, S0-16, S2-25, S2-26: the state as facet, query and column', async () => {
  await fresh()
  await page.getByRole('columnheader', { name: 'Signal state' }).waitFor()
  await page.getByRole('region', { name: 'Signal state' }).getByText('Archived').click()
  await expect.poll(query).toBe('@workflow.triage.state:archived')
  await expect.poll(titles).toEqual(['Port scan 10'])
})

test('S0-02: related signals, in the order of time, with what they share', async () => {
  await fresh(`#/signals?signal=${await idOf(brute)}&tab=related`)
  await panel(brute).getByRole('button', { name: 'SSH brute force', exact: true }).waitFor()
  await panel(brute).getByText('the same group').waitFor()
  await look(page, 'signal-related')
})

test('S2-49: X selects, Shift J goes on, Esc clears; live is paused meanwhile and nothing moves', async () => {
  await fresh()
  await press('j', 'x', 'Shift+J', 'Shift+J')
  await page.getByText('3 selected').waitFor()
  const before = await titles()
  await raise({ title: 'Came later', severity: 'critical' })
  await page.getByText(/^Live paused/).waitFor()
  // more rows may stand below by now
  expect((await titles()).slice(0, before.length)).toEqual(before)
  await look(page, 'signals-bulk')
  await page.setViewportSize({ width: 1280, height: 720 })
  await expect.poll(() => outside(page)).toEqual([])
  await page.setViewportSize({ width: 1440, height: 900 })
  await press('Escape')
  await page.getByText('3 selected').waitFor({ state: 'detached' })
})

test('S2-50, S2-51: several go into review and to me at once, and U takes it back', async () => {
  await fresh(`#/signals?query=${encodeURIComponent('"Port scan 2" OR "Port scan 20" OR "Port scan 21" OR "Port scan 22"')}`)
  await expect.poll(async () => (await titles()).length).toBe(3)
  const ids = await Promise.all((await titles()).map(idOf))
  const states = async () => (await Promise.all(ids.map(one))).map(({ workflow }) => workflow.triage.state)
  await press('j', 'x', 'Shift+J', 'Shift+J', 'r')
  await says('Put 3 signals in review')
  expect(await states()).toEqual(['under_review', 'under_review', 'under_review'])
  await press('u')
  // said once the rows are as they are on the daemon: what comes next is no stale change
  await says('Undone for 3 signals')
  expect(await states()).toEqual(['open', 'open', 'open'])
  await press('k', 'k', 'x', 'Shift+J', 'Shift+J', 'a')
  await says('Assigned 3 signals to you')
  expect((await Promise.all(ids.map(one))).every(({ workflow }) => workflow.triage.assignee.uuid !== '')).toBe(true)
})

test('bulk by query: the exact count first, then all of them, undone as one', async () => {
  await fresh(`#/signals?query=${encodeURIComponent('env:staging @workflow.triage.state:open')}`)
  await press('j', 'x')
  const all = page.getByRole('button', { name: /^Select all \d+ that match/ })
  const count = Number(/\d+/.exec((await all.textContent())!)![0])
  await all.click()
  await page.getByText(`${count} that match`, { exact: true }).waitFor()
  const boxes = page.getByRole('checkbox', { name: /^Select row/ })
  const ticked = async () => (await Promise.all((await boxes.all()).map(box => box.isChecked()))).filter(Boolean).length
  expect(await ticked()).toBe(await boxes.count())
  expect(await page.locator('.grid [role=row][aria-selected=false]').count()).toBe(0)
  // one that is left out leaves the others
  await boxes.first().uncheck()
  await page.getByText(`${count - 1} selected`, { exact: true }).waitFor()
  expect(await ticked()).toBe((await boxes.count()) - 1)
  await all.click()
  await page.getByText(`${count} that match`, { exact: true }).waitFor()
  const before = await open()
  await press('e', '5')
  await look(page, 'signals-bulk-query')
  await press('Enter')
  await says(`Archived ${count} signals as benign`)
  expect(await open()).toBe(before - count)
  await press('u')
  await says(`Undone for ${count} signals`)
  expect(await open()).toBe(before)
})

test('Z snoozes with a reason, and the timeline says so', async () => {
  const id = await idOf('Port scan 12')
  await fresh(`#/signals?query=${encodeURIComponent('"Port scan 12"')}&signal=${id}`)
  await panel('Port scan 12').getByText('opened it as').waitFor()
  await press('z')
  await page.getByLabel('Why').fill('Waiting for the owner')
  await look(page, 'signal-snooze')
  await press('Enter')
  await says(/^Snoozed until/)
  // out of the queue by one press
  await page.getByRole('region', { name: 'Snoozed' }).getByText('true').waitFor()
  await panel('Port scan 12')
    .getByText(/snoozed it until/)
    .waitFor()
  expect((await one(id)).workflow.triage.snoozed).toBe(true)
  await panel('Port scan 12').getByRole('button', { name: 'End the snooze' }).click()
  await says('Ended the snooze')
})

test('N writes a note, which is text', async () => {
  const id = await idOf('Port scan 13')
  await fresh(`#/signals?query=${encodeURIComponent('"Port scan 13"')}`)
  await press('j', 'Enter')
  await panel('Port scan 13').getByText('opened it as').waitFor()
  await press('n')
  await page.keyboard.type('<b>Asked</b> the owner')
  await press('Control+Enter')
  await says('Note added')
  await panel('Port scan 13').getByText('<b>Asked</b> the owner', { exact: true }).waitFor()
  const { body } = await daemon.call('GET', `/api/local/signals/${id}/notes`)
  expect(body.data[0].attributes.text).toBe('<b>Asked</b> the owner')
  await look(page, 'signal-note')
})

test('somebody was faster: it says who and when, and shows it', async () => {
  const id = await idOf('Port scan 17')
  await fresh(`#/signals?query=${encodeURIComponent('"Port scan 17"')}`)
  await press('j')
  // the row stays as it was read until the stream tells of the change, which is held back here
  await page.evaluate(() => {
    const { runtime } = (globalThis as unknown as { chrome: { runtime: { sendMessage(message: object): Promise<unknown> } } }).chrome
    const send = runtime.sendMessage.bind(runtime)
    runtime.sendMessage = message => (Object(message).type === 'foundRows' ? new Promise(() => {}) : send(message))
  })
  await daemon.call('PATCH', `/api/v2/security_monitoring/signals/${id}/state`, { data: { attributes: { state: 'under_review' } } })
  await press('e', '1', 'Enter')
  await says(/^Not archived: .* changed this signal just now\.$/)
  expect((await one(id)).workflow.triage.state).toBe('under_review')
  await page.locator('.toast').getByRole('button', { name: 'Show' }).click()
  await panel('Port scan 17').getByText('What happened').waitFor()
  await daemon.call('PATCH', `/api/v2/security_monitoring/signals/${id}/state`, { data: { attributes: { state: 'open' } } })
})

test('somebody was faster, asked of the background: nothing changes', async () => {
  const id = await idOf('Port scan 14')
  await daemon.call('PATCH', `/api/v2/security_monitoring/signals/${id}/state`, { data: { attributes: { state: 'under_review' } } })
  const moved = await background(page, { type: 'move', ids: [{ id, version: 1 }], state: 'archived', reason: 'other' })
  expect(moved).toMatchObject({ done: [], failed: [{ id, error: expect.stringMatching(/ changed this signal just now\.$/) }] })
  expect((await one(id)).workflow.triage.state).toBe('under_review')
})

/** Texts that turn what stands beside them around; a query stands as it is asked. */
const turned = () =>
  page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const texts: string[] = []
    for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null)
      if (/[\u202a-\u202e\u2066-\u2069]/u.test(node.data) && !node.parentElement?.closest('textarea, .value'))
        texts.push(`${node.parentElement?.outerHTML}`)
    return texts
  })
const hostile = `<img src=x onerror=alert(1)><script>alert(2)</script>"'\u202egnp.exe\`{{7*7}}`
test('X1, X2, X7: hostile text in every field is shown as text', async () => {
  const id = await raise({
    title: hostile,
    severity: 'high',
    message: `# ${hostile}\n[click](javascript:alert(3)) ![x](https://evil.test/x.png)\n\n<iframe src=https://evil.test>`,
    tags: [`category:${hostile}`.slice(0, 200), `env:${hostile}`, `team:${hostile}`, `technique:${hostile}`],
    entities: [`@network.client.ip:${hostile}`, `@usr.name:${hostile}`, `host:${hostile}`, `service:${hostile}`],
  })
  await daemon.call('PUT', `/api/local/services/${encodeURIComponent(hostile)}`, {
    data: { attributes: { owner: hostile, url: 'https://catalogue.example.net/{service}' } },
  })
  await daemon.call('POST', `/api/local/signals/${id}/notes`, { data: { attributes: { text: hostile } } })
  await daemon.call('PATCH', `/api/v2/security_monitoring/signals/${id}/state`, {
    data: { attributes: { state: 'archived', archive_reason: 'other', archive_comment: hostile } },
  })
  elsewhere.length = 0
  await fresh(`#/signals?signal=${id}`)
  const count = () =>
    page.evaluate(() => document.querySelectorAll('script:not([src^="/"]), iframe, img, [onerror], a[href^="javascript"]').length)
  const plain = await count()
  for (const tab of ['Overview', 'Logs', 'Related', 'Rule', 'JSON']) {
    await page.getByRole('dialog').getByRole('tab', { name: tab }).click()
    await page
      .getByRole('dialog')
      .getByRole('tabpanel')
      .getByText('<script>')
      .first()
      .waitFor({ timeout: 3_000 })
      .catch(() => {})
    expect(await turned()).toEqual([])
  }
  await page.getByRole('dialog').getByRole('tab', { name: 'Overview' }).click()
  expect(await page.getByRole('dialog').locator('.said').first().textContent()).toContain('U+202Egnp.exe')
  expect((await page.getByRole('dialog').getByText('Archived by').textContent())?.toUpperCase()).toContain('U+202EGNP.EXE')
  await press('Escape')
  await page.getByRole('row').nth(1).getByText(hostile.replace('\u202e', 'U+202E'), { exact: true }).first().waitFor()
  expect(await turned()).toEqual([])
  await page
    .getByRole('row')
    .nth(1)
    .getByTitle(/^Service </)
    .click()
  await press('Escape')
  expect(await count()).toBe(plain)
  await look(page, 'signals-hostile')
  expect(elsewhere).toEqual([])
  expect(complaints).toEqual([])
  // what it says is searched for as it is, not read as a query
  await page.getByRole('row').nth(1).locator('.title-cell .pill').click()
  await page.getByRole('menuitem', { name: /Filter/ }).click()
  await page.getByText(/^1 signal$/).waitFor()
})

test('a link to a signal that is not there, or hidden: it says so; a broken query stays where it was typed', async () => {
  await fresh('#/signals?signal=nobody')
  await says('What this link opens is not there any more, or hidden from you.')
  await fresh()
  await press('/')
  await page.getByLabel('Search signals').fill('status:(high')
  await page.getByText('The parenthesis is not closed.').waitFor()
  expect(await page.getByLabel('Search signals').inputValue()).toBe('status:(high')
  expect((await titles()).length).toBeGreaterThan(0)
})

test('what somebody else archives: the counts follow, the rows stay, and those that match no longer are said', async () => {
  const [first, second] = await Promise.all([idOf('Port scan 30'), idOf('Port scan 33')])
  const words = '("Port scan 30" OR "Port scan 33" OR "Port scan 36")'
  await fresh(`#/signals?query=${encodeURIComponent(`${words} @workflow.triage.state:open`)}`)
  await page.getByRole('heading', { name: '3 signals' }).waitFor()
  const put = (attributes: object) =>
    Promise.all(
      [first, second].map(id => daemon.call('PATCH', `/api/v2/security_monitoring/signals/${id}/state`, { data: { attributes } })),
    )
  await put({ state: 'archived', archive_reason: 'other' })
  await page.getByRole('heading', { name: '1 signal' }).waitFor()
  expect((await titles()).length).toBe(3)
  await page.getByRole('button', { name: '2 no longer match' }).click()
  await expect.poll(titles).toEqual(['Port scan 36'])
  await put({ state: 'open' })
})

test('N in the list: what is typed goes into the note', async () => {
  await fresh(`#/signals?query=${encodeURIComponent('"Port scan 36"')}`)
  await press('j', 'n')
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('note')
  await page.keyboard.type('is it ours?')
  expect(await page.getByLabel('Note', { exact: true }).inputValue()).toBe('is it ours?')
  await press('Escape', 'Escape')
})

test('what is typed after the reason is its comment, and U undoes once the toast is gone', async () => {
  const id = await idOf('Port scan 39')
  await fresh(`#/signals?query=${encodeURIComponent('"Port scan 39"')}`)
  await press('j', 'e', '3')
  await page.keyboard.type('seen 1 time')
  await press('Enter')
  await says(/^Archived/)
  const { triage } = (await one(id)).workflow
  expect([triage.archiveReason, triage.archiveComment]).toEqual(['remediated', 'seen 1 time'])
  await page.getByRole('button', { name: 'Dismiss' }).last().click()
  await page.locator('.toast').waitFor({ state: 'detached' })
  await press('u')
  await says(/^Undone/)
  expect((await one(id)).workflow.triage.state).toBe('open')
})

test.each([
  'from=2026-13-45',
  'from=99999999999999999',
  `query=${'a'.repeat(8193)}`,
])('a link with %.24s: what is wrong is said', async words => {
  await page.goto('about:blank')
  await page.goto(`${root}#/signals?${words}`)
  await page.getByText(/is no time|is outside the calendar|at most 8192 characters/).waitFor()
})

test('from the card of a page: the panel in a window of our own, and the next in the same', async () => {
  const [window] = await Promise.all([context.waitForEvent('page'), background(page, { type: 'openSignal', id: await idOf(brute) })])
  await window.getByRole('dialog', { name: brute }).getByText('What happened').waitFor()
  await look(window, 'signal-window')
  await background(page, { type: 'openSignal', id: await idOf('Port scan 15') })
  await window.getByRole('dialog', { name: 'Port scan 15' }).waitFor()
  await background(page, { type: 'openSignal', id: await idOf(brute), run: true })
  await window.getByRole('dialog', { name: brute }).getByText('No workflow can be run on a signal').waitFor()
  await window.close()
})

test('quick hands: what follows at once on the same signal waits its turn, undo too', async () => {
  const id = await idOf('Port scan 40')
  await fresh(`#/signals?query=${encodeURIComponent('"Port scan 40"')}`)
  const toasts = (text: string) => page.locator('.toast').getByText(text, { exact: true })
  const triage = async () => (await one(id)).workflow.triage
  await press('j', 'a', 'u', 'a')
  await toasts('Undone').waitFor()
  await expect.poll(() => toasts('Assigned to you').count()).toBe(2)
  expect((await triage()).assignee.uuid).not.toBe('')
  await press('e', '3', 'Enter', 'u', 'a')
  await toasts('Assigned to nobody').waitFor()
  expect([(await triage()).state, (await triage()).assignee.uuid]).toEqual(['open', ''])
  await fresh(`#/signals?query=${encodeURIComponent('"Port scan 40"')}`)
  await press('j', 'a', 'r', 'u', 'u')
  await expect.poll(() => toasts('Undone').count()).toBe(2)
  expect([(await triage()).state, (await triage()).assignee.uuid]).toEqual(['open', ''])
  expect(await page.locator('.toast.bad').allInnerTexts()).toEqual([])
})

test('Enter in the search box runs the query and gives the keys to the list; / leads back', async () => {
  await fresh()
  await press('/')
  await page.keyboard.type('"Port scan 41"')
  await press('Enter')
  await expect.poll(titles).toEqual(['Port scan 41'])
  await press('j', 'r')
  await says('Put in review')
  await press('u')
  await says('Undone')
  await press('/', 'End')
  expect(query()).toBe('"Port scan 41"')
  await page.keyboard.type(' AND (')
  await press('Enter')
  await page.keyboard.type('jr')
  expect(await page.getByRole('combobox', { name: 'Search signals' }).inputValue()).toBe('"Port scan 41" AND (jr')
})

test('the daemon goes away while somebody types: the note and the form of the archive go on, only sending waits', async () => {
  await fresh(`#/signals?signal=${await idOf('Port scan 43')}`)
  const shown = panel('Port scan 43')
  await shown.getByText('opened it as').waitFor()
  const note = shown.getByLabel('Note', { exact: true })
  await note.focus()
  process.kill(daemon.child.pid!, 'SIGSTOP')
  try {
    void background(page, { type: 'queue', state: 'open' })
    await page.keyboard.type('half ')
    await page.getByText('The daemon does not answer.').waitFor({ timeout: 20_000 })
    await page.keyboard.type('a thought')
    expect(await note.inputValue()).toBe('half a thought')
    const add = shown.getByRole('button', { name: 'Add', exact: true })
    expect(await add.getAttribute('aria-disabled')).toBe('true')
    expect(await add.getAttribute('title')).toBe('The daemon is away')
  } finally {
    process.kill(daemon.child.pid!, 'SIGCONT')
  }
  await page.getByText('The daemon does not answer.').waitFor({ state: 'detached', timeout: 20_000 })
  await note.press('Control+Enter')
  await says('Note added')
  await shown.locator('.body').focus()
  await press('e', '3')
  const comment = shown.getByLabel('Comment, optional')
  await comment.fill('patched')
  process.kill(daemon.child.pid!, 'SIGSTOP')
  try {
    void background(page, { type: 'queue', state: 'open' })
    await page.getByText('The daemon does not answer.').waitFor({ timeout: 20_000 })
    await comment.press('Enter')
    await says('Not changed: The daemon is away')
    expect(await comment.inputValue()).toBe('patched')
    expect(await shown.getByRole('radio').nth(2).isChecked()).toBe(true)
    await look(page, 'signal-away-archive')
  } finally {
    process.kill(daemon.child.pid!, 'SIGCONT')
  }
  await page.locator('.toast').getByText('The daemon is away').waitFor({ state: 'detached', timeout: 20_000 })
  await comment.press('Enter')
  await says('Archived as remediated')
  await press('u')
  await says('Undone')
}, 90_000)

test('1440 px: a tag gives way before a title does, and a user is whole', async () => {
  const entities = ['@network.client.ip:198.51.100.99', '@usr.name:deploy-agent', 'service:gateway']
  const tags = ['category:reconnaissance', 'env:staging']
  await raise({ title: 'Contact with a bad address', severity: 'critical', tags, entities })
  await raise({ title: 'A login that comes after many wrong passwords', severity: 'critical', tags, entities })
  await fresh(`#/signals?query=${encodeURIComponent('@usr.name:deploy-agent')}`)
  const isCut = (element: Element) => element.scrollWidth > element.clientWidth
  const line = (title: string) => row(title).locator('.title')
  await line('A login that comes after many wrong passwords').waitFor()
  expect(await line('Contact with a bad address').evaluate(isCut)).toBe(false)
  expect(
    await row('A login that comes after many wrong passwords')
      .locator('.pill .tag')
      .evaluate(element => element.parentElement!.clientWidth),
  ).toBeLessThanOrEqual(44)
  expect(await row('A login that comes after many wrong passwords').locator('.ent .cut', { hasText: 'deploy-agent' }).evaluate(isCut)).toBe(
    false,
  )
  await look(page, 'signals-1440')
})

test('far down in the list, what A with Shift opens stays in the window, also once it has its people', async () => {
  await fresh()
  await page.getByRole('row').nth(1).waitFor()
  await press('j', 'End')
  const last = await page.getByRole('grid', { name: 'Signals' }).getAttribute('aria-rowcount')
  await page.locator(`.current[aria-rowindex="${last}"]`).waitFor()
  await press('Shift+A')
  const box = page.getByRole('dialog', { name: /^Assignee/ })
  await box.getByRole('option').nth(1).waitFor()
  await expect.poll(async () => (({ y, height }) => y >= 0 && y + height <= 900)((await box.boundingBox())!)).toBe(true)
  await look(page, 'signals-assign-below')
  await press('Escape')
})

test('50 signals by keyboard alone: archived, undone', async () => {
  await fresh(`#/signals?query=${encodeURIComponent('"Port scan" @workflow.triage.state:open')}`)
  const before = await open()
  await press('j')
  for (let i = 0; i < 48; i++) {
    await press('e', '1', 'Enter')
    await expect.poll(open).toBe(before - i - 1)
    await press('j')
  }
  expect((await one(await idOf('Port scan 30'))).workflow.triage.archiveReason).toBe('false_positive')
  await press('u')
  await expect.poll(open).toBe(before - 47)
  await look(page, 'signals-archived')
}, 180_000)

test('the daemon goes away in the middle: pending, said, kept, and made once it is back', async () => {
  await fresh(`#/signals?query=${encodeURIComponent('"Port scan 16"')}`)
  const id = await idOf('Port scan 16')
  await press('j')
  process.kill(daemon.child.pid!, 'SIGSTOP')
  try {
    await press('R'.toLowerCase())
    await row('Port scan 16').getByText('Pending').waitFor()
    await page.getByText('The daemon does not answer.').waitFor({ timeout: 20_000 })
    await says(/The daemon is away\. Kept, will be tried again\./)
    await look(page, 'signals-away')
  } finally {
    process.kill(daemon.child.pid!, 'SIGCONT')
  }
  await expect.poll(async () => (await one(id)).workflow.triage.state, { timeout: 20_000 }).toBe('under_review')
  await row('Port scan 16').getByText('In review').waitFor()
}, 60_000)

test('a role that is changed in the middle: it is refused, nothing typed is lost, and the buttons say why from then on', async () => {
  const roles = (await daemon.call('GET', '/api/v2/roles?page[size]=100')).body.data as { id: string; attributes: { name: string } }[]
  const standard = roles.find(({ attributes }) => attributes.name === 'Standard')!.id
  const clone = await daemon.call('POST', `/api/v2/roles/${standard}/clone`, { data: { attributes: { name: 'Night shift' } } })
  const relationships = { roles: { data: [{ id: clone.body.data.id, type: 'roles' }] } }
  const user = await daemon.call('POST', '/api/v2/users', {
    data: { attributes: { email: 'night@example.net', name: 'Nia' }, relationships },
  })
  const keys = `/api/local/users/${user.body.data.id}/application_keys`
  const key = (await daemon.call('POST', keys, { data: { attributes: { name: 'hers' } } })).body.data.attributes.key
  const { body } = await daemon.call('POST', '/api/local/pairing', {}, { 'DD-APPLICATION-KEY': key })
  await background(page, { type: 'pair', url: daemon.url, code: body.data.attributes.code })
  // one that the tests before it have left open
  const left = await daemon.call(
    'GET',
    `/api/v2/security_monitoring/signals?filter[query]=${encodeURIComponent('@workflow.triage.state:open')}`,
  )
  const [{ id, attributes }] = left.body.data
  await fresh(`#/signals?signal=${id}`)
  const shown = panel(attributes.attributes.title)
  await shown.getByLabel('Note').fill('half a thought')
  const permissions = (await daemon.call('GET', '/api/v2/permissions')).body.data as { id: string; attributes: { name: string } }[]
  const write = permissions.find(({ attributes }) => attributes.name === 'security_monitoring_signals_write')!.id
  await daemon.call('DELETE', `/api/v2/roles/${clone.body.data.id}/permissions`, { data: { id: write, type: 'permissions' } })
  // refused, or no longer there to be pressed: the stream that ends may be faster
  await shown.getByRole('button', { name: 'Add', exact: true }).click({ force: true })
  expect(await shown.getByLabel('Note').inputValue()).toBe('half a thought')
  await shown.getByText('Needs the permission Security Signals Write. An admin can grant it.').waitFor()
  await expect.poll(() => shown.getByRole('button', { name: /^Archive…/ }).getAttribute('aria-disabled')).toBe('true')
  await expect.poll(() => shown.getByRole('button', { name: 'Archived' }).getAttribute('aria-disabled')).toBe('true')
  await look(page, 'signal-role')
  const project = { data: { id: 'SEC', type: 'project' } }
  await daemon.call('POST', '/api/v2/cases', {
    data: { type: 'case', attributes: { title: 'Read until now', type_id: securityCase.id }, relationships: { project } },
  })
  await page.goto(page.url().replace(/#.*/, '#/cases'))
  await page.getByText('Read until now').waitFor()
  const read = permissions.find(({ attributes }) => attributes.name === 'cases_read')!.id
  await daemon.call('DELETE', `/api/v2/roles/${clone.body.data.id}/permissions`, { data: { id: read, type: 'permissions' } })
  await page.getByText('Needs the permission Case Management Read. An admin can grant it.').waitFor()
  expect(await page.getByText('Read until now').count()).toBe(0)
  await look(page, 'section-role')
})

test('a category that is cut off shows as a whole on hover', async () => {
  const category = 'something_of_many_words_'.repeat(7)
  await raise({ title: 'Told at length', severity: 'low', tags: [`category:${category}`] })
  await fresh(`#/signals?query=${encodeURIComponent('"Told at length"')}`)
  const tag = row('Told at length').locator('.pill .tag')
  expect(await tag.getAttribute('title')).toBeNull()
  await tag.hover()
  await expect.poll(() => tag.getAttribute('title')).toBe(category)
})
