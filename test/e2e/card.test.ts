import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Connection, Push, ValueFacts } from '../../extension/messages.ts'
import { defaultRoles } from '../../shared/permissions.ts'
import { readCard } from './accessible.ts'
import { look } from './axe.ts'
import { type Answers, openOverlay } from './overlay.ts'
import { bruteForce, details, facts, kinds, live, settings, wrap } from './overlay-data.ts'
import { marked, shot, whereIs } from './surfaces.ts'

// The card as axe sees it, in light and dark, and at 200 % and 400 % of a screen of 1280 by 1024: nothing of it lies beside the screen.

const address = '183.62.140.253'
const pivots = {
  [address]: ['VirusTotal', 'Shodan', 'CMDB of the office'].map(name => ({ name, host: `${name}.example`, own: null })),
  '10.0.0.5': [
    { name: 'CMDB of the office', host: 'cmdb', own: null },
    ...['VirusTotal', 'Shodan'].map(name => ({ name, host: `${name}.example`, own: 'a private address' })),
  ],
}
const long = `https://bad.example/${'a'.repeat(400)}`
const known = bruteForce()
const factsAbout = (value: string, type: ValueFacts['type'], more: Partial<ValueFacts> = {}): ValueFacts => ({
  ...{
    value,
    type,
    verdict: 'malicious',
    matches: known.matches,
    known_good: [],
    blocked: null,
    pass: null,
    signals: known.signals,
    logs: known.logs,
  },
  ...more,
})
const values = {
  'bad.example': factsAbout('bad.example', 'domain'),
  [long]: factsAbout(long, 'url'),
  '44d88612fea8a8f36de82e1278abb02f': factsAbout('44d88612fea8a8f36de82e1278abb02f', 'md5'),
  'https://203.0.113.9/drop.sh': factsAbout('https://203.0.113.9/drop.sh', 'url', {
    ...{ verdict: null, matches: [], signals: null, logs: null },
    host: {
      ...{ value: '203.0.113.9', verdict: 'malicious', known_good: [], open_signal: true, pass: null },
      matches: [{ ...known.matches[0]!, indicator: '203.0.113.0/28' }],
      blocked: { id: 'b', value: '203.0.113.0/24', until: null, reason: 'scans', by: 'Analyst One', landing: null },
    },
  }),
  '203.0.113.0/24': factsAbout('203.0.113.0/24', 'ip'),
  '198.51.100.0/24': factsAbout('198.51.100.0/24', 'ip', {
    ...{ verdict: null, matches: [] },
    blocked: { id: 'b', value: '198.51.100.0/23', until: null, reason: 'scans', by: 'Analyst One', landing: null },
    inside: {
      ...{ count: 7, more: false },
      first: [
        { value: '198.51.100.9', kind: 'blocked', verdict: 'malicious' },
        { value: '198.51.100.11', kind: 'signal', verdict: null },
        { value: '198.51.100.64/28', kind: 'match', verdict: 'suspicious' },
      ],
    },
  }),
  '203.0.113.5-203.0.113.9': factsAbout('203.0.113.5-203.0.113.9', 'ip', { verdict: null, matches: [], signals: null, logs: null }),
}
const answers: Answers = { on: true, kinds, facts, details, settings, pivots, values, connection: live }
const away: Partial<Answers> = { failure: { error: 'x', status: 0 }, connection: { state: 'away', since: null, nextTry: 0 } }
let overlay: Awaited<ReturnType<typeof openOverlay>>
let page: Page
beforeAll(async () => {
  overlay = await openOverlay(answers)
})
afterAll(() => overlay?.close())
beforeEach(() => overlay.set({ ...answers, facts: { ...facts, [address]: bruteForce() } }))
afterEach(() => page?.close())
const card = () => readCard(page)
const screens = { whole: [1280, 1024], '200 %': [640, 512], '400 %': [320, 256] } as const

async function open(size: readonly [number, number], text: string, log = `from ${address}`) {
  page = await overlay.visit(wrap(`<main><h1>Logs</h1><p>${log}</p></main>`), { inject: false })
  await page.setViewportSize({ width: size[0], height: size[1] })
  await overlay.openTrees(page)
  await overlay.inject(page)
  await overlay.push(page, { type: 'card', ip: null, text })
}
/** What reaches over an edge of the screen. */
const beside = () =>
  page.evaluate(() =>
    [
      document.documentElement.lastElementChild!,
      ...document.documentElement.lastElementChild!.shadowRoot!.querySelectorAll('.card, .card *'),
    ]
      .filter(element => {
        const { left, right, width } = element.getBoundingClientRect()
        return width > 0 && (left < 0 || right > innerWidth)
      })
      .map(({ localName, className }) => `${localName} ${className}`),
  )

test.each(Object.entries(screens))('%s: what is known, a signal unfolded, and why it is archived', async (name, size) => {
  await open(size, `${address} 10.0.0.5`)
  await card().says(/Also selected/)
  await look(page, `card ${name}`)
  expect(await beside()).toEqual([])
  const press = (key: string) => page.keyboard.press(key)
  await press('e')
  await card().says(/Why is this done/)
  await look(page, `card archiving ${name}`)
  expect(await beside()).toEqual([])
  await press('Escape')
  await page.getByRole('button', { name: 'SSH brute force' }).click()
  await card().says(/failures > 5/)
  await look(page, `card unfolded ${name}`)
  expect(await beside()).toEqual([])
})

test.each(Object.entries(screens))('%s: the daemon is away', async (name, size) => {
  await overlay.set({ ...answers, ...away })
  await open(size, address)
  await card().says(/does not answer/)
  await look(page, `card away ${name}`)
  expect(await beside()).toEqual([])
})

/** Why a control of the card is off; null while it is not. */
const offOf = async (name: RegExp) => {
  const button = page.getByRole('button', { name }).first()
  return (await button.getAttribute('aria-disabled')) === 'true' ? button.getAttribute('title') : null
}
const triage = [/^Triage state/, /^Assign to me/, /^Archive/]
const status = (connection: Connection): Push => ({ type: 'status', status: { url: 'http://127.0.0.1:7420', connection } })

test.each<[string, Connection, string]>([
  ['read-only', { ...live, readOnly: true }, 'The daemon is read-only'],
  ['away', { state: 'away', since: null, nextTry: 0 }, 'The daemon is away'],
  [
    'of somebody who may not',
    { ...live, user: { ...live.user, permissions: [...defaultRoles['Read Only']] } },
    'Needs the permission Security Signals Write. An admin can grant it.',
  ],
])('the daemon is %s: triage is off and says why, what is typed stays, and both follow at once', async (name, connection, why) => {
  await open(screens.whole, address)
  await card().says(/SSH brute force/)
  const moves = (await overlay.asked('move')).length
  expect(await Promise.all(triage.map(offOf))).toEqual([null, null, null])
  await page.keyboard.press('e')
  await page.getByLabel('Benign').check()
  await page.getByLabel('Comment, optional').fill('ours')
  await overlay.push(page, status(connection))
  await expect.poll(() => Promise.all(triage.map(offOf))).toEqual([why, why, why])
  await page.waitForTimeout(450)
  await page.getByLabel('Comment, optional').press('Enter')
  await page.getByText(`Not archived: ${why}`).waitFor()
  await look(page, `card ${name}`)
  expect(await overlay.asked('move')).toHaveLength(moves)
  await overlay.push(page, status(live))
  await expect.poll(() => Promise.all(triage.map(offOf))).toEqual([null, null, null])
  await page.getByLabel('Comment, optional').press('Enter')
  await page.getByText('Archived as benign').waitFor()
  expect((await overlay.asked('move')).at(-1)).toMatchObject({ state: 'archived', comment: 'ours' })
})

test('a card that is opened while the daemon is read-only says so at once', async () => {
  await overlay.set({ ...answers, connection: { ...live, readOnly: true } })
  await open(screens.whole, address)
  await card().says(/SSH brute force/)
  await expect.poll(() => Promise.all(triage.map(offOf))).toEqual(triage.map(() => 'The daemon is read-only'))
})

test('links to other sites: opened by a press alone, and by the background; what is private is offered to one’s own', async () => {
  await open(screens.whole, `${address} 10.0.0.5`)
  const link = page.getByRole('button', { name: 'VirusTotal' })
  await link.waitFor()
  expect(await page.evaluate(() => document.documentElement.lastElementChild!.shadowRoot!.querySelector('a[href]'))).toBeNull()
  await link.evaluate(button => (button as HTMLElement).click())
  await card().says(/that was no click of yours/)
  // the least time in which a person sees what they press is over once that was said; a click in it is refused
  async function press() {
    await link.click()
    return (await overlay.asked('openPivot'))[0]
  }
  await expect.poll(press, { timeout: 20_000 }).toMatchObject({ name: 'VirusTotal', value: address })
  await page.getByRole('button', { name: '10.0.0.5' }).click()
  await card().says(/Not offered: this is a private address, and the site is outside of your network/)
  expect(await page.getByRole('button', { name: 'Shodan' }).count()).toBe(0)
  await page.getByRole('button', { name: 'CMDB of the office' }).waitFor()
  await look(page, 'card links withheld')
})

test.each([
  ['a domain', 'seen at bad[.]example today', 'bad.example', 'Domain'],
  ['a long URL, and the domain in it', long, long, 'URL'],
  ['a hash', 'MD5 44D88612FEA8A8F36DE82E1278ABB02F', '44d88612fea8a8f36de82e1278abb02f', 'MD5'],
  ['a block', 'deny 203.0.113.0/24;', '203.0.113.0/24', 'Block of addresses'],
])('%s: what feeds, logs and signals say of it, and its signals are worked on there', async (name, text, value, kind) => {
  for (const size of [screens.whole, screens['400 %']] as const) {
    await open(size, text)
    const dialog = page.getByRole('dialog', { name: value, exact: true })
    await dialog.getByText(kind, { exact: true }).waitFor()
    await dialog.getByText('Team watchlist').waitFor()
    expect(await dialog.getByRole('button', { name: /^Block/ }).count()).toBe(0)
    await look(page, `card of ${name} ${size[0]}`)
    expect(await beside()).toEqual([])
    if (size === screens.whole) {
      const asked = async () => (await overlay.asked('assign')).length
      const before = await asked()
      // a press too soon after the card has opened is refused; one that counts takes the button away
      async function assigned() {
        const button = dialog.getByRole('button', { name: /^Assign to me/ })
        if ((await asked()) === before) await button.click({ timeout: 1_000 }).catch(() => {})
        return asked()
      }
      await expect.poll(assigned, { timeout: 20_000 }).toBeGreaterThan(before)
      await overlay.set({ ...answers, facts: { ...facts, [address]: bruteForce() }, values: { ...values } })
    }
    await page.close()
  }
})
test('a URL on a host that is known: which of the two it is', async () => {
  const url = 'https://203.0.113.9/drop.sh'
  for (const size of [screens.whole, screens['400 %']] as const) {
    await open(size, url)
    // the address in it comes first
    await page.getByRole('button', { name: url, exact: true }).click()
    const dialog = page.getByRole('dialog', { name: url, exact: true })
    for (const said of [
      'In no feed',
      'Its host: on the denylist',
      'On the denylist as part of 203.0.113.0/24',
      'as part of 203.0.113.0/28',
    ])
      await dialog.getByText(said, { exact: true }).waitFor()
    await dialog.getByRole('heading', { name: 'Its host 203.0.113.9' }).waitFor()
    await dialog.getByText('no match').waitFor()
    await look(page, `card of a URL on a known host ${size[0]}`)
    expect(await beside()).toEqual([])
    await page.close()
  }
})
test('a block of which parts are known: what holds all of it, and what lies in it, and which of the two', async () => {
  for (const size of [screens.whole, screens['400 %']] as const) {
    await open(size, '198.51.100.0/24')
    const dialog = page.getByRole('dialog', { name: '198.51.100.0/24', exact: true })
    for (const said of [
      'In no feed as a whole',
      '7 listed inside',
      'On the denylist as part of 198.51.100.0/23',
      '198.51.100.11',
      '4 more',
    ])
      await dialog.getByText(said, { exact: true }).waitFor()
    await dialog.getByRole('heading', { name: 'Inside 7 listed, not all of it' }).waitFor()
    await look(page, `card of a block with known parts ${size[0]}`)
    expect(await beside()).toEqual([])
    await page.close()
  }
})
test('a range that is no block has neither logs nor signals; a text without any value says so', async () => {
  await open(screens.whole, '203.0.113.5-203.0.113.9')
  await card().says(/a range that is no block is not searched for/)
  await look(page, 'card of a range')
  await overlay.push(page, { type: 'card', ip: null, text: 'nothing at all' })
  await card().says(/holds nothing that can be looked up/)
  await look(page, 'card of nothing')
})

test('a page of more addresses than are counted: the card says so', async () => {
  await open(screens['200 %'], address, Array.from({ length: 5_001 }, (_, i) => `10.0.${i >> 8}.${i & 255}`).join(' '))
  await card().says(/counts the first 5,000/)
  await look(page, 'card past a limit')
})

test('a frame of 300 by 100: that the card goes on below what is in sight, until its end is', async () => {
  const inner = overlay.serve('/small', wrap(`<p style="margin: 0">from ${address}</p>`))
  page = await overlay.visit(
    wrap(`<h1>Logs</h1><iframe title="log" src="${inner}" style="width: 300px; height: 100px; border: 0"></iframe>`),
    {
      inject: false,
    },
  )
  await overlay.openTrees(page)
  await overlay.inject(page)
  const frame = page.frames()[1]!
  const box = (await page.locator('iframe').boundingBox())!
  const place = await whereIs(frame, address)
  await expect.poll(async () => (await marked(frame)).length).toBe(1)
  await page.mouse.move(box.x + place.x - 4, box.y + place.y)
  await page.mouse.move(box.x + place.x, box.y + place.y)
  const sign = frame.getByText('More below')
  await frame.getByText('Team watchlist').waitFor({ state: 'attached' })
  await sign.waitFor()
  const { top, bottom } = await sign.evaluate(element => element.getBoundingClientRect())
  expect([top > 0, bottom < 100]).toEqual([true, true])
  await look(page, 'card small frame')
  await page.mouse.move(box.x + 150, box.y + 50)
  await page.mouse.wheel(0, 5_000)
  await sign.waitFor({ state: 'detached' })
  await shot(page, 'card small frame end')
  await page.mouse.wheel(0, -5_000)
  await sign.waitFor()
})
test.each([
  ['1280 by 1024', screens.whole, false],
  ['1280 by 500, where the facts alone are scrolled', [1280, 500], true],
] as const)('%s: more below: %s', async (_, size, more) => {
  await open(size, address)
  await card().says(/SSH brute force/)
  const sign = page.getByText('More below')
  await sign.waitFor({ state: more ? 'visible' : 'detached' })
  await look(page, `card more ${size[1]}`)
})
