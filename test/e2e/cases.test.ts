import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { look } from './axe.ts'
import { createHands, titled } from './hands.ts'
import { openExplorer } from './paired.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'
import { shot } from './surfaces.ts'

// Investigation cases in the explorer, over a real daemon: from a signal into a case, and through the case to its end.

let daemon: RealDaemon
let context: BrowserContext
let page: Page
let root: string
const complaints: string[] = []

const hostile = '<img src=x onerror=alert(1)> scan'
const raise = (title: string, i = 1) =>
  daemon.call('POST', '/api/local/signals', {
    data: {
      attributes: { title, severity: 'high', tags: ['category:scan'], entities: [`@network.client.ip:198.51.100.${i}`, '@usr.name:ana'] },
    },
  })
const found = async (query: string) => (await daemon.explore('signals', query)).data
const stateOf = async (title: string) => (await found(`@title:"${title}"`))[0].attributes.custom.workflow.triage.state
const caseOf = async (key: string) => (await daemon.call('GET', `/api/v2/cases/${key}`)).body.data.attributes

beforeAll(async () => {
  daemon = await startRealDaemon()
  await Promise.all([
    raise('Somebody guesses'),
    raise(hostile, 2),
    ...Array.from({ length: 12 }, (_, i) => raise(`Port scan ${i}`, 10 + i)),
  ])
  ;({ context, page, root } = await openExplorer(daemon, complaints))
  await page.getByRole('grid', { name: 'Signals' }).waitFor()
})
afterAll(async () => {
  await context?.close()
  await daemon?.dispose()
})

const { view, press, says, dialog } = createHands(
  () => page,
  () => root,
)
const fresh = (hash: string, grid = 'Signals') => view(hash, grid)

test('S0-25, S2-36…39: C on a signal, by keys alone: a new case, the signal under review, its key in the column', async () => {
  await fresh(titled('Somebody guesses'))
  await press('j', 'c')
  await dialog('Case from this signal').waitFor()
  expect(await page.getByLabel('Title').inputValue()).toBe('Somebody guesses')
  await look(page, 'case-new')
  await press('Tab')
  await page.keyboard.type('From **one** network <script>alert(1)</script>')
  await press('Control+Enter')
  await says('SEC-1 created with 1 signal')
  await dialog('Case from this signal').waitFor({ state: 'detached' })
  expect(await stateOf('Somebody guesses')).toBe('under_review')
  await page.getByRole('row').getByRole('button', { name: 'SEC-1' }).waitFor()
  await look(page, 'case-column')
})

test('S0-25: the card of a case in the column says how it stands, opens it, and takes the signal out of it', async () => {
  await page.getByRole('row').getByRole('button', { name: 'SEC-1' }).click()
  await page.getByRole('dialog', { name: 'Case SEC-1' }).getByText('Somebody guesses').waitFor()
  await look(page, 'case-card')
  await page.getByRole('button', { name: 'Unlink' }).click()
  await says('Unlinked from SEC-1')
  await page.getByRole('row').getByRole('button', { name: 'SEC-1' }).waitFor({ state: 'detached' })
  expect((await caseOf('SEC-1')).insights).toEqual([])
})

test('S2-36…39: from the next steps of its panel into a case that is there', async () => {
  await press('Enter')
  await page.getByRole('button', { name: /^Create or add to case/ }).click()
  await page.getByRole('tab', { name: 'Add to existing' }).click()
  await page.getByRole('radio', { name: /SEC-1/ }).click()
  await look(page, 'case-existing')
  await page.getByRole('button', { name: 'Add to SEC-1' }).click()
  await says('1 signal added to SEC-1')
  await page.locator('.panel').getByRole('button', { name: 'SEC-1' }).waitFor()
})

test('a case that was closed meanwhile: said in the window, and nothing is lost', async () => {
  await fresh(titled(hostile))
  await press('j', 'c')
  await page.getByRole('tab', { name: 'Add to existing' }).click()
  await page.getByRole('radio', { name: /SEC-1/ }).click()
  const close = (attributes: object) => daemon.call('POST', '/api/v2/cases/SEC-1/status', { data: { type: 'case', attributes } })
  await close({ status: 'CLOSED', security_resolved_reason: 'OTHER' })
  await page.getByRole('button', { name: 'Add to SEC-1' }).click()
  await page
    .getByRole('alert')
    .getByText(/SEC-1 is closed/)
    .waitFor()
  expect(await stateOf(hostile)).toBe('open')
  await close({ status: 'OPEN' })
  await press('Escape')
  await dialog('Case from this signal').waitFor({ state: 'detached' })
})

test('S0-25: from the menu of a row', async () => {
  await page.getByRole('row').nth(1).locator('[data-column]').nth(1).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Create or add to case…' }).click()
  await page.getByRole('button', { name: 'Create case' }).click()
  await says('SEC-2 created with 1 signal')
  expect((await caseOf('SEC-2')).title).toBe(hostile)
})

test('S2-40, S2-52: rows that are selected, and all that the query finds, with the exact count', async () => {
  await fresh(`#/signals?query=${encodeURIComponent('@title:"Port scan*" OR @title:Port*')}`)
  await press('j', 'x', 'J', 'c')
  await dialog('Case from 2 signals').waitFor()
  await page.getByLabel('Title').fill('Scans')
  await press('Enter')
  await says('SEC-3 created with 2 signals')
  await press('x')
  await page.getByRole('button', { name: 'Select all 12 that match' }).click()
  await page.getByText('12 that match').waitFor()
  await page.getByRole('toolbar').getByRole('button', { name: /^Case/ }).click()
  await dialog('Case from 12 signals').waitFor()
  await page.getByRole('tab', { name: 'Add to existing' }).click()
  await page.getByRole('radio', { name: /SEC-3/ }).click()
  await page.getByRole('button', { name: 'Add to SEC-3' }).click()
  await says(/^10 signals added to SEC-3; 2 not/)
  expect((await caseOf('SEC-3')).x_local.insights_total).toBe(12)
})

test('the section: G C, the list, one of them with what it holds; hostile text is text', async () => {
  await press('g', 'c')
  await page.getByRole('grid', { name: 'Cases' }).waitFor()
  await expect.poll(() => page.getByRole('row').locator('strong').allTextContents()).toEqual(['SEC-3', 'SEC-2', 'SEC-1'])
  await look(page, 'cases')
  await press('j', 'j', 'Enter')
  await dialog(`SEC-2 ${hostile}`).waitFor()
  await page.locator('.things').getByText(hostile).waitFor()
  await look(page, 'case')
  await press('Escape')
})

test('the same by filter and facets; a query that cannot be read says so', async () => {
  const search = page.getByPlaceholder(/Words, or a query/)
  await press('/')
  await search.fill('scans')
  await expect.poll(() => page.getByRole('row').locator('strong').allTextContents()).toEqual(['SEC-3'])
  await search.fill('status:(open')
  await page.locator('.bar .bad').waitFor()
  await search.fill('')
  await press('Escape')
  await daemon.call('POST', '/api/v2/cases/SEC-2/priority', { data: { type: 'case', attributes: { priority: 'P1' } } })
  // it was told of the change
  await page.locator('.facets').getByRole('checkbox', { name: 'P1' }).check()
  await expect.poll(() => page.getByRole('row').locator('strong').allTextContents()).toEqual(['SEC-2'])
  await page.locator('.facets').getByRole('checkbox', { name: 'P1' }).uncheck()
})

test('worked through by keys: assigned, commented, described, closed for a reason, reopened', async () => {
  await fresh('#/cases?case=SEC-1', 'Cases')
  await dialog(/^SEC-1 /).waitFor()
  await page.locator('.panel').getByText('Description').waitFor()
  await press('a')
  await says(/SEC-1 is assigned to/)
  await press('n')
  await page.getByLabel('Comment').waitFor()
  await page.getByLabel('Comment').fill('Ask **Ana** [here](javascript:alert(1))')
  await press('Control+Enter')
  await page.locator('.events .said strong').getByText('Ana').waitFor()
  expect(await page.locator('.events .said a').count()).toBe(0)
  await look(page, 'case-timeline')
  await page.locator('.panel .body').focus()
  await press('e')
  await page.getByRole('group', { name: 'Why is SEC-1 closed?' }).waitFor()
  await look(page, 'case-close')
  await press('3', 'Enter')
  await says('SEC-1 is closed')
  expect((await caseOf('SEC-1')).security_resolved_reason).toBe('ONE_TIME_EXCEPTION')
  await page.locator('.panel .body').focus()
  await press('E')
  await says('SEC-1 is open')
})

const changed = (end: string, attributes: object) =>
  daemon.call('POST', `/api/v2/cases/SEC-1/${end}`, { data: { type: 'case', attributes } })
test('a description that a colleague changes while it is edited: said at the form, theirs beside it, saved again', async () => {
  const open = page.locator('.panel')
  await open.getByRole('tab', { name: 'Overview' }).click()
  await open.getByRole('button', { name: 'Edit the description' }).click()
  const field = open.getByLabel('Description', { exact: true })
  await field.fill('Mine')
  expect((await field.boundingBox())!.height).toBeGreaterThan(100)
  await changed('description', { description: 'Of a colleague' })
  await changed('priority', { priority: 'P2' })
  // the panel knows of it by now
  await open.locator('.priority.p2').waitFor()
  await open.getByRole('button', { name: 'Save', exact: true }).click()
  await open.getByRole('alert').getByText('What you typed is still here').waitFor()
  await open.getByRole('region', { name: 'What stands there now' }).getByText('Of a colleague').waitFor()
  expect(await field.inputValue()).toBe('Mine')
  expect((await caseOf('SEC-1')).description).toBe('Of a colleague')
  await look(page, 'case-description-stale')
  await open.getByRole('button', { name: 'Save', exact: true }).click()
  await says('SEC-1 has a new description')
  expect((await caseOf('SEC-1')).description).toBe('Mine')
})
test('a case that a colleague closes while its reason is chosen: theirs is said and stays', async () => {
  await page.locator('.panel .body').focus()
  await press('e')
  const asked = page.locator('.close-case')
  await asked.waitFor()
  await changed('status', { status: 'CLOSED', security_resolved_reason: 'OTHER' })
  await asked
    .getByRole('alert')
    .getByText(/^Closed meanwhile by .+: /)
    .waitFor()
  await look(page, 'case-closed-meanwhile')
  await asked.getByRole('radio').first().focus()
  await press('Enter')
  await asked.getByRole('button', { name: 'Change the reason', exact: true }).waitFor()
  expect((await caseOf('SEC-1')).security_resolved_reason).toBe('OTHER')
  await asked.getByRole('button', { name: 'Back' }).click()
  await changed('status', { status: 'OPEN' })
  await page.locator('.panel').getByRole('button', { name: 'Close…' }).waitFor()
})

test('merged into another and split off again', async () => {
  await page.getByRole('button', { name: 'Merge…' }).click()
  await page.getByRole('radio', { name: /SEC-3/ }).click()
  await look(page, 'case-merge')
  await page.getByRole('button', { name: 'Merge into SEC-3' }).click()
  await says('SEC-1 merged into SEC-3')
  expect((await caseOf('SEC-3')).x_local.insights_total).toBe(13)
  await page.getByRole('button', { name: 'Split SEC-1 off' }).click()
  await says('SEC-1 split from SEC-3')
  expect((await caseOf('SEC-3')).x_local.insights_total).toBe(12)
})

test('exported as a page to print, which runs nothing', async () => {
  await fresh('#/cases?case=SEC-2', 'Cases')
  await page.getByRole('button', { name: 'Export' }).click()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Page to print (HTML)' }).click()])
  expect(file.suggestedFilename()).toBe('SEC-2.html')
  const printed = await context.newPage()
  printed.on('dialog', one => complaints.push(one.message()))
  const kept = join(mkdtempSync(join(tmpdir(), 'signalbox-')), 'case.html')
  await file.saveAs(kept)
  await printed.goto(`file://${kept}`)
  expect(await printed.locator('h1').textContent()).toBe(`SEC-2 ${hostile}`)
  expect(await printed.locator('img, script').count()).toBe(0)
  await shot(printed, 'case-printed')
  await printed.close()
  rmSync(dirname(kept), { recursive: true })
})

test('a title of several lines is one line in the form; an undo says in which case a signal stays', async () => {
  await raise('Two\r\nlines', 99)
  await fresh(`#/signals?query=${encodeURIComponent('@title:Two*')}`)
  await page.getByRole('row', { name: /Two/ }).waitFor()
  await press('j', 'c')
  await dialog('Case from this signal').waitFor()
  expect(await page.getByLabel('Title').inputValue()).toBe('Two lines')
  await page.getByRole('button', { name: 'Create case' }).click()
  await dialog('Case from this signal').waitFor({ state: 'detached' })
  const key = await page.getByRole('row').getByRole('button', { name: /^SEC-/ }).textContent()
  await press('e', '1', 'Enter')
  await says(/^Archived/)
  await press('u')
  await says(`Undone. It stays in ${key}.`)
})

test('nothing complained, and no text of a case ran', () => {
  expect(complaints).toEqual([])
})
