import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { look } from './axe.ts'
import { createHands } from './hands.ts'
import { openExplorer } from './paired.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'

// Projects and types of cases in the settings, and due dates, over a real daemon.

let daemon: RealDaemon
let context: BrowserContext
let page: Page
let root: string
const complaints: string[] = []

beforeAll(async () => {
  daemon = await startRealDaemon()
  ;({ context, page, root } = await openExplorer(daemon, complaints, { hash: '#/settings?part=cases', administers: true }))
})
afterAll(async () => {
  await context?.close()
  await daemon?.dispose()
})

const { view: fresh, says } = createHands(
  () => page,
  () => root,
)
const data = async (path: string) => (await daemon.call('GET', `/api/v2/cases/${path}`)).body.data
const panel = () => page.getByRole('dialog')
const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)

test('a project and a type are added, renamed and deleted', async () => {
  await fresh('#/settings?part=cases')
  await page.getByRole('grid', { name: 'Projects and types' }).getByText('Security case').waitFor()
  await page.getByRole('button', { name: 'Add a project…' }).click()
  await panel().getByLabel('Name').fill('Operations')
  await panel().getByLabel('Key').fill('SEC')
  await panel().getByRole('button', { name: 'Add', exact: true }).click()
  await panel().getByText('is taken').waitFor()
  await panel().getByLabel('Key').fill('OPS')
  await panel().getByRole('button', { name: 'Add', exact: true }).click()
  await says('Operations saved')
  expect((await data('projects')).map((one: { attributes: { key: string } }) => one.attributes.key)).toEqual(['OPS', 'SEC'])
  await page.keyboard.press('Escape')
  await panel().waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Add a type…' }).click()
  await panel().getByLabel('Name').fill('Phishing <b>')
  await panel().getByRole('button', { name: 'Add', exact: true }).click()
  await says('Phishing <b> saved')
  await panel().getByLabel('Description').fill('Mail that lies')
  await panel().getByRole('button', { name: 'Save' }).click()
  await page.getByRole('row').getByText('Mail that lies').waitFor()
  await look(page, 'case-kinds')
})
test('a case of them with a due date; overdue is said in the list, its panel and the facet', async () => {
  await fresh('#/cases?do=new')
  await page.getByLabel('Title').fill('Late')
  await page.getByRole('combobox', { name: 'Project' }).selectOption({ label: 'Operations (OPS)' })
  await page.getByRole('combobox', { name: 'Type' }).selectOption({ label: 'Phishing <b>' })
  await page.getByLabel('Due, if it is').fill(day(2))
  await look(page, 'case-form-due')
  await page.getByRole('button', { name: 'Create case' }).click()
  await says('OPS-1 created')
  expect((await data('OPS-1')).attributes).toMatchObject({ due_date: day(2), x_local: { type_name: 'Phishing <b>' } })
  const due = page.locator('.panel').getByLabel('Due', { exact: true })
  await due.fill(day(-2))
  await due.blur()
  await says(`OPS-1 is due ${day(-2)}`)
  await page.getByRole('row').getByText('Overdue').waitFor()
  await page.locator('.panel').getByText('Overdue').first().waitFor()
  await look(page, 'case-overdue')
  await page.locator('.toast').getByRole('button', { name: /^Undo/ }).first().click()
  await page.getByRole('row').getByText('Overdue').waitFor({ state: 'detached' })
  expect((await data('OPS-1')).attributes.due_date).toBe(day(2))
})
test('a project with a case stays, and says why; a type goes, and its cases keep its name', async () => {
  await fresh('#/settings?part=cases')
  await page.getByRole('row').getByText('Operations').click()
  await panel().getByRole('button', { name: 'Delete…' }).click()
  await panel().getByRole('button', { name: 'Delete', exact: true }).click()
  await says(/Operations not deleted: OPS has a case/)
  await fresh('#/settings?part=cases')
  await page.getByRole('row').getByText('Phishing <b>').click()
  await panel().getByRole('button', { name: 'Delete…' }).click()
  await panel().getByRole('button', { name: 'Delete', exact: true }).click()
  await says('Phishing <b> deleted')
  await page.getByRole('row').getByText('Phishing <b>').waitFor({ state: 'detached' })
  expect((await data('OPS-1')).attributes.x_local.type_name).toBe('Phishing <b>')
})
test('nothing complained', () => expect(complaints).toEqual([]))
