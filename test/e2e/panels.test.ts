import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { roleIdOf } from '../../daemon/lib/default-roles.ts'
import type { DefaultRole } from '../../shared/permissions.ts'
import { look } from './axe.ts'
import { openExplorer } from './paired.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'
import { outside } from './surfaces.ts'

// What panels do with a message that is longer than they are, and who may edit a rule.

let daemon: RealDaemon
let context: BrowserContext
let page: Page
let root: string
const complaints: string[] = []
const lines = Array.from({ length: 60 }, (_, at) => `line ${at + 1} of the trace`)
const rule = {
  name: 'Long winded',
  message: lines.map(line => `- ${line}`).join('\n'),
  queries: [{ name: 'a', query: 'service:nothing' }],
  cases: [{ status: 'low', condition: 'a > 5' }],
  options: { detectionMethod: 'threshold', evaluationWindow: 300, keepAlive: 3600, maxSignalDuration: 86400 },
}
let ruleId = ''

beforeAll(async () => {
  daemon = await startRealDaemon()
  ruleId = (await daemon.call('POST', '/api/v2/security_monitoring/rules', rule)).body.id
  await daemon.call('POST', '/api/v2/logs', [
    { message: lines.join('\n'), service: 'api' },
    { message: 'short', service: 'api' },
  ])
  ;({ context, page, root } = await openExplorer(daemon, complaints, { hash: '#/logs?from=now-1h&sort=timestamp' }))
  await page.getByRole('gridcell').first().waitFor()
})
afterAll(async () => {
  await context?.close()
  await daemon?.dispose()
})

const panel = () => page.getByRole('dialog')
const button = (name: string | RegExp) => panel().getByRole('button', { name })

test('a log message of 60 lines: the first are shown, the others by key, and folded again', async () => {
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  const message = panel().locator('.folded')
  const height = () => message.evaluate(element => element.clientHeight)
  await panel().getByRole('heading', { name: 'Log of api', exact: true }).waitFor()
  await button('Show all of the message').waitFor()
  const folded = await height()
  await look(page, 'log-folded')
  await button('Show all of the message').focus()
  await page.keyboard.press('Enter')
  await expect.poll(height).toBeGreaterThan(2 * folded)
  await look(page, 'log-unfolded')
  await page.keyboard.press('Enter')
  await expect.poll(height).toBe(folded)
  // the next begins folded, and a short one has nothing to unfold
  await page.keyboard.press('j')
  await panel().getByText('short', { exact: true }).waitFor()
  expect(await button(/^Show all/).count()).toBe(0)
})

test('the message of a rule of 60 lines is folded too', async () => {
  await page.goto(`${root}#/rules?rule=${ruleId}`)
  await button('Show all of the message').waitFor()
  await look(page, 'rule-folded')
  await button('Show all of the message').click()
  await button('Show less of the message').waitFor()
})

test('a signal: what happened first, and then the query, of which the first lines are shown', async () => {
  const query = `service:(${Array.from({ length: 80 }, (_, at) => `nothing-${at}`).join(' OR ')} OR ledger)`
  const made = await daemon.call('POST', '/api/v2/security_monitoring/rules', {
    ...{ ...rule, name: 'Long query', message: 'Short' },
    ...{ queries: [{ name: 'a', query }], cases: [{ status: 'low', condition: 'a > 0' }] },
  })
  expect(made.status).toBe(200)
  await daemon.call('POST', '/api/v2/logs', [{ message: 'matches', service: 'ledger' }])
  const found = async () => (await daemon.explore('signals', '"Long query"')).data[0]?.id as string | undefined
  await expect.poll(found, { timeout: 20_000 }).toBeTruthy()
  await page.goto(`${root}#/signals?signal=${await found()}`)
  await button('Show all of the query a').waitFor()
  const top = (text: string) =>
    panel()
      .getByText(text, { exact: true })
      .first()
      .evaluate(element => element.getBoundingClientRect().top)
  const ofQuery = () =>
    panel()
      .locator('.queries .folded')
      .evaluate(element => [element.getBoundingClientRect().top, element.clientHeight] as const)
  expect((await ofQuery())[0]).toBeGreaterThan(await top('Seen'))
  const [, folded] = await ofQuery()
  expect(folded).toBeLessThan(100)
  await look(page, 'signal-query-folded')
  await button('Show all of the query a').click()
  await expect.poll(async () => (await ofQuery())[1]).toBeGreaterThan(2 * folded)
})

test('a long value of an attribute is folded, and its menu still opens', async () => {
  const log = { message: 'of a crash', service: 'store', stack: 'at some.very.long.name '.repeat(200), short: 'x' }
  await daemon.call('POST', '/api/v2/logs', [log])
  await page.goto('about:blank')
  await page.goto(`${root}#/logs?from=now-1h&query=service%3Astore`)
  await page.getByRole('gridcell').filter({ hasText: 'of a crash' }).click()
  await button('Show all of @stack').waitFor()
  expect(await button(/^Show all of @/).count()).toBe(1)
  await look(page, 'log-value-folded')
  await panel()
    .getByRole('button', { name: /^at some.very.long.name/ })
    .click({ position: { x: 20, y: 10 } })
  await page.getByRole('menuitemradio', { name: /^Copy/ }).waitFor()
  expect(await outside(page)).toEqual([])
  await look(page, 'log-value-menu')
  await page.keyboard.press('Escape')
  await button('Show all of @stack').click()
  await button('Show less of @stack').waitFor()
})

const policyPath = () => `/api/v2/restriction_policy/security-rule:${ruleId}`
const editors = async () =>
  (await daemon.call('GET', policyPath())).body.data.attributes.bindings.flatMap(({ principals }: { principals: string[] }) => principals)
const restrictTo = (...roles: DefaultRole[]) => {
  const bindings = [{ relation: 'editor', principals: roles.map(role => `role:${roleIdOf(role)}`) }]
  return daemon.call('POST', `${policyPath()}?allow_self_lockout=true`, {
    data: { id: `security-rule:${ruleId}`, type: 'restriction_policy', attributes: { bindings } },
  })
}
const role = (name: DefaultRole) => panel().getByRole('checkbox', { name: new RegExp(`^${name}`) })

test('S0-12: who may edit a rule is chosen, kept, and put back by U', async () => {
  await page.goto(`${root}#/rules?rule=${ruleId}&tab=access`)
  await panel().getByText('Whoever may write rules may change this one.').waitFor()
  await role('Read Only').check()
  await panel().getByText('It would leave you out').waitFor()
  await look(page, 'rule-access-out')
  await role('Admin').check()
  await button('Save').click()
  await page.getByText('Long winded is restricted').waitFor()
  await panel().getByText('Only who is checked may change').waitFor()
  expect((await editors()).sort()).toEqual([`role:${roleIdOf('Admin')}`, `role:${roleIdOf('Read Only')}`].sort())
  await look(page, 'rule-access')
  await page.keyboard.press('Escape')
  await page.keyboard.press('u')
  await expect.poll(editors).toEqual([])
})

test('somebody else restricted it meanwhile: who, and what was chosen is saved the second time', async () => {
  await page.goto(`${root}#/rules?rule=${ruleId}&tab=access`)
  await page.reload()
  await panel().getByText('Whoever may write rules may change this one.').waitFor()
  await role('Admin').check()
  await restrictTo('Admin', 'Standard')
  await button('Save').click()
  await panel()
    .getByRole('alert')
    .getByText(/changed it just now/)
    .waitFor()
  expect(await role('Admin').isChecked()).toBe(true)
  expect((await editors()).length).toBe(2)
  await button('Save').click()
  await expect.poll(editors).toEqual([`role:${roleIdOf('Admin')}`])
})

test('whom it does not name: the list is off and says why, and so does the switch', async () => {
  await restrictTo('Read Only')
  await page.goto(`${root}#/rules?rule=${ruleId}&tab=access`)
  await page.reload()
  await panel().getByText('Only those whom it names, and who hands out access, may change this').first().waitFor()
  expect(await role('Standard').getAttribute('aria-disabled')).toBe('true')
  await look(page, 'rule-access-off')
  await panel().getByRole('switch').click()
  await page.getByText(/^Long winded not switched off: .*is restricted/).waitFor()
})

test('nothing was refused by the policy of the page, and no error was left', () =>
  expect(complaints.filter(text => !/status of 4\d\d/.test(text))).toEqual([]))
