import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { securityCase } from '../../shared/case.ts'
import { look } from './axe.ts'
import { createHands } from './hands.ts'
import { openExplorer } from './paired.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'

// What is typed in the panels of signals, cases and incidents stays until it is sent or emptied, wherever one goes in between.

let daemon: RealDaemon
let context: BrowserContext
let page: Page
let root: string
const complaints: string[] = []

const post = async (path: string, type: string, attributes: object, more: object = {}) => {
  const { status, body } = await daemon.call('POST', path, { data: { type, attributes, ...more } })
  expect(status, JSON.stringify(body)).toBe(201)
  return body.data
}
const newCase = (title: string) =>
  post(
    '/api/v2/cases',
    'case',
    { title, type_id: securityCase.id },
    { relationships: { project: { data: { id: 'SEC', type: 'project' } } } },
  )

beforeAll(async () => {
  daemon = await startRealDaemon()
  // a rule makes a signal of them, which can be suppressed
  await daemon.call(
    'POST',
    '/api/v2/logs',
    Array.from({ length: 30 }, (_, i) => ({
      ddsource: 'sshd',
      message: `Failed password for root from 203.0.113.66 port ${40000 + i} ssh2`,
    })),
  )
  for (const title of ['Port scan 1', 'Port scan 2']) await post('/api/local/signals', 'signal', { title, severity: 'high' })
  ;({ context, page, root } = await openExplorer(daemon, complaints))
  await page.getByRole('grid', { name: 'Signals' }).waitFor()
})
afterAll(async () => {
  await context?.close()
  await daemon?.dispose()
})

const { view, press, says } = createHands(
  () => page,
  () => root,
)
const panel = () => page.locator('.panel')
const field = (label: string) => panel().getByLabel(label, { exact: true })
const tab = (name: RegExp) => panel().getByRole('tab', { name }).click()
const textIn = (label: string) => field(label).inputValue()
const sends = (name: string) => panel().getByRole('button', { name, exact: true }).click()

test('a case: description, comment and a comment that is edited', async () => {
  const [first, second] = [await newCase('Somebody guesses'), await newCase('Somebody scans')]
  await view(`#/cases?case=${first.id}`, 'Cases')
  const goTo = async ({ attributes }: typeof first) => {
    await page.getByRole('grid', { name: 'Cases' }).getByText(attributes.title, { exact: true }).click()
    await panel().getByRole('heading', { name: attributes.title }).waitFor()
  }
  await tab(/^Timeline/)
  await field('Comment').fill('Said')
  await press('Control+Enter')
  await panel().locator('.said').getByText('Said').waitFor()
  await field('Comment').fill('To be said')
  await sends('Edit the comment')
  await field('Edit the comment').fill('Said better')
  await tab(/^Overview/)
  await sends('Edit the description')
  await field('Description').fill('What is known')
  await tab(/^Timeline/)
  expect(await textIn('Comment')).toBe('To be said')
  expect(await textIn('Edit the comment')).toBe('Said better')
  await tab(/^Overview/)
  expect(await textIn('Description')).toBe('What is known')
  await goTo(second)
  await panel().getByText('None yet.').waitFor()
  await tab(/^Timeline/)
  expect(await textIn('Comment')).toBe('')
  await goTo(first)
  expect(await textIn('Description')).toBe('What is known')
  await look(page, 'drafts-case')
  await sends('Save')
  await says('SEC-1 has a new description')
  await tab(/^Timeline/)
  await field('Edit the comment').press('Control+Enter')
  await panel().locator('.said').getByText('Said better').waitFor()
  await field('Comment').press('Control+Enter')
  await panel().locator('.said').getByText('To be said').waitFor()
  await expect.poll(() => textIn('Comment')).toBe('')
  await tab(/^Overview/)
  await panel().getByRole('button', { name: 'Edit the description' }).waitFor()
  await tab(/^Timeline/)
  expect(await textIn('Comment')).toBe('')
  expect(await field('Edit the comment').and(page.locator('textarea')).count()).toBe(0)
})

test('a description that a colleague changes while one is elsewhere is not saved over theirs', async () => {
  const { id, attributes } = await newCase('Kept open')
  await view(`#/cases?case=${id}`, 'Cases')
  await sends('Edit the description')
  await field('Description').fill('Mine')
  await tab(/^Timeline/)
  await daemon.call('POST', `/api/v2/cases/${attributes.key}/description`, {
    data: { type: 'case', attributes: { description: 'Of a colleague' } },
  })
  await panel().locator('.events').getByText('description').first().waitFor()
  await tab(/^Overview/)
  expect(await textIn('Description')).toBe('Mine')
  await sends('Save')
  await panel().getByRole('region', { name: 'What stands there now' }).getByText('Of a colleague').waitFor()
  expect(await textIn('Description')).toBe('Mine')
  await sends('Keep what was there')
  await panel().getByText('Of a colleague').waitFor()
})

test('an incident: impact, to-do, link and note', async () => {
  const declare = async (title: string) =>
    (await post('/api/v2/incidents', 'incidents', { title, customer_impacted: false })).attributes.public_id as number
  const [first, second] = [await declare('Nobody gets in'), await declare('All is slow')]
  await view(`#/incidents?incident=${first}`, 'Incidents')
  const goTo = (title: string) => page.getByRole('grid', { name: 'Incidents' }).getByText(title, { exact: true }).click()
  const typed = { 'How customers are impacted': 'Nobody gets in', 'A to-do': 'Rotate keys' }
  const link = 'A link: its name, then its address'
  const all = { ...typed, [link]: 'Status https://status.example.com/' }
  await sends('Customers are impacted…')
  for (const [label, text] of Object.entries(all)) await field(label).fill(text)
  await tab(/^Timeline/)
  await field('Note').fill('We looked')
  const isThere = async () => {
    await tab(/^Overview/)
    for (const [label, text] of Object.entries(all)) expect(await textIn(label)).toBe(text)
    await tab(/^Timeline/)
    expect(await textIn('Note')).toBe('We looked')
  }
  await isThere()
  await tab(/^Overview/)
  await goTo('All is slow')
  await panel()
    .getByRole('heading', { name: `INC-${second} All is slow` })
    .waitFor()
  expect(await textIn('A to-do')).toBe('')
  expect(await field('How customers are impacted').count()).toBe(0)
  await goTo('Nobody gets in')
  await panel()
    .getByRole('heading', { name: `INC-${first} Nobody gets in` })
    .waitFor()
  await isThere()
  await field('Note').press('Control+Enter')
  await panel().locator('.said').getByText('We looked').waitFor()
  await tab(/^Overview/)
  await look(page, 'drafts-incident')
  await field('How customers are impacted').press('Enter')
  await says(/customers are impacted$/)
  await field('A to-do').press('Enter')
  await panel().getByRole('checkbox', { name: 'Rotate keys' }).waitFor()
  await field(link).press('Enter')
  await panel().getByRole('link', { name: 'Status' }).waitFor()
  await tab(/^Timeline/)
  expect(await textIn('Note')).toBe('')
  await tab(/^Overview/)
  for (const label of ['A to-do', link]) expect(await textIn(label)).toBe('')
  expect(await field('How customers are impacted').count()).toBe(0)
})

/** The newer of two signals in its panel; and to the older one and back. */
async function openSignal() {
  await view('#/signals?query=Port', 'Signals')
  await page.getByText('2 signals').waitFor()
  await press('j', 'Enter')
  const goTo = (title: string) => panel().getByRole('heading', { name: title }).waitFor()
  await goTo('Port scan 2')
  const step = async (name: string, title: string) => {
    await sends(name)
    await goTo(title)
    await panel().getByRole('heading', { name: 'Timeline' }).waitFor()
  }
  return { next: () => step('Next signal (J)', 'Port scan 1'), back: () => step('Signal before (K)', 'Port scan 2') }
}
const keys = async (...keys: string[]) => {
  await panel().locator('.body').focus()
  await press(...keys)
}

test('a signal: its note', async () => {
  const { next, back } = await openSignal()
  await field('Note').fill('Seen before')
  await tab(/^Logs/)
  await tab(/^Overview/)
  expect(await textIn('Note')).toBe('Seen before')
  await next()
  expect(await textIn('Note')).toBe('')
  await back()
  expect(await textIn('Note')).toBe('Seen before')
  await field('Note').press('Control+Enter')
  await panel().locator('.said').getByText('Seen before').waitFor()
  await expect.poll(() => textIn('Note')).toBe('')
})

test('a signal: why those like it are suppressed', async () => {
  const found = async () => (await daemon.explore('signals', '-Port')).data
  await expect.poll(async () => (await found()).length).toBeGreaterThan(0)
  await view(`#/signals?from=0&row=${(await found())[0].id}`)
  const why = 'Why it is right to look away'
  await sends('Suppress this…')
  await field(why).fill('Our own scanner')
  await tab(/^Overview/)
  await sends('Suppress this…')
  expect(await textIn(why)).toBe('Our own scanner')
  await sends('Keep them')
  await sends('Suppress this…')
  expect(await textIn(why)).toBe('')
})

test('a signal: why it is snoozed, and the comment of its archiving', async () => {
  const { next, back } = await openSignal()
  const forms = [
    [['z'], 'Why', 'Waits for its owner', /^Snoozed/],
    [['e', '1'], 'Comment, optional', 'Ours', /^Archived/],
  ] as const
  for (const [opens, label, text, done] of forms) {
    await keys(...opens)
    await field(label).fill(text)
    await next()
    expect(await field(label).count()).toBe(0)
    await back()
    expect(await textIn(label)).toBe(text)
    await field(label).press('Escape')
    await field(label).waitFor({ state: 'detached' })
    await keys(...opens)
    expect(await textIn(label)).toBe(text)
    await field(label).press('Enter')
    await says(done)
  }
  await panel().locator('.events .said').getByText('Ours').waitFor()
  await keys('E')
  await panel().getByRole('button', { name: 'Archive…' }).waitFor()
  await keys('e')
  expect(await textIn('Comment, optional')).toBe('')
})

test('nothing complained', () => expect(complaints).toEqual([]))
