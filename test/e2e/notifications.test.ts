import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answers, startReceiver } from '../receiver.ts'
import { look } from './axe.ts'
import { openExplorer } from './paired.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'

// Who is told of what, set up by hand in the settings over a real daemon, and told.

let daemon: RealDaemon
let context: BrowserContext
let page: Page
let root: string
const complaints: string[] = []
const receiver = await startReceiver()
const secret = `whsec_${Buffer.from('c'.repeat(32)).toString('base64')}`

beforeAll(async () => {
  daemon = await startRealDaemon({ demo: true })
  await daemon.call('PATCH', '/api/local/settings', { data: { attributes: { outbound: { allowed_hosts: [receiver.host] } } } })
  ;({ context, page, root } = await openExplorer(daemon, complaints, { hash: '#/settings' }))
})
afterAll(async () => {
  await context?.close()
  await daemon?.dispose()
})

const open = async (place: string) => {
  await page.goto('about:blank')
  await page.goto(`${root}#/settings?${place}`)
  await page.locator('.conn').getByText('Live').waitFor()
}
const panel = () => page.getByRole('dialog')
const eventually = <T>(ask: () => T) => expect.poll(ask, { timeout: 20_000 })
const looks = (name: string) => look(page, `notifications-${name}`)

test('a webhook is set up, refused where it leads inside, tried out, and never shows its secret', async () => {
  await open('part=channels')
  await page.getByRole('heading', { name: 'No channels yet' }).waitFor()
  await page.keyboard.press('n')
  await panel().getByLabel('Kind').selectOption('webhook')
  await panel().getByLabel('Name').fill('soc')
  await panel().getByLabel('Address').fill('https://169.254.169.254/latest')
  await panel().getByLabel('Signing secret').fill(secret)
  await panel().getByRole('button', { name: 'Create' }).click()
  await panel()
    .getByRole('alert')
    .getByText(/link-local/)
    .waitFor()
  await looks('channel-refused')
  await panel().getByLabel('Address').fill(`${receiver.url}/soc`)
  await panel().getByRole('button', { name: 'Create' }).click()
  await panel().getByText('It is set, and never shown.', { exact: false }).first().waitFor()
  expect(await page.content()).not.toContain(secret.slice(6))
  await panel().getByRole('button', { name: 'Send a test' }).click()
  await page.getByText('The test got through to @webhook-soc').waitFor()
  expect(receiver.of('/soc')).toHaveLength(1)
  await looks('channel')
})

test('S0-03: a rule with a preview, a test, and what is told is what was shown', async () => {
  await open('part=notifications&do=add')
  await panel().getByLabel('Name').fill('At night')
  await panel().getByLabel('Query, optional').fill('source:sshd OR')
  await panel().getByRole('region', { name: 'Preview' }).getByRole('alert').waitFor()
  await panel().getByLabel('Query, optional').fill('')
  await panel().getByLabel('Tells').fill('@webhook-soc')
  await panel().getByLabel('Tells').press('Enter')
  await panel().getByLabel('Title, optional').fill('Look: {{title}} {{nope}}')
  await panel()
    .getByText(/no variable “nope”/)
    .waitFor()
  await panel().getByLabel('Title, optional').fill('Look: {{title}}')
  const title = panel().locator('.preview .message strong')
  await eventually(() => title.textContent()).toMatch(/^Look: (?!.*nope)./)
  await looks('rule')
  await panel().getByRole('button', { name: 'Create' }).click()
  await page.getByText('At night created').waitFor()
  await daemon.call('POST', '/api/local/signals', { data: { attributes: { title: 'By hand <img src=x>', severity: 'critical' } } })
  await eventually(() => receiver.of('/soc').filter(({ body }) => body.includes('"title":"Look: By hand <img src=x>"')).length).toBe(1)
  await looks('rules')
})

test('what could not be delivered is sent again', async () => {
  receiver.at('/soc', answers.ok)
  const made = await daemon.call('POST', '/api/v2/security/signals/notification_rules', {
    data: {
      type: 'notification_rules',
      attributes: { name: 'Lost', selectors: { trigger_source: 'security_signals' }, targets: ['@webhook-lost'] },
    },
  })
  expect(made.status).toBe(201)
  await daemon.call('POST', '/api/local/signals', { data: { attributes: { title: 'Lost one', severity: 'low' } } })
  await open('part=undelivered')
  await eventually(async () => {
    await page.getByRole('button', { name: 'Ask again' }).click()
    return page.getByRole('cell', { name: 'There is no channel @webhook-lost', exact: false }).count()
  }).toBe(1)
  await looks('undelivered')
  await daemon.call('POST', '/api/local/channels', {
    data: { attributes: { kind: 'webhook', name: 'lost', options: { url: `${receiver.url}/lost` }, secrets: { secret } } },
  })
  await page.getByRole('button', { name: 'Send again', exact: true }).click()
  await eventually(() => receiver.of('/lost').length).toBe(1)
  await page.getByRole('heading', { name: 'Everything was delivered' }).waitFor()
})

test('what fails is said while it is still tried: why, and when again', async () => {
  receiver.at('/broken', answers.failing)
  await daemon.call('POST', '/api/local/channels', {
    data: { attributes: { kind: 'webhook', name: 'broken', options: { url: `${receiver.url}/broken` }, secrets: { secret } } },
  })
  await daemon.call('POST', '/api/v2/security/signals/notification_rules', {
    data: {
      type: 'notification_rules',
      attributes: { name: 'Broken', selectors: { trigger_source: 'security_signals' }, targets: ['@webhook-broken'] },
    },
  })
  await daemon.call('POST', '/api/local/signals', { data: { attributes: { title: 'Not told', severity: 'high' } } })
  await open('part=undelivered')
  const failing = page.getByRole('row').filter({ hasText: '@webhook-broken' })
  await eventually(async () => {
    await page.getByRole('button', { name: 'Ask again' }).click()
    return failing.filter({ hasText: '500' }).filter({ hasText: 'Tried again' }).count()
  }).toBe(1)
  expect(await page.getByText('Everything was delivered').count()).toBe(0)
  expect(await failing.getByRole('button').count()).toBe(0)
  await looks('failing')
})

test('the page complained of nothing', () => expect(complaints).toEqual([]))
