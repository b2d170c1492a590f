import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readCard } from './accessible.ts'
import { openChromium } from './chromium.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'
import { background, shot, whereIs } from './surfaces.ts'

// What a newcomer sees of the demonstration. With SIGNALBOX_SHOTS=FOLDER it also takes the pictures of README.

let daemon: RealDaemon
let context: BrowserContext
let popup: Page
let page: Page

beforeAll(async () => {
  daemon = await startRealDaemon({ demo: true })
  let id: string
  ;({ context, id } = await openChromium(`${process.cwd()}/extension/.output/chrome-mv3`))
  popup = await context.newPage()
  await popup.setViewportSize({ width: 400, height: 580 })
  await popup.goto(`chrome-extension://${id}/popup.html`)
  const { body } = await daemon.call('POST', '/api/local/pairing', {})
  await background(popup, { type: 'pair', url: daemon.url, code: body.data.attributes.code })
  await background(popup, { type: 'setSite', origin: daemon.url, on: true })
})
afterAll(async () => {
  await context?.close()
  await daemon?.dispose()
})

test('the queue: critical first, sixteen and more signals to triage', async () => {
  await popup.getByRole('grid').waitFor()
  const rows = popup.getByRole('row')
  await expect.poll(() => rows.count()).toBeGreaterThan(10)
  expect(await rows.first().innerText()).toMatch(/SSH brute force|SQL injection/)
  await shot(popup, 'demo-popup')
  await popup.keyboard.press('Enter')
  await popup.getByText(/^Detection opened it/).waitFor()
  await shot(popup, 'demo-details')
  await popup.keyboard.press('Escape')
})

test('the archive: last archived first, and why', async () => {
  await popup.getByRole('tab', { name: /Archived/ }).click()
  await popup.getByText(/^Remediated, by Jonas Weber: The search page escapes/).waitFor()
  await shot(popup, 'demo-archived')
  await popup.getByRole('tab', { name: /Open/ }).click()
})

test('the log page: matches and open signals are marked, a card opens on a known attacker', async () => {
  page = await context.newPage()
  await page.goto(`${daemon.url}/demo`)
  await page.bringToFront()
  // where the night gets interesting
  const { y: far } = await whereIs(page, 'UNION')
  await page.evaluate(y => scrollTo(0, y - innerHeight / 3), far)
  await expect.poll(() => page.evaluate(() => (CSS.highlights as unknown as Map<string, unknown>).size)).toBeGreaterThan(0)
  const { address, x, y } = await page.evaluate(() => {
    const marks = [...(CSS.highlights as unknown as Map<string, Iterable<StaticRange>>).values()].flatMap(ranges => [...ranges])
    const places = marks.map(({ startContainer, startOffset, endContainer, endOffset }) => {
      const range = new Range()
      range.setStart(startContainer, startOffset)
      range.setEnd(endContainer, endOffset)
      const { x, y, width, height } = range.getBoundingClientRect()
      return { address: range.toString(), x: x + width / 2, y: y + height / 2 }
    })
    return places.filter(({ x, y }) => x < innerWidth - 600 && y > 100 && y < innerHeight - 100)[0]!
  })
  await page.mouse.move(x - 5, y)
  await page.mouse.move(x, y)
  const card = readCard(page)
  await card.opens(address)
  await card.says(/Your logs/)
  await shot(page, 'demo-page')
})

test('a Tor exit is an anonymizer in the queue, on the card and for programs', async () => {
  const tor = '203.0.113.77'
  await popup.getByRole('row').filter({ hasText: tor }).first().getByText('anonymizer').waitFor()
  const { body } = await daemon.call('GET', `/api/local/ip/${tor}`)
  expect(body.data.attributes.verdict).toBe('anonymizer')
  await page.evaluate(() => scrollTo(0, 0))
  const { y: far } = await whereIs(page, tor)
  await page.evaluate(y => scrollTo(0, y - innerHeight / 3), far)
  const { x, y } = await whereIs(page, tor)
  await page.mouse.move(x - 5, y)
  await page.mouse.move(x, y)
  const card = readCard(page)
  await card.opens(tor)
  await card.says(/^Anonymizer$/m)
  expect(await card.text()).not.toMatch(/suspicious/i)
  await shot(page, 'demo-tor')
})

test('the options', async () => {
  await popup.goto(popup.url().replace('popup.html', 'options.html'))
  await popup.setViewportSize({ width: 1100, height: 1000 })
  await popup.getByText(/Paired with/).waitFor()
  await shot(popup, 'demo-options')
})

test.each([1440, 1700])('every section of the explorer at %i px, and the rules by their signals', async width => {
  const explorer = await context.newPage()
  const complaints: string[] = []
  explorer.on('console', message => message.type() === 'error' && complaints.push(message.text()))
  await explorer.setViewportSize({ width, height: 900 })
  const root = `chrome-extension://${new URL(popup.url()).host}/explorer.html`
  const visit = async (name: string, hash: string, shows: string | RegExp) => {
    await explorer.goto('about:blank')
    await explorer.goto(`${root}#/${hash}`)
    await explorer.getByText(shows).first().waitFor()
    await shot(explorer, `demo-${name}-${width}`)
  }
  await visit('signals', 'signals?from=now-30d', /^\d+ signals$/)
  await visit('by-rule', 'signals?from=now-30d&show=rules', 'Rules by their signals')
  await explorer.getByRole('button', { name: 'SSH brute force', exact: true }).click()
  await explorer.getByText('@workflow.rule.name').first().waitFor()
  await visit('untimed', 'signals?from=now-30d&timeline=off', /^\d+ signals$/)
  expect(await explorer.locator('.histogram').count()).toBe(0)
  const { data } = await daemon.explore('signals', 'status:critical', { limit: 1 })
  await visit('signal', `signals?from=now-1d&signal=${data[0].id}`, 'session')
  // nobody has pressed anything: the focus is in the panel, and shows with the first key
  const ring = () =>
    explorer.locator('.panel .body').evaluate(body => [body === document.activeElement, getComputedStyle(body).outlineStyle])
  expect(await ring()).toEqual([true, 'none'])
  await explorer.keyboard.press('Shift')
  expect(await ring()).toEqual([true, 'solid'])
  await visit('logs', 'logs', /^[\d,]+ logs$/)
  await visit('audit', 'audit', /^\d+ events$/)
  await visit('rules', 'rules', 'SSH brute force')
  await explorer.getByText('SSH brute force', { exact: true }).first().click()
  await explorer.getByRole('dialog').locator('.queries').waitFor()
  await shot(explorer, `demo-rule-${width}`)
  await visit('feeds', 'feeds', /entries|Entries/)
  for (const part of ['users', 'roles', 'keys', 'triage', 'services', 'figures'])
    await visit(`settings-${part}`, `settings?part=${part}`, 'Users')
  expect(complaints).toEqual([])
  await explorer.close()
}, 120_000)
