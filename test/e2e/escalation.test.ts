import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page, Worker } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startMailServer } from '../mail-server.ts'
import { startReceiver } from '../receiver.ts'
import { readCard } from './accessible.ts'
import { look } from './axe.ts'
import { openChromium } from './chromium.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'
import { background } from './surfaces.ts'

// From a line on a page to an incident: a signal of the demonstration becomes a case, the case an incident, with three selected lines as
// evidence; and who is told of a signal is told what the preview showed.

const receiver = await startReceiver()
const { mails, port: smtpPort } = await startMailServer()
const secret = `whsec_${Buffer.from('e'.repeat(32)).toString('base64')}`
const complaints: string[] = []
let daemon: RealDaemon
let context: BrowserContext
let worker: Worker
let explorer: Page
let root: string
let extension: string

beforeAll(async () => {
  daemon = await startRealDaemon({ demo: true })
  const allowed = { outbound: { allowed_hosts: [receiver.host, `127.0.0.1:${smtpPort}`] } }
  await daemon.call('PATCH', '/api/local/settings', { data: { attributes: allowed } })
  const channel = async (attributes: object) =>
    expect((await daemon.call('POST', '/api/local/channels', { data: { attributes } })).status).toBe(201)
  await channel({ kind: 'webhook', name: 'soc', options: { url: `${receiver.url}/soc` }, secrets: { secret } })
  const mail = { host: '127.0.0.1', port: String(smtpPort), encryption: 'none', from: 'signalbox@example.org' }
  await channel({ kind: 'email', name: 'mail', options: mail, secrets: {} })

  // headless browsers ask nobody: here the optional permission is there from the start
  extension = mkdtempSync(join(tmpdir(), 'signalbox-extension-'))
  cpSync(`${process.cwd()}/extension/.output/chrome-mv3`, extension, { recursive: true })
  const manifest = JSON.parse(readFileSync(join(extension, 'manifest.json'), 'utf8')) as { permissions: string[] }
  writeFileSync(join(extension, 'manifest.json'), JSON.stringify({ ...manifest, permissions: [...manifest.permissions, 'notifications'] }))
  let id: string
  ;({ context, worker, id } = await openChromium(extension))
  context.on('page', page => page.on('console', message => message.type() === 'error' && complaints.push(message.text())))
  root = `chrome-extension://${id}/explorer.html`
  explorer = await context.newPage()
  await explorer.setViewportSize({ width: 1440, height: 900 })
  await explorer.goto(root)
  await explorer.getByLabel('Pairing code').waitFor()
  const { body } = await daemon.call('POST', '/api/local/pairing', {})
  await background(explorer, { type: 'pair', url: daemon.url, code: body.data.attributes.code })
})
afterAll(async () => {
  await context?.close()
  await daemon?.dispose()
  rmSync(extension, { recursive: true, force: true })
})

declare const chrome: {
  tabs: { query(of: object): Promise<{ id?: number; url?: string }[]> }
  contextMenus: { onClicked: { dispatch(info: object, tab: object): void } }
  notifications: {
    getAll(): Promise<Record<string, boolean>>
    onClicked: { dispatch(id: string): void }
  }
}
/** What “Look up IP” in the context menu is to the background; headless browsers have no menus. */
const lookUp = (page: Page, selectionText: string) =>
  worker.evaluate(
    async ([url, selectionText]) => {
      const tab = (await chrome.tabs.query({})).find(tab => tab.url === url)!
      chrome.contextMenus.onClicked.dispatch({ menuItemId: 'selection', frameId: 0, pageUrl: url, selectionText, editable: false }, tab)
    },
    [page.url(), selectionText] as const,
  )
const notify = async (attributes: object) =>
  daemon.call('POST', '/api/v2/security/signals/notification_rules', { data: { type: 'notification_rules', attributes } })

/** What the first test made, for the second to read. */
let made: { lines: string[]; sha256: string; id: string; caseId: string; incident: string }
test('S0-24…26, S2-36…43: from a log page into a case and an incident, with three selected lines as evidence', {
  timeout: 120_000,
}, async () => {
  const open = (await daemon.explore('signals', '@workflow.triage.state:open @network.client.ip:*', { limit: 100 })).data as {
    id: string
    attributes: { custom: { network?: { client?: { ip?: string } } } }
  }[]
  const page = await context.newPage()
  await page.goto(`${daemon.url}/demo`)
  await page.bringToFront()
  const ips = open.flatMap(({ attributes }) => attributes.custom.network?.client?.ip ?? [])
  // as a person does who drags over three lines about one of them
  const { ip, lines } = await page.evaluate(ips => {
    for (const pre of document.querySelectorAll('pre')) {
      const text = pre.firstChild as Text
      const all = text.data.split('\n')
      for (const ip of ips)
        for (const i of all.keys()) {
          const three = all.slice(i, i + 3)
          if (three.length < 3 || !three.every(line => line.includes(`${ip} `))) continue
          const from = all.slice(0, i).join('\n').length + (i > 0 ? 1 : 0)
          getSelection()!.setBaseAndExtent(text, from, text, from + three.join('\n').length)
          pre.scrollIntoView()
          return { ip, lines: three }
        }
    }
    throw new Error('no three lines about one address')
  }, ips)
  const signal = open.find(({ attributes }) => attributes.custom.network?.client?.ip === ip)!.id

  await lookUp(page, lines.join(' '))
  const card = readCard(page)
  await card.opens(ip)
  await card.says(/Add these lines to a case/)
  await look(page, 'escalate-card')
  const [window] = await Promise.all([context.waitForEvent('page'), card.click('button', /^Add these lines to a case/)])
  await window.waitForURL(/evidence\.html/)
  await window.locator('.read').nth(2).waitFor()
  expect(await window.locator('.read').count()).toBe(3)

  // the case of the signal, by its panel
  await explorer.bringToFront()
  await explorer.goto(`${root}#/signals?signal=${encodeURIComponent(signal)}`)
  await explorer.getByRole('button', { name: /^Create or add to case/ }).click()
  await explorer.getByRole('button', { name: 'Create case' }).click()
  const key = /SEC-\d+/.exec(
    await explorer
      .locator('.toast')
      .getByText(/SEC-\d+ created with 1 signal/)
      .innerText(),
  )![0]
  const caseOf = async () => (await daemon.call('GET', `/api/v2/cases/${key}`)).body.data

  await window.bringToFront()
  await window.getByLabel('Add to', { exact: true }).fill(key)
  await window.getByRole('button', { name: `Add to ${key}` }).click()
  await window.getByText(`Added to ${key}.`).waitFor()
  const { id, attributes } = await caseOf()
  expect(attributes.insights.map(({ type }: { type: string }) => type).sort()).toEqual(['EVIDENCE', 'SECURITY_SIGNAL'])
  const [evidence] = (await daemon.call('GET', '/api/local/evidence')).body.data
  const sha256 = createHash('sha256').update(lines.join('\n')).digest('hex')
  expect(evidence.attributes).toMatchObject({ sha256, lines: 3, page: { url: page.url() }, state: 'kept' })
  expect((await daemon.explore('logs', `source:browser evidence:${evidence.id}`)).meta.total).toBe(3)

  // the incident of the case
  await explorer.bringToFront()
  await explorer.goto('about:blank')
  await explorer.goto(`${root}#/cases?case=${id}`)
  await explorer.getByRole('button', { name: 'Declare or add to incident…' }).click()
  await explorer.getByRole('button', { name: 'Declare incident', exact: true }).click()
  const name = /INC-\d+/.exec(
    await explorer
      .locator('.toast')
      .getByText(/INC-\d+ declared/)
      .innerText(),
  )![0]
  const incident = (await daemon.call('GET', `/api/v2/incidents/${name.slice(4)}`)).body.data.attributes
  expect(incident.x_local).toMatchObject({ signals: 1, cases: [{ key }] })
  const triage = (await daemon.call('GET', `/api/v2/security_monitoring/signals/${signal}`)).body.data.attributes.custom.workflow.triage
  expect(triage).toMatchObject({ state: 'under_review', incidentIds: [Number(name.slice(4))] })
  await Promise.all([page.close(), window.close()])
  made = { lines, sha256, id: evidence.id, caseId: id, incident: name.slice(4) }
})

test('S2-36: the lines are read in the explorer, from the case, from a signal that they made, and from an incident that names them', {
  timeout: 120_000,
}, async () => {
  const { lines, sha256, id, caseId, incident } = made
  const note = `3 lines, kept as evidence \`${id}\` with the SHA-256 \`${sha256}\`.`
  await daemon.call('POST', `/api/local/incidents/${incident}/timeline`, { data: { attributes: { text: note } } })
  const raised = { title: 'Of kept lines', severity: 'low', tags: [`evidence:${id}`] }
  const { body } = await daemon.call('POST', '/api/local/signals', { data: { attributes: raised } })
  const ways = [
    `#/cases?case=${caseId}`,
    `#/signals?signal=${encodeURIComponent(body.data.id)}`,
    `#/incidents?incident=${incident}&tab=timeline`,
  ]
  const dialog = explorer.getByRole('dialog', { name: 'Evidence', exact: true })
  const link = 'Lines that were kept of a page'
  for (const hash of ways) {
    await explorer.goto('about:blank')
    await explorer.goto(`${root}${hash}`)
    await explorer.getByRole('button', { name: link }).click()
    await dialog.getByText(sha256).waitFor()
    expect(await dialog.getByRole('listitem').allTextContents()).toEqual(lines)
    await explorer.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  }
  await explorer.getByRole('button', { name: link }).click()
  await dialog.getByText(sha256).waitFor()
  await look(explorer, 'evidence-read')
  await dialog.getByRole('button', { name: 'Show 3 logs' }).click()
  await expect.poll(() => explorer.getByRole('row').count()).toBe(4)
  await dialog.waitFor({ state: 'detached' })
})

test('S0-03, D-16: a signal tells by mail and webhook exactly what the preview of its rule shows', async () => {
  const attributes = {
    name: 'Previewed',
    selectors: { trigger_source: 'security_signals', query: '@title:*Previewed*' },
    targets: ['@soc@example.com', '@webhook-soc'],
    x_local: { title: '{{severity}} {{title}}', message: 'Seen {{first_seen}}: {{entities}}\n{{message}}' },
  }
  expect((await notify(attributes)).status).toBe(201)
  await daemon.call('POST', '/api/local/signals', {
    data: { attributes: { title: 'Previewed <b>', severity: 'high', message: 'By hand, café', entities: ['@usr.name:ana'] } },
  })
  await expect.poll(() => [mails.length, receiver.of('/soc').length], { timeout: 30_000 }).toEqual([1, 1])
  const { body } = await daemon.call('POST', '/api/local/notification_rules/preview', { data: { type: 'notification_rules', attributes } })
  expect(body.meta).toMatchObject({ count: 1, made_up: false })
  const [byMail, byWebhook] = body.meta.written as { title: string; text: string }[]
  const { data } = JSON.parse(receiver.of('/soc')[0]!.body) as { data: { title: string; message: string } }
  expect({ title: data.title, text: data.message }).toEqual({ title: byWebhook!.title, text: byWebhook!.text })
  const [head = '', ...rest] = mails[0]!.split('\r\n\r\n')
  const decoded = rest
    .join('\r\n\r\n')
    .replaceAll('=\r\n', '')
    .replaceAll('\r\n', '\n')
    .replace(/(?:=[0-9A-F]{2})+/g, bytes => Buffer.from(bytes.replaceAll('=', ''), 'hex').toString())
  expect(head).toContain(`Subject: ${byMail!.title}`)
  expect(decoded.trimEnd()).toBe(byMail!.text.trimEnd())
})

test('S0-03: @browser: the browser is asked to show it, without a word of the signal, and a click opens it', async () => {
  const attributes = {
    name: 'Here',
    selectors: { trigger_source: 'security_signals', query: '@title:*Browser*' },
    targets: ['@browser'],
  }
  expect((await notify(attributes)).status).toBe(201)
  const made = await daemon.call('POST', '/api/local/signals', { data: { attributes: { title: 'Browser', severity: 'critical' } } })
  await expect
    .poll(() => worker.evaluate(async () => Object.keys(await chrome.notifications.getAll())), { timeout: 30_000 })
    .toEqual(['signals'])
  const [opened] = await Promise.all([
    context.waitForEvent('page'),
    worker.evaluate(() => chrome.notifications.onClicked.dispatch('signals')),
  ])
  await opened.waitForURL(/explorer\.html/)
  expect(new URLSearchParams(new URL(opened.url()).hash.split('?')[1]).get('signal')).toBe(made.body.data.id)
  await opened.locator('.panel').getByRole('heading', { name: 'Browser' }).waitFor()
  expect(await worker.evaluate(async () => Object.keys(await chrome.notifications.getAll()))).toEqual([])
})

test('no page complained of anything', () => expect(complaints).toEqual([]))
