import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { securityCase } from '../../shared/case.ts'
import { look } from './axe.ts'
import { createHands, titled } from './hands.ts'
import { openExplorer } from './paired.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'
import { shot } from './surfaces.ts'

// Incidents in the explorer, over a real daemon: declared from signals and from a case, worked, and resolved.

let daemon: RealDaemon
let context: BrowserContext
let page: Page
let root: string
const complaints: string[] = []

const hostile = '<img src=x onerror=alert(1)> scan'
const raise = (title: string, i = 1) =>
  daemon.call('POST', '/api/local/signals', {
    data: { attributes: { title, severity: 'high', entities: [`@network.client.ip:198.51.100.${i}`, '@usr.name:ana'] } },
  })
const found = async (query: string) => (await daemon.explore('signals', query)).data
const idOf = async (title: string) => String((await found(`@title:"${title}"`))[0].id)
const incident = async (id: number) => (await daemon.call('GET', `/api/v2/incidents/${id}`)).body.data.attributes

beforeAll(async () => {
  daemon = await startRealDaemon()
  await Promise.all([raise('Somebody guesses'), raise(hostile, 2), ...[1, 2, 3].map(i => raise(`Port scan ${i}`, 10 + i))])
  ;({ context, page, root } = await openExplorer(daemon, complaints))
  await page.getByRole('grid', { name: 'Signals' }).waitFor()
})
afterAll(async () => {
  await context?.close()
  await daemon?.dispose()
})

const {
  view: fresh,
  press,
  says,
  dialog,
} = createHands(
  () => page,
  () => root,
)

test('S0-24, S2-41…43: I on a signal, by keys alone: severity, commander me, impact; the signal says INC-1', async () => {
  await fresh(titled('Somebody guesses'))
  await page.getByRole('grid', { name: 'Signals' }).waitFor()
  await press('j', 'i')
  await dialog('Incident from this signal').waitFor()
  expect(await page.getByLabel('Title').inputValue()).toBe('Somebody guesses')
  await page.getByRole('combobox', { name: 'Severity' }).selectOption('SEV-1')
  await page.getByLabel('Customers are impacted').check()
  await page.getByLabel('How they are impacted').fill('Nobody can log in')
  await look(page, 'incident-declare')
  await page.getByRole('button', { name: 'Declare incident' }).click()
  await says('INC-1 declared')
  await dialog('Incident from this signal').waitFor({ state: 'detached' })
  await page.getByRole('row').getByRole('button', { name: 'INC-1' }).waitFor()
  expect(await incident(1)).toMatchObject({ severity: 'SEV-1', customer_impact_scope: 'Nobody can log in', x_local: { signals: 1 } })
  await look(page, 'incident-badge')
})
test('S0-24: several signals from the bulk bar into one that is there; U takes them out again', async () => {
  await fresh('#/signals?query=scan')
  await page.getByRole('grid', { name: 'Signals' }).waitFor()
  await press('j', 'x', 'j', 'x')
  await page.getByRole('button', { name: /^Incident…/ }).click()
  await page.getByRole('tab', { name: 'Add to existing' }).click()
  await page.getByRole('radio', { name: /INC-1/ }).click()
  await look(page, 'incident-existing')
  await page.getByRole('button', { name: 'Add to INC-1' }).click()
  await says('2 signals added to INC-1')
  expect((await incident(1)).x_local.signals).toBe(3)
  await press('u')
  await says(/^Undone/)
  expect((await incident(1)).x_local.signals).toBe(1)
})
test('S0-23: worked in its panel: responders, to-dos, notes, stable, resolved; the postmortem is a file', async () => {
  await fresh('#/incidents')
  await page.getByRole('grid', { name: 'Incidents' }).getByText('Somebody guesses').click()
  const panel = page.locator('.panel')
  await panel.getByRole('heading', { name: 'Customer impact' }).waitFor()
  await panel.getByLabel('A to-do').fill('Rotate keys')
  await press('Enter')
  await panel.getByRole('checkbox', { name: 'Rotate keys' }).click()
  await panel.getByText('1 of 1 done').waitFor()
  await look(page, 'incident-panel')
  await panel.getByRole('button', { name: 'Stable' }).click()
  await says('INC-1 is stable')
  await panel.getByRole('button', { name: 'Stable', pressed: true }).waitFor()
  await panel.getByRole('button', { name: 'Resolved' }).click()
  await says('INC-1 is resolved')
  expect((await incident(1)).resolved).not.toBeNull()
  await panel.getByRole('tab', { name: /^Timeline/ }).click()
  await panel.getByLabel('Note').fill('It was **ours** <script>alert(1)</script>')
  await press('Control+Enter')
  await panel.locator('.said').getByText('<script>alert(1)</script>').waitFor()
  await panel.getByText('changed the state from Stable to Resolved').waitFor()
  await look(page, 'incident-timeline')
  await panel.getByRole('button', { name: 'Postmortem' }).click()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Markdown' }).click()])
  expect(download.suggestedFilename()).toBe('INC-1.md')
})
test('what somebody else changed meanwhile is said, and shown', async () => {
  await fresh('#/incidents?incident=1')
  await page.locator('.panel').getByRole('button', { name: 'Resolved', pressed: true }).waitFor()
  await daemon.call('PATCH', '/api/v2/incidents/1', { data: { id: 'x', type: 'incidents', attributes: { title: 'Renamed' } } })
  await page.locator('.panel').getByRole('heading', { name: 'INC-1 Renamed' }).waitFor()
})
test('S0-26: from a case: declared, linked both ways, its signals in it', async () => {
  const made = await daemon.call('POST', '/api/v2/cases', {
    data: {
      type: 'case',
      attributes: { title: hostile, type_id: securityCase.id },
      relationships: { project: { data: { id: 'SEC', type: 'project' } } },
    },
  })
  const id = made.body.data.id
  const signal = await idOf('Port scan 3')
  const insights = [{ type: 'SECURITY_SIGNAL', resource_id: signal, ref: `/security?event=${signal}` }]
  await daemon.call('PUT', `/api/v2/cases/${id}/insights`, { data: { type: 'case', attributes: { insights } } })
  await fresh(`#/cases?case=${id}`)
  await page.getByRole('button', { name: 'Declare or add to incident…' }).click()
  await dialog(/^Incident from SEC-/).waitFor()
  expect(await page.getByLabel('Title').inputValue()).toBe(hostile)
  await page.getByRole('button', { name: 'Declare incident', exact: true }).click()
  await says('INC-2 declared')
  await page.locator('.panel').getByText('INC-2').first().waitFor()
  expect((await incident(2)).x_local).toMatchObject({ signals: 1, cases: [{ id }] })
  await shot(page, 'incident-case')
})
test('S0-24, S2-40: all that a query finds: counted exactly, declared as one, and each of them is in it', async () => {
  await fresh('#/signals?query=scan')
  await page.getByRole('grid', { name: 'Signals' }).waitFor()
  await press('j', 'x')
  await page.getByRole('button', { name: 'Select all 4 that match' }).click()
  await page.getByText('4 that match').waitFor()
  await page.getByRole('button', { name: /^Incident…/ }).click()
  await dialog('Incident from 4 signals').waitFor()
  await page.getByLabel('Title').fill('All scans')
  await look(page, 'incident-whole')
  await page.getByRole('button', { name: 'Declare incident', exact: true }).click()
  await says('4 signals added to INC-3')
  expect((await incident(3)).x_local.signals).toBe(4)
})
test('a title of several lines is one line in the form, and the keys of incidents stand whole beside a long one', async () => {
  const title = `Login\nfrom two places\u202e and ${'more and more '.repeat(20)}`
  await daemon.call('POST', '/api/local/signals', {
    data: { attributes: { title, severity: 'high', tags: ['category:account_takeover_of_somebody'] } },
  })
  await fresh(`#/signals?query=${encodeURIComponent('@title:Login*')}`)
  await page.getByRole('row', { name: /Login/ }).waitFor()
  for (const press of ['first', 'second']) {
    await page.keyboard.press('j')
    await page.keyboard.press('i')
    await dialog('Incident from this signal').waitFor()
    expect(await page.getByLabel('Title').inputValue()).toMatch(/^Login from two placesU\+202E and more/)
    await page.getByLabel('Title').fill(`The ${press}`)
    await page.getByRole('button', { name: 'Declare incident', exact: true }).click()
    await dialog('Incident from this signal').waitFor({ state: 'detached' })
  }
  const key = page.getByRole('row').getByRole('button', { name: /^INC-/ }).first()
  await key.waitFor()
  const more = page.getByRole('row').getByText('+1', { exact: true })
  await more.waitFor()
  for (const one of [key, more]) expect(await one.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0)
  await look(page, 'incident-long-title')
})
test('an incident that somebody else deletes while its panel is open: said, and nothing of it can be pressed', async () => {
  const attributes = { title: 'Short-lived', customer_impacted: false }
  const made = await daemon.call('POST', '/api/v2/incidents', { data: { type: 'incidents', attributes } })
  await fresh(`#/incidents?incident=${made.body.data.attributes.public_id}`)
  await dialog(/Short-lived/).waitFor()
  // all of it is read: what stands in the list stands there before
  await page.locator('.panel').getByRole('heading', { name: 'Responders' }).waitFor()
  await daemon.call('DELETE', `/api/v2/incidents/${made.body.data.id}`)
  await page.getByText('This incident was deleted').waitFor()
  await dialog(/^INC-\d+ is gone$/).waitFor()
  expect(await page.locator('.panel').getByRole('button', { name: 'Stable', exact: true }).count()).toBe(0)
  await look(page, 'incident-gone')
})
test('nothing ran that an attacker wrote, and nothing went wrong', () => expect(complaints).toEqual([]))
