import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserContext, Page, Worker } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRandom } from '../daemon/engine/random-logs.ts'
import { look } from './axe.ts'
import { openChromium } from './chromium.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'
import { background, stopWorker } from './surfaces.ts'

// Lines selected on a page, over a real daemon: read whole, shown in a window of our own, and done only there.

const attacker = '203.0.113.66'
const stamp = (seconds: number) => new Date(Date.now() - 3_600_000 + seconds * 1000).toISOString()
const log = [
  `<38>1 ${stamp(0)} lab sshd 24201 - - Failed password for root from ${attacker} port 40001 ssh2`,
  `<38>1 ${stamp(10)} lab sshd 24202 - - Failed password for invalid user \u202Enimda from ${attacker} port 40002 ssh2`,
  '{"level":"error","message":"<img src=x onerror=alert(1)>","usr":{"name":"ana"}}',
  'not selected',
]
const inHtml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const pages: Record<string, string> = {
  '/log': `<title>auth.log on lab</title><pre id="log">${inHtml(log.join('\n'))}</pre>`,
}
const server = createServer((request, response) => {
  const html = pages[request.url ?? '']
  response.writeHead(html === undefined ? 204 : 200, { 'content-type': 'text/html; charset=utf-8' })
  response.end(`<!doctype html>${html ?? ''}`)
})

let daemon: RealDaemon
let context: BrowserContext
let worker: Worker
let root: string
let origin: string
let own: Page
const complaints: string[] = []

beforeAll(async () => {
  daemon = await startRealDaemon()
  const feed = await daemon.call('POST', '/api/local/feeds', {
    data: { type: 'feed', attributes: { name: 'scanners', format: 'netset', category: 'scanner', intention: 'malicious' } },
  })
  await daemon.call('PUT', `/api/local/feeds/${feed.body.data.id}/content`, `${attacker}\n`)
  server.listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let id: string
  ;({ context, worker, id } = await openChromium(`${process.cwd()}/extension/.output/chrome-mv3`))
  root = `chrome-extension://${id}`
  context.on('page', page => {
    page.on('console', message => message.type() === 'error' && complaints.push(message.text()))
    page.on('dialog', dialog => complaints.push(dialog.message()))
  })
  own = await context.newPage()
  await own.goto(`${root}/options.html`)
  const { body } = await daemon.call('POST', '/api/local/pairing', {})
  await background(own, { type: 'pair', url: daemon.url, code: body.data.attributes.code })
})
afterAll(async () => {
  await context?.close()
  server.close()
  await daemon?.dispose()
})

declare const chrome: {
  tabs: { query(of: object): Promise<{ id?: number; url?: string }[]> }
  contextMenus: { onClicked: { dispatch(info: object, tab: object): void } }
}
/** What a click on an entry of the context menu is to the background; headless browsers have no menus. */
const pick = (entry: string, page: Page, selectionText = '') =>
  worker.evaluate(
    async ([entry, url, selectionText]) => {
      const tabs = await chrome.tabs.query({})
      // of a page of the browser its address is not told
      const tab = tabs.find(tab => tab.url === url) ?? tabs.find(tab => tab.url === undefined)!
      chrome.contextMenus.onClicked.dispatch({ menuItemId: entry, frameId: 0, pageUrl: url, selectionText, editable: false }, tab)
    },
    [entry, page.url(), selectionText] as const,
  )
/** The window that opens over what is selected. */
async function choose(entry: string, page: Page, selectionText = ''): Promise<Page> {
  const [window] = await Promise.all([context.waitForEvent('page'), pick(entry, page, selectionText)])
  await window.waitForURL(/evidence\.html/)
  return window
}
async function visit(path: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(origin + path)
  return page
}
/** Select as a person does who drags over the first lines of a text. */
const selectLines = (page: Page, count: number) =>
  page.evaluate(count => {
    const text = document.querySelector('pre')!.firstChild as Text
    const to = text.data.split('\n').slice(0, count).join('\n').length
    getSelection()!.setBaseAndExtent(text, 0, text, to)
  }, count)
const kept = async () =>
  (await daemon.call('GET', '/api/local/evidence?page[limit]=100')).body.data as { id: string; attributes: Record<string, unknown> }[]

test('three lines of a log page → shown, then kept: hash, place, logs with source:browser, enriched', async () => {
  const page = await visit('/log')
  await selectLines(page, 3)
  const window = await choose('keep', page)
  await window.getByText('malicious').first().waitFor({ state: 'attached' })
  await window.locator('.read').nth(2).waitFor()
  expect(await window.locator('.lines .unseen').allTextContents()).toContain('U+202E')
  await window.locator('.read summary').first().click()
  await window.getByText('@evt.outcome').first().waitFor()
  await look(window, 'evidence')
  expect(await kept()).toEqual([])

  await window.getByRole('button', { name: 'Keep logs' }).click()
  await window.getByText('Kept as evidence.').waitFor()
  await look(window, 'evidence-kept')
  const [one] = await kept()
  const text = log.slice(0, 3).join('\n')
  const sha256 = createHash('sha256').update(text).digest('hex')
  expect(one!.attributes).toMatchObject({ sha256, lines: 3, page: { url: `${origin}/log`, title: 'auth.log on lab' }, state: 'kept' })
  expect(await window.locator('dd.mono').textContent()).toBe(sha256)
  const found = await daemon.explore('logs', `source:browser @evidence.id:"${one!.id}" @threat_intel.indicators_matched:${attacker}`)
  expect(found.meta.total).toBe(2)

  const [explorer] = await Promise.all([context.waitForEvent('page'), window.getByRole('link', { name: 'Show 3 logs' }).click()])
  await explorer.getByRole('grid').waitFor()
  await expect.poll(() => explorer.getByRole('row').count()).toBe(4)
  expect(await window.locator('img, script:not([type=module])').count()).toBe(0)
  await Promise.all([explorer.close(), window.close(), page.close()])
})

test('Search in Signalbox: the address in the lines, and nothing is kept', async () => {
  const before = (await kept()).length
  const page = await visit('/log')
  await selectLines(page, 2)
  const [explorer] = await Promise.all([context.waitForEvent('page'), pick('search', page)])
  await explorer.waitForURL(/explorer\.html/)
  expect(new URLSearchParams(new URL(explorer.url()).hash.split('?')[1]).get('query')).toBe(`@network.ip.list:${attacker}`)
  await expect.poll(() => explorer.getByRole('row').count()).toBeGreaterThan(1)
  expect((await kept()).length).toBe(before)
  await Promise.all([explorer.close(), page.close()])
})

test('Create signal: the lines are its samples', async () => {
  const page = await visit('/log')
  await selectLines(page, 2)
  const window = await choose('signal', page)
  await window.getByLabel('Title').fill('Root guessed on lab')
  await window.getByLabel('Severity').selectOption('high')
  await window.locator('.read').nth(1).waitFor()
  await look(window, 'evidence-signal')
  await window.getByRole('button', { name: 'Create signal' }).click()
  await window.getByText('Signal created.').waitFor()
  const { data } = await daemon.explore('signals', '@title:"Root guessed on lab"')
  expect(data).toHaveLength(1)
  expect(data[0].attributes.custom.samples).toHaveLength(2)
  expect(data[0].attributes.status).toBe('high')
  await Promise.all([window.close(), page.close()])
})

test('Add to case, Declare incident: new ones, and to what is there', async () => {
  const page = await visit('/log')
  await selectLines(page, 3)
  const window = await choose('case', page)
  await window.getByLabel('Title').fill('Root is guessed')
  await window.locator('.read').nth(2).waitFor()
  await window.getByRole('button', { name: 'Create case' }).click()
  await window.getByText('Case SEC-1 created.').waitFor()
  const { id } = (await kept())[0]!
  const caseOf = async () => (await daemon.call('GET', '/api/v2/cases/SEC-1')).body.data.attributes
  expect((await caseOf()).insights).toEqual([expect.objectContaining({ type: 'EVIDENCE', resource_id: id })])

  await window.getByText('Declare incident', { exact: true }).first().click()
  await window.getByLabel('Severity').selectOption('SEV-2')
  await look(window, 'evidence-incident')
  await window.getByRole('button', { name: 'Declare incident' }).click()
  await window.getByText('Incident INC-1 created.').waitFor()
  expect((await kept()).length).toBe(new Set((await kept()).map(({ id }) => id)).size)
  const incident = (await daemon.call('GET', '/api/v2/incidents/1')).body.data.attributes
  expect(incident).toMatchObject({ title: 'Root is guessed', severity: 'SEV-2' })
  expect(JSON.stringify((await daemon.call('GET', '/api/local/incidents/1/timeline')).body)).toContain(id)
  await window.close()

  await selectLines(page, 1)
  const next = await choose('case', page)
  await expect.poll(() => next.locator('datalist option').count()).toBe(1)
  await next.getByLabel('Add to', { exact: true }).fill('SEC-99')
  await next.locator('.read').first().waitFor()
  await next.getByRole('button', { name: 'Add to SEC-99' }).click()
  await next.getByText(/^Not done: /).waitFor()
  await next.getByLabel('Add to', { exact: true }).fill('SEC-1')
  await next.getByRole('button', { name: 'Add to SEC-1' }).click()
  await next.getByText('Added to SEC-1.').waitFor()
  await next.getByText('Declare incident', { exact: true }).first().click()
  await next.getByLabel('Add to', { exact: true }).fill('INC-1')
  await next.getByRole('button', { name: 'Add to INC-1' }).click()
  await next.getByText('Added to INC-1.').waitFor()
  expect((await caseOf()).insights).toHaveLength(2)
  await Promise.all([next.close(), page.close()])
})

test('more than is kept: said, and nothing can be confirmed', async () => {
  const page = await visit('/log')
  await page.evaluate(() => {
    document.querySelector('pre')!.textContent = 'a line of a log\n'.repeat(700_000)
  })
  await page.evaluate('getSelection().selectAllChildren(document.body)')
  const window = await choose('keep', page)
  await window.getByText('More is selected than is kept').waitFor()
  expect(await window.getByRole('button', { name: 'Keep logs' }).getAttribute('aria-disabled')).toBe('true')
  await look(window, 'evidence-too-much')
  await Promise.all([window.close(), page.close()])
})

test('where no script is let in: what the browser gives, and that its line breaks are lost', async () => {
  const page = await context.newPage()
  await page.goto('chrome://version')
  const window = await choose('keep', page, 'one two three')
  await window.getByText('Line breaks lost').waitFor()
  expect(await window.locator('.lines code').textContent()).toBe('one two three')
  await Promise.all([window.close(), page.close()])
})

const stops = 20
const seed = Number(process.env['SIGNALBOX_TEST_SEED'] ?? Date.now() % 1_000_000)
test(`${stops} random stops of the worker, seed ${seed}: done once, or shown as not done`, { timeout: 400_000 }, async () => {
  const random = createRandom(seed)
  const page = await visit('/log')
  const file = (await daemon.call('POST', '/api/local/cases', { data: { attributes: { title: `Kept in ${seed}` } } })).body.data
  const { key } = file.attributes as { key: string }
  const ends = {
    keep: ['Keep logs', 'Kept as evidence.'],
    signal: ['Create signal', 'Signal created.'],
    case: ['Create case', /^Case .* created\.$/],
    incident: ['Declare incident', /^Incident .* created\.$/],
    add: [`Add to ${key}`, `Added to ${key}.`],
  } as const
  const does = Object.keys(ends) as (keyof typeof ends)[]
  const outcomes: Record<string, number> = {}
  for (let i = 0; i < stops; i++) {
    const action = does[random.below(does.length)]!
    const name = `stop${seed}n${i}`
    const text = `${name} line one from ${attacker}\n${name} line two`
    await page.evaluate(text => {
      document.querySelector('pre')!.textContent = text
      getSelection()!.selectAllChildren(document.body)
    }, text)
    await awake()
    const [button, end] = ends[action]
    const window = await choose(action === 'add' ? 'case' : action, page)
    if (random.below(4) === 0) await stopWorker(context, root)
    // where the worker was stopped while the daemon read the lines, the window says so and asks again
    const [shown, again] = [window.locator('.read').nth(1), window.getByRole('button', { name: 'Try again' })]
    await shown.or(again).first().waitFor()
    if (await again.isVisible()) await again.click()
    await shown.waitFor()
    if (action === 'add') await window.getByLabel('Add to', { exact: true }).fill(key)
    else if (action !== 'keep') await window.getByLabel('Title').fill(name)
    await window.getByRole('button', { name: button }).click()
    await new Promise(resolve => setTimeout(resolve, random.below(120)))
    await stopWorker(context, root)
    const done = window.getByText(end)
    await done
      .or(window.getByText(/^Not done: /))
      .first()
      .waitFor({ timeout: 60_000 })
    const isDone = await done.isVisible()
    outcomes[isDone ? 'done' : 'not done'] = (outcomes[isDone ? 'done' : 'not done'] ?? 0) + 1
    const sha256 = createHash('sha256').update(text).digest('hex')
    const evidence = (await kept()).filter(({ attributes }) => attributes['sha256'] === sha256)
    const made = {
      keep: async () => evidence.length,
      signal: async () => (await daemon.explore('signals', `@title:"${name}"`)).meta.total as number,
      case: async () => (await daemon.call('GET', `/api/v2/cases?filter=${name}`)).body.data.length as number,
      incident: async () => (await daemon.call('GET', `/api/v2/incidents/search?query=${name}`)).body.data.attributes.total as number,
      add: async () => {
        const { insights } = (await daemon.call('GET', `/api/v2/cases/${key}`)).body.data.attributes as {
          insights: { resource_id: string }[]
        }
        return insights.filter(({ resource_id }) => evidence.some(({ id }) => id === resource_id)).length
      },
    }[action]
    expect([i, action, evidence.length, await made()]).toEqual([i, action, ...(isDone ? [1, 1] : [evidence.length && 1, 0])])
    expect((await daemon.explore('logs', `"${name} line"`)).meta.total).toBe(2 * evidence.length)
    await window.close()
  }
  console.log(outcomes)
  // the audit trail has each of them once, and nothing else
  const audited = async (type: string) =>
    (await daemon.explore('audit', `@asset.type:${type} @action:created`, { limit: 0 })).meta.total as number
  expect(await audited('evidence')).toBe((await kept()).length)
  expect(await audited('case')).toBe((await daemon.call('GET', '/api/v2/cases?page[size]=100')).body.meta.page.total)
  expect(await audited('incident')).toBe((await daemon.call('GET', '/api/v2/incidents/search?query=')).body.data.attributes.total)
  expect((await daemon.call('GET', '/api/local/audit/verification')).body.data.attributes.intact).toBe(true)
  await page.close()
})
/** The worker that runs now, woken where none does. */
async function awake(): Promise<void> {
  await background(own, { type: 'status' })
  await expect.poll(() => context.serviceWorkers().length).toBeGreaterThan(0)
  worker = context.serviceWorkers().at(-1)!
}

test('no complaint, no script of a line', () => {
  expect(complaints).toEqual([])
})
