import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { look } from './axe.ts'
import { openExplorer } from './paired.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'

// What is deleted or changed by somebody else while its panel opens.

let daemon: RealDaemon
let context: BrowserContext
let page: Page
let root: string
const complaints: string[] = []

/** The page asks by this. Its first question of a type gets its answer when it is released, or all of them get the given one. */
function holdFirst(type: string, answer: object | null) {
  const { runtime } = (globalThis as unknown as { chrome: { runtime: { sendMessage(message: { type: string }): Promise<unknown> } } })
    .chrome
  const send = runtime.sendMessage.bind(runtime)
  const page = globalThis as unknown as { held: number; release(): void }
  const released = new Promise<void>(resolve => (page.release = resolve))
  page.held = 0
  runtime.sendMessage = async message => {
    if (message.type !== type) return send(message)
    if (answer) return answer
    const said = await send(message)
    if (page.held++ === 0) await released
    return said
  }
}
async function fresh(hash: string, hold?: [type: string, answer: object | null]): Promise<void> {
  await page.close()
  page = await context.newPage()
  page.on('pageerror', error => complaints.push(String(error)))
  await page.setViewportSize({ width: 1440, height: 900 })
  if (hold) await page.addInitScript(`(${holdFirst})(...${JSON.stringify(hold)})`)
  await page.goto(`${root}${hash}`)
  await page.locator('.conn').getByText('Live').waitFor()
}
const held = () => page.evaluate(() => (globalThis as unknown as { held: number }).held)
const release = () => page.evaluate(() => (globalThis as unknown as { release(): void }).release())
const panel = (name: string | RegExp) => page.getByRole('dialog', { name })
const make = async (path: string, type: string, attributes: object) =>
  (await daemon.call('POST', path, { data: { type, attributes } })).body.data

beforeAll(async () => {
  daemon = await startRealDaemon()
  ;({ context, page, root } = await openExplorer(daemon, complaints))
})
afterAll(async () => {
  await context?.close()
  await daemon?.dispose()
})

test('an incident that is deleted between the answer and its panel, and is not in the list: it is gone', async () => {
  const { id, attributes } = await make('/api/v2/incidents', 'incidents', { title: 'Short-lived', customer_impacted: false })
  await fresh(`#/incidents?search=nothing&incident=${attributes.public_id}`, ['incident', null])
  await expect.poll(held).toBe(1)
  await daemon.call('DELETE', `/api/v2/incidents/${id}`)
  await panel('No such incident').getByText('There is no such incident here').waitFor()
  // the answer that was read before comes too late
  await release()
  await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))
  expect(await panel('No such incident').isVisible()).toBe(true)
})

test('a case that is renamed between the answer and its panel, and is not in the list: as it is now', async () => {
  const { id } = await make('/api/local/cases', 'case', { title: 'Before' })
  await fresh(`#/cases?search=nothing&case=${id}`, ['case', null])
  await expect.poll(held).toBe(1)
  await daemon.call('POST', `/api/v2/cases/${id}/title`, { data: { type: 'case', attributes: { title: 'After' } } })
  await panel(/After$/).waitFor()
  await release()
  await panel(/After$/)
    .getByRole('tab', { name: 'Timeline' })
    .click()
  await panel(/After$/)
    .getByText('Before')
    .waitFor()
})

test('a rule that is in the list and deleted while it is open: it is gone, and nothing of it can be pressed', async () => {
  const path = '/api/v2/security_monitoring/rules'
  const { body } = await daemon.call('POST', path, {
    name: 'Short-lived',
    message: 'x',
    queries: [{ name: 'a', query: 'service:nothing' }],
    cases: [{ status: 'low', condition: 'a > 5' }],
    options: { detectionMethod: 'threshold', evaluationWindow: 300, keepAlive: 3600, maxSignalDuration: 86400 },
  })
  await fresh('#/rules?search=short')
  await page.getByRole('row').filter({ hasText: 'Short-lived' }).click()
  await panel('Short-lived').getByRole('switch').waitFor()
  await daemon.call('DELETE', `${path}/${body.id}`)
  await panel('Short-lived is gone').getByText('This rule was deleted').waitFor()
  expect(await panel('Short-lived is gone').getByRole('switch').count()).toBe(0)
  await look(page, 'gone-rule')
})

test('a workflow that is deleted while it is open: it is gone, and nothing of it can be pressed', async () => {
  const steps = [{ name: 'say', actionId: 'add_note', parameters: [{ name: 'text', value: 'gone' }] }]
  const attributes = { name: 'Short-lived', spec: { triggers: [{ securityTrigger: {} }], steps } }
  const { id } = await make('/api/v2/workflows', 'workflows', attributes)
  await fresh(`#/workflows?workflow=${id}`)
  await panel('Short-lived').getByRole('tab', { name: 'Definition' }).click()
  await page.getByRole('textbox', { name: 'Workflow as JSON' }).waitFor()
  await daemon.call('DELETE', `/api/v2/workflows/${id}`)
  await panel('Short-lived is gone').getByText('This workflow was deleted').waitFor()
  expect(await panel('Short-lived is gone').getByRole('switch').count()).toBe(0)
})

test('a signal that goes while its panel opens: it is gone, and nothing of it can be pressed', async () => {
  await make('/api/local/signals', 'signal', { title: 'Short-lived', severity: 'high' })
  await fresh('#/signals', ['investigate', { status: 404, error: 'Signal not found' }])
  await page.getByRole('row').filter({ hasText: 'Short-lived' }).getByText('Short-lived').click()
  await panel('Short-lived is gone').getByText('This signal was deleted').waitFor()
  expect(await panel('Short-lived is gone').getByRole('tab').count()).toBe(0)
  await look(page, 'gone-signals')
})

test('nothing went wrong', () => expect(complaints).toEqual([]))
