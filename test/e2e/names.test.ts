import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { MarkKind, ValueFacts } from '../../extension/messages.ts'
import { look } from './axe.ts'
import { type Answers, openOverlay } from './overlay.ts'
import { details, facts, factsOf, live, settings, wrap } from './overlay-data.ts'
import { marked, pointAt, shot } from './surfaces.ts'

// Marks under what is no address: domains, URLs, mail addresses, hashes and CVEs, those alone of which something is known.

const md5 = '44d88612fea8a8f36de82e1278abb02f'
const url = 'https://files.example/a/setup.exe?id=7'
const kinds: Record<string, MarkKind> = {
  'evil.example': 'match',
  [url]: 'match',
  'eve@bad.example': 'signal',
  [md5]: 'match',
  'CVE-2021-44228': 'signal',
  '203.0.113.9': 'match',
  'http://203.0.113.9/drop.sh': 'match',
}
const factsOfDomain: ValueFacts = {
  ...{
    value: 'evil.example',
    type: 'domain',
    verdict: 'malicious',
    known_good: [],
    ...{ blocked: null, pass: null },
    logs: null,
    signals: { open: 0, total: 0, latest: [] },
  },
  matches: [
    {
      ...{ indicator: 'evil.example', type: 'DOMAIN', category: 'malware', intention: 'malicious', source: { name: 'Team watchlist' } },
      ...{ age_ms: 7_200_000, stale: false },
    },
  ],
}
const answers = (more: Partial<Answers> = {}): Answers => ({
  ...{ on: true, kinds, facts: { ...facts, '203.0.113.9': factsOf('203.0.113.9') }, details, settings, connection: live },
  values: { 'evil.example': factsOfDomain },
  ...more,
})
let overlay: Awaited<ReturnType<typeof openOverlay>>
let page: Page
beforeAll(async () => {
  overlay = await openOverlay(answers())
})
afterAll(() => overlay?.close())
beforeEach(() => overlay.set(answers()))
afterEach(() => page?.close())

const until = (...expected: string[]) => expect.poll(async () => (await marked(page)).sort()).toEqual(expected.sort())
const asked = async () => (await overlay.asked('marks')).flatMap(message => (message as unknown as { values: string[] }).values)

const report = wrap(`<nav><b>Incident</b> notes</nav><main><pre>
The mail came from eve@bad.example and linked to hxxps://files[.]example/a/setup.exe?id=7, which loads main.rs
from 203.0.113.9 and hxxp://203[.]0[.]113[.]9/drop.sh, then resolves c2.evil.example, evil[.]example and fine.example.
Dropped ${md5.toUpperCase()}; the hole is CVE-2021-44228 (not CVE-2021-44229).
<span>In pieces: ev<em>il.exam</em>ple, and <b>evil</b><i>.example</i>.</span> Columns: <span>evil.example</span><span>200</span></pre></main>`)
const marksOfReport = [
  ...[
    'eve@bad.example',
    'hxxps://files[.]example/a/setup.exe?id=7',
    'hxxp://203[.]0[.]113[.]9/drop.sh',
    '203[.]0[.]113[.]9',
    '203.0.113.9',
  ],
  ...['evil[.]example', md5.toUpperCase(), 'CVE-2021-44228', 'evil.example', 'evil.example', 'evil.example'],
]

test('all kinds, harmless and in pieces; what is unknown is not marked, and the tree of the page stays as it was', async () => {
  page = await overlay.visit(report, { inject: false })
  const before = await page.evaluate(() => document.documentElement.outerHTML)
  await overlay.inject(page)
  await until(...marksOfReport)
  expect(await page.evaluate(() => document.documentElement.outerHTML)).toBe(before)
  await expect.poll(async () => (await overlay.asked('seen')).at(-1)).toMatchObject({ found: 1, bad: 5, signals: 2 })
  await shot(page, 'names')
})

test('hover → its card; of an address in a URL that of the address, elsewhere that of the URL', async () => {
  page = await overlay.visit(report, { inject: false })
  await overlay.openTrees(page)
  await overlay.inject(page)
  await until(...marksOfReport)
  const hover = async (text: string, value: string) => {
    await pointAt(page, text)
    await page.getByRole('dialog', { name: value }).waitFor()
  }
  await hover('evil[.]example', 'evil.example')
  await page.getByText('Team watchlist').waitFor()
  await look(page, 'card of a domain')
  await shot(page, 'names-card')
  await hover('drop.sh', 'http://203.0.113.9/drop.sh')
  await hover('203[.]0[.]113[.]9', '203.0.113.9')
})

test('a block or a range: one mark over all of it, as what is known of all of it; counted is its first address, once', async () => {
  const range = '198.51.100.1-198.51.100.9'
  const block = '203.0.113.0/24'
  await overlay.set(
    answers({
      kinds: { [block]: 'match', '203.0.113.0': 'match', [range]: 'trusted' },
      values: { [block]: { ...factsOfDomain, value: block, type: 'ip', inside: { count: 3, more: false, first: [] } } },
    }),
  )
  page = await overlay.visit(
    wrap(`<pre>deny 203[.]0[.]113[.]0/24; deny <b>203.0.113.0</b>/24; allow ${range}; see http://203.0.113.0/24 and 192.0.2.0/24</pre>`),
    { inject: false },
  )
  await overlay.openTrees(page)
  await overlay.inject(page)
  // under the path of a URL the address alone
  await until('203[.]0[.]113[.]0/24', block, range, '203.0.113.0', '192.0.2.0/24')
  await expect.poll(async () => (await overlay.asked('seen')).at(-1)).toMatchObject({ found: 4, bad: 1, signals: 0 })
  await pointAt(page, '[.]0/24')
  const card = page.getByRole('dialog', { name: block })
  await card.getByText('3 listed inside').waitFor()
  await shot(page, 'names-range')
})

test('only what is near the screen is asked for, each name once; the rest when it comes there', async () => {
  page = await overlay.visit(wrap(Array.from({ length: 5_000 }, (_, i) => `<div>from h${i}.evil.example</div>`).join('')))
  await expect.poll(async () => (await asked()).includes('h0.evil.example')).toBe(true)
  const first = (await asked()).filter(value => /^h\d+\.evil/.test(value))
  expect(first.length).toBeLessThan(200)
  expect(new Set(first).size).toBe(first.length)
  await overlay.set(answers({ kinds: { ...kinds, 'h4999.evil.example': 'match' } }))
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
  await until('h4999.evil.example')
})

test('more than 1,000 near the screen: the first are looked up', async () => {
  const many = `x${Date.now() % 1e6}`
  page = await overlay.visit(
    wrap(`<p style="font-size: 4px">${Array.from({ length: 3_000 }, (_, i) => `${many}-${i}.example`).join(' ')}</p>`),
  )
  await expect.poll(async () => (await asked()).filter(value => value.startsWith(many)).length).toBe(1_000)
})

test('nothing is known of names: none is asked for; once something is, they are marked, and forgotten when it is not', async () => {
  await overlay.set(answers({ names: [] }))
  page = await overlay.visit(wrap('<p>silent.example and 203.0.113.9 and evil.example</p>'))
  await until('203.0.113.9')
  await overlay.push(page, { type: 'card', ip: '10.0.0.5', text: '' })
  expect(await asked()).not.toContain('silent.example')
  await overlay.set(answers({ names: ['domain'] }))
  await overlay.push(page, { type: 'changed', ids: [], counts: null })
  await until('203.0.113.9', 'evil.example')
  expect(await asked()).toContain('silent.example')
  await overlay.set(answers({ kinds: {}, names: [] }))
  await overlay.push(page, { type: 'changed', ids: [], counts: null })
  await until('203.0.113.9')
  expect((await overlay.asked('seen')).at(-1)).toMatchObject({ bad: 0 })
})

test('a kind of names goes away, another stays: its marks and counts go, and no name of it is asked for any more', async () => {
  const [cve, late] = ['CVE-2021-44228', 'CVE-2020-1472']
  await overlay.set(answers({ names: ['domain', 'cve'] }))
  page = await overlay.visit(wrap(`<p>${cve} and evil.example</p>`))
  await until(cve, 'evil.example')
  await overlay.set(answers({ kinds: { ...kinds, [late]: 'signal', [cve]: 'unknown', 'late.example': 'match' }, names: ['domain'] }))
  await overlay.push(page, { type: 'changed', ids: [], counts: null })
  await until('evil.example')
  await page.evaluate(late => document.body.append(` ${late} and late.example`), late)
  await until('evil.example', 'late.example')
  expect(await asked()).not.toContain(late)
  await expect.poll(async () => (await overlay.asked('seen')).at(-1)).toMatchObject({ bad: 2, signals: 0 })
})

test('the daemon still reads what it has: what it knows is marked, and the rest once it is done', async () => {
  await overlay.set(answers({ kinds: { '203.0.113.9': 'match' }, names: [], complete: false }))
  page = await overlay.visit(wrap('<p>203.0.113.9 and evil.example</p>'))
  await until('203.0.113.9')
  await overlay.set(answers({ kinds: { '203.0.113.9': 'match' }, complete: false }))
  await expect.poll(asked).toContain('evil.example')
  await overlay.set(answers())
  await until('203.0.113.9', 'evil.example')
})

test('a page without an address: its names are marked, and gone when it is switched off', async () => {
  page = await overlay.visit(wrap('<p>to evil.example</p>'))
  await until('evil.example')
  await overlay.push(page, { type: 'marking', on: false })
  await expect.poll(() => page.evaluate(() => [CSS.highlights.size, document.adoptedStyleSheets.length])).toEqual([0, 0])
})

test('a virtual list that recycles its rows: no line stands under what is another name', async () => {
  page = await overlay.visit(wrap('<div class="row">to <b>evil.example</b></div>'.repeat(30)))
  await expect.poll(async () => (await marked(page)).length).toBe(30)
  const wrong = await page.evaluate(async () => {
    const cells = [...document.querySelectorAll('b')]
    let wrong = 0
    for (let round = 0; round < 60; round++) {
      cells.forEach((cell, i) => {
        ;(cell.firstChild as Text).data = (round + i) % 3 ? 'evil.example' : 'fine.example'
      })
      await new Promise(requestAnimationFrame)
      await new Promise(resolve => setTimeout(resolve))
      for (const ranges of (CSS.highlights as unknown as Map<string, Iterable<StaticRange>>).values())
        for (const { startContainer, startOffset, endOffset } of ranges)
          if ((startContainer as Text).data.slice(startOffset, endOffset) !== 'evil.example') wrong++
    }
    return wrong
  })
  expect(wrong).toBe(0)
  await expect.poll(async () => (await marked(page)).length).toBe(20)
})
