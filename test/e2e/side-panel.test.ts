import { readFileSync } from 'node:fs'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { look as lookAt } from './axe.ts'
import { openChromium } from './chromium.ts'
import { createHands } from './hands.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'
import { background, outside, shot } from './surfaces.ts'

// The queue where there is little room, signals that are too old, and thousands of them: over a daemon that was there 31 days ago.

let daemon: RealDaemon
let context: BrowserContext
let page: Page
let root: string
const day = 86_400_000
const raise = async (on: RealDaemon, title: string, more: object = {}): Promise<string> =>
  (await on.call('POST', '/api/local/signals', { data: { attributes: { title, severity: 'high', ...more } } })).body.data.id
const one = async (id: string) => (await daemon.call('GET', `/api/v2/security_monitoring/signals/${id}`)).body.data.attributes.custom
const total = async (query: string) => (await daemon.explore('signals', query, { limit: 0 })).meta.total as number
let old: string

beforeAll(async () => {
  const before = await startRealDaemon({ clockOffset: -31 * day })
  old = await raise(before, 'From last month', { entities: ['@network.client.ip:203.0.113.4'] })
  await before.stop()
  daemon = await startRealDaemon({ after: before })
  for (let i = 0; i < 6; i++)
    await raise(daemon, `Port scan ${i}`, {
      severity: ['critical', 'high', 'medium', 'low', 'info'][i % 5],
      tags: ['category:reconnaissance', 'env:prod'],
      entities: [`@network.client.ip:198.51.100.${i + 1}`, '@usr.name:root', 'service:gateway'],
    })
  let id: string
  ;({ context, id } = await openChromium(`${process.cwd()}/extension/.output/chrome-mv3`))
  root = `chrome-extension://${id}`
  page = await context.newPage()
  await page.setViewportSize({ width: 360, height: 760 })
  await page.goto(`${root}/sidepanel.html`)
  await page.getByLabel('Pairing code').waitFor()
  const { body } = await daemon.call('POST', '/api/local/pairing', {})
  await background(page, { type: 'pair', url: daemon.url, code: body.data.attributes.code })
  await page.getByRole('grid', { name: 'Signals' }).waitFor()
})
afterAll(async () => {
  await context?.close()
  await daemon?.dispose()
})

const panel = (name: string) => page.getByRole('dialog', { name })
const { view, press, says } = createHands(
  () => page,
  () => root,
)
const fresh = (hash: string, surface = 'sidepanel') => view(`/${surface}.html${hash}`, 'Signals')
/** A picture, no fault that axe finds, in light and dark, and nothing that lies beside the place there is. */
async function look(name: string): Promise<void> {
  await lookAt(page, name)
  const wide = await page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter(of => of.getBoundingClientRect().right > innerWidth + 1 && of.checkVisibility() && !of.closest('.rail, .tabs, .sr, pre'))
      .map(of => `${of.tagName} ${of.className}`.slice(0, 80)),
  )
  expect(wide, name).toEqual([])
}

test('no host is asked for beside the daemon’s, and each browser has its place for the panel', () => {
  const manifest = (browser: string) => JSON.parse(readFileSync(`extension/.output/${browser}-mv3/manifest.json`, 'utf8'))
  const [chrome, firefox] = [manifest('chrome'), manifest('firefox')]
  for (const { host_permissions } of [chrome, firefox]) expect(host_permissions).toEqual(['http://127.0.0.1/*', 'http://localhost/*'])
  expect([chrome.side_panel, chrome.permissions]).toEqual([
    { default_path: 'sidepanel.html' },
    ['contextMenus', 'storage', 'alarms', 'scripting', 'activeTab', 'sidePanel'],
  ])
  expect([firefox.sidebar_action.default_panel, firefox.permissions]).toEqual([
    'sidepanel.html',
    ['contextMenus', 'storage', 'alarms', 'scripting', 'activeTab'],
  ])
  const ours = ['look-up', 'look-up-all', 'mark-page']
  expect(Object.keys(chrome.commands)).toEqual(['_execute_action', 'open-side-panel', ...ours])
  expect(Object.keys(firefox.commands)).toEqual(['_execute_action', '_execute_sidebar_action', ...ours])
})

test('360 px: the open queue, its panel, and triage by keys', async () => {
  await fresh('')
  expect(new URL(page.url()).hash).toContain('state%3Aopen')
  await page.getByText('6 signals').waitFor()
  await look('side-queue')
  await press('j', 'Enter')
  await panel('Port scan 5').getByText('What happened').waitFor()
  await panel('Port scan 5').getByText('opened it as').waitFor()
  await look('side-signal')
  await press('e')
  await look('side-archive')
  await press('1', 'Enter')
  await says('Archived as false positive')
  await press('Escape', 'x', 'Shift+J')
  await page.getByText('2 selected').waitFor()
  await look('side-bulk')
  await press('Escape')
  await press('f')
  await look('side-facets')
  await press('Escape')
})

test('360 px: logs, audit, rules and settings are there as well', async () => {
  for (const section of ['logs', 'audit', 'rules', 'feeds', 'settings']) {
    await page.goto(`${root}/sidepanel.html#/${section}`)
    await page.getByRole('main').first().waitFor()
    await shot(page, `side-${section}`)
  }
})

test('320 px, as at 400 %: the queue, a signal, why it is archived and the logs', async () => {
  await page.setViewportSize({ width: 320, height: 512 })
  await fresh('')
  await page.getByText(/\d signals/).waitFor()
  await look('side-320-queue')
  await press('j', 'Enter')
  await page.getByRole('dialog').getByText('What happened').waitFor()
  await look('side-320-signal')
  await press('e')
  await look('side-320-archive')
  await press('Escape', 'Escape')
  for (const [section, looks] of [
    ['logs', look],
    ['feeds', look],
    ['settings', (name: string) => lookAt(page, name)],
  ] as const) {
    await page.goto(`${root}/sidepanel.html#/${section}`)
    await page.getByRole('main').first().waitFor()
    await looks(`side-320-${section}`)
  }
  await page.setViewportSize({ width: 360, height: 760 })
})

test('320 px: nothing of attackers and denylist is out of reach', async () => {
  await page.setViewportSize({ width: 320, height: 720 })
  await daemon.call('POST', '/api/local/denylist', { data: { attributes: { kind: 'ip', value: '93.184.7.7', duration: '1h' } } })
  for (const [section, list] of [
    ['attackers', 'Attackers'],
    ['denylist', 'Denylist'],
  ] as const) {
    await view(`/sidepanel.html#/${section}`, list)
    await expect.poll(() => outside(page), { message: section }).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth), section).toBe(320)
  }
  await page.setViewportSize({ width: 360, height: 760 })
})

test.each([360, 320])('%i px: nothing of the bar of sections is cut', async width => {
  await page.setViewportSize({ width, height: 760 })
  const bar = page.getByRole('navigation', { name: 'Sections' })
  await expect.poll(() => bar.evaluate(({ clientWidth, scrollWidth }) => scrollWidth - clientWidth)).toBe(0)
  await page.setViewportSize({ width: 360, height: 760 })
})

test('P in the popup opens it beside the page', async () => {
  const popup = await context.newPage()
  await popup.goto(`${root}/popup.html`)
  await popup.getByRole('button', { name: /^Side panel/ }).waitFor()
  const opened = () =>
    popup.evaluate(async () => {
      const { chrome } = globalThis as unknown as { chrome: { runtime: { getContexts(of: object): Promise<{ documentUrl: string }[]> } } }
      return (await chrome.runtime.getContexts({ contextTypes: ['SIDE_PANEL'] })).map(({ documentUrl }) => documentUrl)
    })
  await popup.evaluate(() => {
    // the popup would be gone
    window.close = () => {}
  })
  await popup.getByRole('button', { name: /^Side panel/ }).click()
  await expect.poll(opened).toEqual([expect.stringContaining(`${root}/sidepanel.html`)])
  await popup.close()
})

test('a signal of 31 days ago: it can be read, and says why nothing of it changes', async () => {
  await page.setViewportSize({ width: 1440, height: 900 })
  await fresh(`#/signals?from=0&query=${encodeURIComponent('"From last month"')}`, 'explorer')
  const row = page.getByRole('row').filter({ has: page.getByText('From last month', { exact: true }) })
  expect(await row.getByRole('button', { name: /^Triage state/ }).getAttribute('aria-disabled')).toBe('true')
  expect(await row.getByRole('button', { name: /^Triage state/ }).getAttribute('title')).toBe('Older than 30 days, can no longer change.')
  await press('j', 'e')
  await says('Not changed: Older than 30 days, can no longer change.')
  await press('Enter')
  const shown = panel('From last month')
  await shown.locator('header').getByText('Older than 30 days, can no longer change.').waitFor()
  await shown.getByText('opened it as').waitFor()
  for (const name of ['Under review', 'Archived', /^Archive…/])
    expect(await shown.getByRole('button', { name }).getAttribute('aria-disabled')).toBe('true')
  await press('r', 'a', 'z')
  expect((await one(old)).workflow.triage).toMatchObject({ state: 'open', assignee: { id: -1 } })
  await shot(page, 'signal-locked')
  // all that a query finds: what is too old is said, and stays as it is
  await press('Escape', 'x')
  await page.getByText('1 selected').waitFor()
  await press('Escape')
})

test('Stop in the middle of very many: it says how far it came, and U puts that back', async () => {
  const perRule = 900
  const rules = Array.from({ length: 8 }, (_, i) => `source:many-${i}`)
  for (const query of rules)
    await daemon.call('POST', '/api/v2/security_monitoring/rules', {
      ...{ name: query, message: 'x', tags: ['many:yes'], queries: [{ query, groupByFields: ['@n'] }], cases: [{ status: 'info' }] },
      options: { detectionMethod: 'threshold', evaluationWindow: 0, keepAlive: 60, maxSignalDuration: 60 },
    })
  for (const [i] of rules.entries())
    await daemon.call(
      'POST',
      '/api/v2/logs',
      Array.from({ length: perRule }, (_, n) => ({ ddsource: `many-${i}`, message: 'x', n })),
    )
  const all = perRule * rules.length
  await vi.waitFor(async () => expect(await total('many:yes')).toBe(all), { timeout: 60_000, interval: 200 })
  await fresh(`#/signals?query=${encodeURIComponent('many:yes')}`, 'explorer')
  await press('j', 'x')
  await page.getByRole('button', { name: /^Select all 7,200 that match/ }).click()
  await page.getByText('7,200 that match', { exact: true }).waitFor()
  await press('r')
  await page.locator('.toast').getByRole('button', { name: 'Stop' }).click()
  await says(/^Put [\d,]+ signals in review, stopped after [\d,]+ of 7,200$/)
  const moved = await total('many:yes @workflow.triage.state:under_review')
  expect(moved).toBeGreaterThan(0)
  expect(moved).toBeLessThan(all)
  await page.getByText(`Put ${moved.toLocaleString('en')} signals in review`).waitFor()
  await press('u')
  await says(/^Undone for [\d,]+ signals$/)
  expect(await total('many:yes @workflow.triage.state:under_review')).toBe(0)
}, 180_000)
