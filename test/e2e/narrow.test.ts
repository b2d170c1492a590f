import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { look } from './axe.ts'
import { openExplorer } from './paired.ts'
import { type RealDaemon, startRealDaemon } from './real-daemon.ts'

// One column wide: what matters most of each row stands in two lines, and nothing is scrolled sideways.

let daemon: RealDaemon
let context: BrowserContext
let page: Page
let root: string
const complaints: string[] = []
const long = 'Somebody logged in from two countries at once, then exported all customers of the shop'

beforeAll(async () => {
  daemon = await startRealDaemon({ demo: true })
  const make = (path: string, type: string, attributes: object) => daemon.call('POST', path, { data: { type, attributes } })
  const steps = [{ name: 'say', actionId: 'add_note', parameters: [{ name: 'text', value: 'seen' }] }]
  const made = await Promise.all([
    make('/api/local/cases', 'case', { title: long, priority: 'P1' }),
    make('/api/v2/incidents', 'incidents', { title: long, customer_impacted: true, customer_impact_scope: 'all' }),
    make('/api/v2/workflows', 'workflows', { name: long, spec: { triggers: [{ securityTrigger: {} }], steps } }),
    make('/api/local/denylist', 'denylist', { kind: 'ip', value: '93.184.7.7', duration: '1h', reason: long }),
    make('/api/v2/users', 'users', { email: 'somebody.with.a.long.name@security.example.com', name: long }),
  ])
  for (const { status, body } of made) expect(status, JSON.stringify(body)).toBeLessThan(300)
  ;({ context, page, root } = await openExplorer(daemon, complaints, { administers: true }))
  await page.setViewportSize({ width: 320, height: 720 })
})
afterAll(async () => {
  await context?.close()
  await daemon?.dispose()
})

/** Of a list that is drawn: how far it goes beyond its box, and what is cut off in its rows without saying so. */
const beyond = () =>
  page.evaluate(() => {
    const box = document.querySelector('.scroll')!
    const cells = [...box.querySelectorAll<HTMLElement>('.brief > .row > div, .brief > .row')]
    const clipped = cells.filter(cell => cell.scrollWidth > cell.clientWidth + 1 && !cell.querySelector('.cut'))
    return {
      page: document.documentElement.scrollWidth - innerWidth,
      list: box.scrollWidth - box.clientWidth,
      clipped: clipped.map(({ innerText }) => innerText),
    }
  })

test.each([
  ['cases', long],
  ['incidents', long],
  ['rules', 'Web scanner'],
  ['feeds', undefined],
  ['workflows', long],
  ['attackers', undefined],
  ['attackers?view=users', undefined],
  ['attackers?by=as', undefined],
  ['denylist', '93.184.7.7'],
  ['settings', long],
  ['settings?part=roles', 'Standard'],
  ['settings?part=keys', undefined],
  ['settings?part=cases', undefined],
])('320 px, %s: its list fits', async (place, shown) => {
  await page.goto('about:blank')
  await page.goto(`${root}#/${place}`)
  const row = page.getByRole('row').filter(shown ? { hasText: shown } : { has: page.getByRole('gridcell') })
  await row.first().waitFor()
  expect(await beyond()).toEqual({ page: 0, list: 0, clipped: [] })
  await look(page, `narrow-${place.replace(/\W+/g, '-')}`)
})

test('320 px: what it is sorted by stands above it, and a press sorts', async () => {
  await page.goto(`${root}#/rules`)
  const head = page.getByRole('columnheader')
  await head.getByRole('button', { name: 'Name' }).click()
  await expect.poll(() => head.getAttribute('aria-sort')).toBe('ascending')
  const names = page.locator('.grid .title')
  const sorted = async () => {
    const all = await names.allInnerTexts()
    return all.length > 5 && String(all) === String(all.toSorted((a, b) => a.localeCompare(b, 'en', { sensitivity: 'base' })))
  }
  await expect.poll(sorted).toBe(true)
})

test('nothing went wrong', () => expect(complaints).toEqual([]))
