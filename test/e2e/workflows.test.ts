import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { look } from './axe.ts'
import { openExplorer } from './paired.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'

// Workflows over a real daemon: made as JSON, published, and run from a signal.

let daemon: RealDaemon
let context: BrowserContext
let page: Page
let root: string
let signal: string
const complaints: string[] = []

beforeAll(async () => {
  daemon = await startRealDaemon()
  const attributes = { title: 'Phishing reported by Ana', severity: 'critical', tags: ['source:sshd'] }
  signal = (await daemon.call('POST', '/api/local/signals', { data: { attributes } })).body.data.id
  ;({ context, page, root } = await openExplorer(daemon, complaints))
  await page.getByRole('grid', { name: 'Signals' }).waitFor()
})
afterAll(async () => {
  await context?.close()
  await daemon?.dispose()
})

const panel = (name: string | RegExp) => page.getByRole('dialog', { name })

test('a definition as JSON: what is wrong stands at its line; created, then published', async () => {
  await page.goto(`${root}#/workflows`)
  await page.getByText('No workflows yet').waitFor()
  await page.getByRole('button', { name: 'New workflow…' }).click()
  const editor = page.getByLabel('Workflow as JSON')
  const blank = await editor.inputValue()
  await editor.fill(blank.replace('"name": ""', '"name": "Second look"').replace('"review"', '"nowhere"'))
  await page.getByRole('alert').getByText('there is no step nowhere').waitFor()
  await look(page, 'workflow-editor')
  await editor.fill(blank.replace('"name": ""', '"name": "Second look"'))
  await page.getByText('The daemon would take it.').waitFor()
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await panel('Second look').getByRole('switch', { name: 'Second look published' }).click()
  await page.getByText('Second look published', { exact: true }).first().waitFor()
  await page.getByRole('row').filter({ hasText: '@workflow-second-look' }).waitFor()
  await look(page, 'workflows')
  const published = () => page.getByRole('row').getByRole('switch', { name: 'Second look published' }).isChecked()
  await page.keyboard.press('Escape')
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await expect.poll(published).toBe(false)
  await page.keyboard.press('x')
  await expect.poll(published).toBe(true)
})

test('S0-28, S2-44, S2-45: from a signal: suggested, its input, the signal beside it, and the run as it ends', async () => {
  await page.goto('about:blank')
  await page.goto(`${root}#/signals?signal=${signal}`)
  const open = panel('Phishing reported by Ana')
  await open.getByRole('button', { name: 'Run workflow…' }).click()
  await open.getByText('Suggested').waitFor()
  await open.getByRole('button', { name: 'Second look' }).click()
  await open.getByText('The signal, as the workflow sees it').waitFor()
  await look(page, 'workflow-run-form')
  await open.getByLabel('Why').fill('Ana is sure')
  await open.getByRole('button', { name: 'Run', exact: true }).click()
  await open.getByRole('region', { name: 'Workflows' }).getByText('Succeeded').first().waitFor()
  await open.getByText('Ana is sure: Phishing reported by Ana').first().waitFor()
  await open.getByRole('region', { name: 'Workflows' }).getByText('Second look').first().click()
  await look(page, 'workflow-run')
  const custom = (await daemon.call('GET', `/api/v2/security_monitoring/signals/${signal}`)).body.data.attributes.custom
  expect(custom.workflow.triage.state).toBe('under_review')
})

test('a title that is longer than the panel is wide: nothing scrolls sideways in its runs, nor in one of them', async () => {
  const title = `${'A title that goes on and on '.repeat(12)}${'x'.repeat(150)}`
  const made = await daemon.call('POST', '/api/local/signals', {
    data: { attributes: { title, severity: 'critical', tags: ['source:sshd'] } },
  })
  const [{ id }] = (await daemon.call('GET', '/api/v2/workflows?limit=10')).body.data
  const run = await daemon.call('POST', `/api/v2/workflows/${id}/instances`, {
    meta: { payload: {}, x_local: { signal_id: made.body.data.id } },
  })
  expect(run.status).toBe(200)
  await page.goto('about:blank')
  await page.goto(`${root}#/workflows?workflow=${id}`)
  const body = page.locator('.panel .body')
  const tooWide = () => body.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)
  const line = body.getByRole('button', { name: /A title that goes on/ })
  await line.waitFor()
  expect(await tooWide()).toBe(0)
  await look(page, 'workflow-runs-long')
  await line.click()
  await body.getByText('Outputs of say').click()
  expect(await tooWide()).toBe(0)
  await look(page, 'workflow-run-long')
  await page.goto('about:blank')
  await page.goto(`${root}#/signals?signal=${made.body.data.id}`)
  await body.getByRole('region', { name: 'Workflows' }).getByText('Second look').first().click()
  expect(await tooWide()).toBe(0)
})

test('a definition that a colleague changes while it is edited: it stays, the conflict is said, saved again', async () => {
  const [{ id }] = (await daemon.call('GET', '/api/v2/workflows?limit=10&filter[includeUnpublished]=true')).body.data
  await page.goto('about:blank')
  await page.goto(`${root}#/workflows?workflow=${id}&tab=json`)
  const editor = page.getByLabel('Workflow as JSON')
  await editor.waitFor()
  await editor.fill((await editor.inputValue()).replace('"name": "Second look"', '"name": "Third look"'))
  await daemon.call('PATCH', `/api/v2/workflows/${id}`, { data: { type: 'workflows', attributes: { description: 'Of a colleague' } } })
  await page.getByText('Somebody changed it meanwhile').waitFor()
  expect(await editor.inputValue()).toContain('Third look')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('alert').getByText('What you typed is still here').waitFor()
  await page.getByRole('region', { name: 'What is stored now' }).getByText('Of a colleague').waitFor()
  expect(await editor.inputValue()).toContain('Third look')
  await look(page, 'workflow-stale')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page
    .getByText(/Third look saved as version/)
    .first()
    .waitFor()
})

test('nothing went wrong in the page', () => expect(complaints).toEqual([]))
