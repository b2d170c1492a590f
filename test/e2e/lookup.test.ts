import { readFileSync } from 'node:fs'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { look } from './axe.ts'
import { startDesk, text } from './lookup-data.ts'
import { openExplorer } from './paired.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'
import { background } from './surfaces.ts'

// Looking up all that a page or a text holds, over a real daemon: a table, with filter, order, files and what is known of one.

let daemon: RealDaemon
let context: BrowserContext
let page: Page
let root: string
let desk: Awaited<ReturnType<typeof startDesk>>
const complaints: string[] = []

beforeAll(async () => {
  daemon = await startRealDaemon()
  desk = await startDesk(daemon)
  ;({ context, page, root } = await openExplorer(daemon, complaints))
})
afterAll(async () => {
  await context?.close()
  await daemon?.dispose()
  desk?.close()
})

const row = (value: string) => page.getByRole('row').filter({ hasText: value })

test('a text that is pasted: each value once, the known ones first; a filter, a kind', async () => {
  await page.goto('about:blank')
  await page.goto(`${root}#/lookup`)
  await page.getByText('What shall be looked up?').waitFor()
  await look(page, 'lookup-empty')
  await page.getByLabel('Text to look through').fill(text)
  await page.getByRole('button', { name: 'Look up', exact: true }).click()
  await row('203.0.113.9').getByText('Malicious').waitFor()
  await page.getByText('8 values', { exact: true }).waitFor()
  await look(page, 'lookup')
  expect(await row('main.rs').count()).toBe(0)
  await page.getByLabel('Filter').fill('malicious bad.example')
  await page.getByText('4 of 8 values', { exact: true }).waitFor()
  await page.getByLabel('Filter').fill('')
  await page.getByRole('button', { name: 'Kind: All kinds' }).click()
  await page.getByRole('menuitemradio', { name: 'E-mail (1)' }).click()
  await page.getByText('1 of 8 values', { exact: true }).waitFor()
  await row('eve@bad.example').click()
  const panel = page.getByRole('dialog', { name: 'eve@bad.example' })
  await panel.getByText('1 log,').waitFor()
  await look(page, 'lookup-value')
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })
})

test('links to other sites: from the row, from what is known of it; each opened by a press alone, and told nothing', async () => {
  await page.getByRole('button', { name: 'Kind: E-mail' }).click()
  await page.getByRole('menuitemradio', { name: 'All kinds' }).click()
  const openDesk = async (press: () => Promise<void>) => {
    const [opened] = await Promise.all([context.waitForEvent('page'), press()])
    await opened.waitForLoadState()
    expect(await opened.evaluate(() => [window.opener, document.referrer])).toEqual([null, ''])
    await opened.close()
    return desk.visits.splice(0)
  }
  await row('https://bad.example/a')
    .getByRole('button', { name: /elsewhere$/ })
    .click()
  await look(page, 'lookup-links')
  expect(desk.visits).toEqual([])
  const url = '/desk?q=https%3A%2F%2Fbad.example%2Fa%3Fb%3D1'
  expect(await openDesk(() => page.getByRole('menuitem', { name: 'Desk' }).click())).toEqual([{ url, referer: undefined }])

  await row('10.1.2.3')
    .getByRole('button', { name: /elsewhere$/ })
    .click()
  const shodan = page.getByRole('menuitem', { name: 'Shodan' })
  expect([await shodan.getAttribute('aria-disabled'), await shodan.getAttribute('title')]).toEqual([
    'true',
    'Not offered: this is a private address, and the site is outside of your network',
  ])
  await page.keyboard.press('Escape')
  await row('10.1.2.3').click()
  const panel = page.getByRole('dialog', { name: '10.1.2.3' })
  await panel.getByText(/Not offered: this is a private address.*: VirusTotal, AbuseIPDB/).waitFor()
  const links = panel.getByRole('link')
  expect(await links.allInnerTexts()).toEqual(['Desk'])
  expect(await links.first().getAttribute('rel')).toBe('noopener noreferrer')
  await look(page, 'lookup-panel-links')
  expect(await openDesk(() => links.first().click())).toEqual([{ url: '/desk?q=10.1.2.3', referer: undefined }])
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })
})

test('what lies on a host that is known: that it is the host, in the row, beside it and in the file; the value itself is in no feed', async () => {
  await page
    .getByLabel('Text to look through')
    .fill('http://203.0.113.77/drop.sh and who@watch.example, not https://fine.example/a nor 203.0.112.0/22')
  await page.getByRole('button', { name: 'Look up', exact: true }).click()
  await page.getByText('7 values', { exact: true }).waitFor()
  const known = async (value: string) => (await row(value).getByRole('gridcell').allInnerTexts()).slice(2, 4)
  expect(await known('http://203.0.113.77/drop.sh')).toEqual([
    'Its host: malicious',
    '=SUM(A1) (its host 203.0.113.77, as part of 203.0.113.0/24)',
  ])
  expect(await known('who@watch.example')).toEqual(['Its domain: malicious', '=SUM(A1) (its domain watch.example)'])
  expect(await known('203.0.112.0/22')).toEqual(['1 listed inside', ''])
  expect(await known('https://fine.example/a')).toEqual(['nothing', ''])
  await look(page, 'lookup-hosts')
  await row('http://203.0.113.77/drop.sh').click()
  const panel = page.getByRole('dialog', { name: 'http://203.0.113.77/drop.sh' })
  await panel.getByText('no feed knows it').waitFor()
  await panel.getByRole('heading', { name: 'Its host 203.0.113.77' }).waitFor()
  await panel.getByText('as part of 203.0.113.0/24').waitFor()
  await look(page, 'lookup-host-panel')
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })
  await page.getByLabel('Text to look through').fill(text)
  await page.getByRole('button', { name: 'Look up', exact: true }).click()
  await page.getByText('8 values', { exact: true }).waitFor()
})

test('as a file: no cell is a formula, and a line each', async () => {
  const saved = async (name: string) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name, exact: true }).click()])
    return readFileSync((await download.path())!, 'utf8')
  }
  const csv = await saved('CSV')
  expect(csv).toContain(`"203.0.113.9","ip","match","malicious","'=SUM(A1)"`)
  // a rule may have made a signal of it by then
  expect(csv).toMatch(/"https:\/\/bad\.example\/a\?b=1","url","unknown",(?:"",){7}"bad.example","(?:match|signal)","malicious","'=SUM/)
  expect(csv.trimEnd().split('\r\n')).toHaveLength(9)
  const lines = (await saved('NDJSON')).trimEnd().split('\n')
  expect(lines.map(line => JSON.parse(line).value)).toContain('CVE-2021-44228')
})

test('copied, so that nobody follows them', async () => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Copy defanged' }).click()
  await page.getByText('Copied 8 values, defanged').waitFor()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied.split('\n')).toEqual(expect.arrayContaining(['203[.]0[.]113[.]9', 'eve[@]bad[.]example', 'hxxps://bad[.]example/a?b=1']))
})

test('all on a page, from the popup: what it shows comes into a table of its own', async () => {
  const host = await context.newPage()
  await host.goto(desk.origin)
  await host.bringToFront()
  const opened = context.waitForEvent('page')
  await background(page, { type: 'lookUpPage' })
  const table = await opened
  await table.getByText('8 values', { exact: true }).waitFor()
  await table.getByRole('row').filter({ hasText: '10.1.2.3' }).getByText('private').waitFor()
  await table.close()
  await host.close()
  expect(complaints).toEqual([])
})
