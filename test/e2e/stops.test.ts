import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRandom } from '../daemon/engine/random-logs.ts'
import { openExplorer } from './paired.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'
import { stopWorker } from './surfaces.ts'

// The browser stops the background whenever it likes, also while a signal is escalated: what was asked is done once, or said to be open.

const stops = 20
const seed = Number(process.env['SIGNALBOX_TEST_SEED'] ?? Date.now() % 1_000_000)
const random = createRandom(seed)
const titleOf = (i: number) => `stop${seed}n${i}`

let daemon: RealDaemon
let context: BrowserContext
let page: Page
let root: string
const complaints: string[] = []

const make = async (path: string, attributes: object, type?: string) =>
  (await daemon.call('POST', path, { data: { ...(type && { type }), attributes } })).body.data
const signals: string[] = []
let file: { id: string; attributes: { key: string } }

beforeAll(async () => {
  daemon = await startRealDaemon()
  for (let i = 0; i < stops; i++) signals.push((await make('/api/local/signals', { title: titleOf(i), severity: 'high' })).id)
  file = await make('/api/local/cases', { title: 'There already' })
  await make('/api/v2/incidents', { title: 'There already', customer_impacted: false }, 'incidents')
  ;({ context, page, root } = await openExplorer(daemon, complaints))
})
afterAll(async () => {
  await context?.close()
  await daemon?.dispose()
})

const caseIds = async (title: string): Promise<string[]> =>
  (await daemon.call('GET', `/api/v2/cases?filter=${title}`)).body.data.map(({ id }: { id: string }) => id)
const incidents = async (title: string): Promise<number> =>
  (await daemon.call('GET', `/api/v2/incidents/search?query=${title}`)).body.data.attributes.total
const named = (things: { resource_id?: string; id?: string }[], id: string) =>
  things.filter(thing => [thing.resource_id, thing.id].includes(id)).length
const inside = async (path: string, id: string) => {
  const { data } = (await daemon.call('GET', path)).body
  return named(Array.isArray(data) ? data : data.attributes.insights, id)
}
/** What is opened, what stands on its last button, what the toast says when it is done, and how often it is there. */
interface Way {
  opens: string
  existing?: RegExp
  button: string
  says: RegExp
  made(title: string, signal: string): Promise<number>
}
const ways: Way[] = [
  {
    opens: 'Create or add to case…',
    button: 'Create case',
    says: /SEC-\d+ created with 1 signal/,
    made: async title => (await caseIds(title)).length,
  },
  {
    opens: 'Create or add to case…',
    existing: /SEC-1 /,
    button: 'Add to SEC-1',
    says: /1 signal added to SEC-1/,
    made: (_, signal) => inside(`/api/v2/cases/${file.id}`, signal),
  },
  {
    opens: 'Declare or add to incident…',
    button: 'Declare incident',
    says: /INC-\d+ declared/,
    made: incidents,
  },
  {
    opens: 'Declare or add to incident…',
    existing: /INC-1 /,
    button: 'Add to INC-1',
    says: /Signal added to INC-1/,
    made: (_, signal) => inside('/api/local/incidents/1/signals', signal),
  },
]

test(`S0-24…27: ${stops} random stops of the worker while signals are escalated in the explorer, seed ${seed}: each once`, {
  timeout: 400_000,
}, async () => {
  const outcomes = { 'done at once': 0, 'asked again': 0 }
  for (const [i, signal] of signals.entries()) {
    const way = ways[random.below(ways.length)]!
    await page.goto('about:blank')
    await page.goto(`${root}#/signals?signal=${encodeURIComponent(signal)}`)
    await page.getByRole('button', { name: way.opens }).click()
    const dialog = page.getByRole('dialog')
    if (way.existing) {
      await dialog.getByRole('tab', { name: 'Add to existing' }).click()
      await dialog.getByRole('radio', { name: way.existing }).click()
    }
    const button = dialog.getByRole('button', { name: way.button, exact: true })
    // the instant of the stop is what varies: half of the time the daemon has the request and has not read it yet
    const isHeld = random.below(2) === 0
    if (isHeld) daemon.child.kill('SIGSTOP')
    await button.click()
    await new Promise(resolve => setTimeout(resolve, random.below(60)))
    expect(await stopWorker(context, root)).toBe(true)
    if (isHeld) daemon.child.kill('SIGCONT')
    const [done, why] = [page.locator('.toast').getByText(way.says), dialog.getByRole('alert')]
    await done.or(why).first().waitFor({ timeout: 60_000 })
    outcomes[(await done.isVisible()) ? 'done at once' : 'asked again']++
    if (await why.isVisible()) {
      expect(await why.innerText()).toMatch(/Try again|not known/)
      await button.click()
      await done.waitFor()
    }
    expect([i, way.button, await way.made(titleOf(i), signal)]).toEqual([i, way.button, 1])
  }
  console.log(outcomes)
  // the audit trail has each of them once, and nothing else
  const audited = async (type: string) =>
    (await daemon.explore('audit', `@asset.type:${type} @action:created`, { limit: 0 })).meta.total as number
  expect(await audited('case')).toBe((await daemon.call('GET', '/api/v2/cases?page[size]=100')).body.data.length)
  expect(await audited('incident')).toBe(await incidents(''))
  expect((await daemon.call('GET', '/api/local/audit/verification')).body.data.attributes.intact).toBe(true)
})
test('no complaint', () => expect(complaints).toEqual([]))
