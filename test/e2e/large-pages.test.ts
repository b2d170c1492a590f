import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openOverlay } from './overlay.ts'
import { live, settings, wrap } from './overlay-data.ts'

// Of a page of many elements the rules for marks hold only near the screen: a mark that they do not reach is there and cannot be seen.

let overlay: Awaited<ReturnType<typeof openOverlay>>
let page: Page
beforeAll(async () => {
  overlay = await openOverlay({ on: true, kinds: {}, facts: {}, details: {}, settings, connection: live })
})
afterEach(() => page?.close())
afterAll(() => overlay?.close())

const rows = (count: number, row: (text: string) => string, from = 0) =>
  Array.from({ length: count }, (_, i) => row(`10.0.${(from + i) >> 8}.${(from + i) & 255}`)).join('')
const div = (text: string) => `<div>${text}</div>`
const spans = (text: string) => `<div class="row"><span>from</span> <span>${text}</span> <span>port</span></div>`

/** The addresses on the screen that have no line, or `none at all`. */
const unseen = () =>
  page.evaluate(() => {
    const lined = new Set<Node>()
    for (const [name, ranges] of CSS.highlights as unknown as Map<string, Iterable<StaticRange>>)
      for (const { startContainer } of ranges)
        if (getComputedStyle(startContainer.parentElement!, `::highlight(${name})`).textDecorationLine !== 'none') lined.add(startContainer)
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const missing: string[] = []
    let shown = 0
    for (let text = walker.nextNode() as Text | null; text; text = walker.nextNode() as Text | null) {
      if (!text.data.includes('10.0.') || !text.parentElement!.checkVisibility()) continue
      const range = new Range()
      range.selectNodeContents(text)
      const { top, bottom, width } = range.getBoundingClientRect()
      if (width === 0 || bottom < 0 || top > innerHeight) continue
      shown++
      if (!lined.has(text)) missing.push(text.data)
    }
    return shown > 0 ? missing.slice(0, 5).join() : 'none at all'
  })
const allSeen = () => expect.poll(unseen, { timeout: 15_000 }).toBe('')

test.each<[string, string]>([
  ['8,000 lines', rows(8_000, div)],
  [
    '2,000 lines of words below a list of 100',
    `<ul>${rows(100, text => `<li>${text}</li>`)}</ul><main><section>${rows(2_000, spans)}</section></main>`,
  ],
  ['a table of 200 groups', `<table>${rows(200, text => `<tbody>${rows(30, () => `<tr><td>${text}</td></tr>`)}</tbody>`)}</table>`],
  [
    '100 panels of 6,000 lines each, one open',
    rows(100, text => `<div ${text === '10.0.0.70' ? '' : 'hidden'}>${rows(60, () => `<p>${rows(10, t => `<i>${t}</i> `)}</p>`)}</div>`),
  ],
  ['text between 6,000 pieces', `<pre>${rows(6_000, text => `${text} <b>at</b>\n`)}</pre>`],
  [
    'panels that the browser leaves out until they are near',
    rows(
      400,
      text => `<section style="content-visibility: auto; contain-intrinsic-size: auto 90px">${rows(3, () => `<p>${text}</p>`)}</section>`,
    ),
  ],
  ['lines of two kinds by turns', rows(4_000, text => `<p>${text}</p><section>${text}</section>`)],
])('%s: every mark on the screen has its line, wherever it is scrolled', async (_, html) => {
  page = await overlay.visit(wrap(html))
  await allSeen()
  for (const part of [0.5, 0.53, 1, 0]) {
    await page.evaluate(part => scrollTo(0, document.documentElement.scrollHeight * part), part)
    await allSeen()
  }
  await page.evaluate(html => document.body.insertAdjacentHTML('beforeend', html), rows(300, div))
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
  await allSeen()
})

test('what is folded, or shown by a class alone, has no marks; once it is opened by a click or by the page, it has', async () => {
  const folds = rows(20, text => `<details><summary>build ${text}</summary>${rows(200, div)}</details>`)
  page = await overlay.visit(
    wrap(`<style>.off { display: none }</style><button onclick="panel.classList.toggle('off')">show</button>
      <section id="panel" class="off">${rows(5, spans)}</section>${folds}`),
  )
  await allSeen()
  const marked = () => page.evaluate(() => [...CSS.highlights.values()].reduce((sum, { size }) => sum + size, 0))
  expect(await marked()).toBe(20)
  await page.getByRole('button').click()
  await allSeen()
  await expect.poll(marked).toBe(25)
  await page.locator('summary').nth(2).click()
  await allSeen()
  await page.evaluate(() => (document.querySelector('details')!.open = true))
  await allSeen()
})

test('8,000 lines, and a thousand more in front of them again and again: every mark on the screen has its line', async () => {
  page = await overlay.visit(wrap(rows(8_000, div)))
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight / 2))
  await allSeen()
  for (let i = 0; i < 4; i++) {
    await page.evaluate(html => document.body.insertAdjacentHTML('afterbegin', html), rows(1_000, div, i))
    await allSeen()
  }
})

test('one text of 2 MB in a box of its own: what shows is marked, and little more', async () => {
  const text = rows(20_000, text => `${'x'.repeat(80)} ${text}\n`)
  page = await overlay.visit(wrap(`<pre style="height: 300px; overflow: auto">${text}</pre>`), { inject: false })
  await page.evaluate(() => {
    const seen = Object.assign(window, { most: 0 })
    const frame = () => {
      const sizes = [...(CSS.highlights as unknown as Map<string, { size: number }>).values()].map(({ size }) => size)
      seen.most = Math.max(seen.most, ...sizes)
      requestAnimationFrame(frame)
    }
    frame()
  })
  await overlay.inject(page)
  const drawn = () =>
    page.evaluate(() => {
      const ranges = [...(CSS.highlights as unknown as Map<string, Iterable<StaticRange>>).values()].flatMap(ranges => [...ranges])
      const at = document.querySelector('pre')!.getBoundingClientRect()
      const text = ranges[0]?.startContainer
      const tops = ranges.map(range => {
        const rect = new Range()
        rect.setStart(text!, range.startOffset)
        rect.setEnd(text!, range.endOffset)
        return rect.getBoundingClientRect().top
      })
      return tops.filter(top => top > at.top && top < at.bottom).length
    })
  for (const part of [0, 0.5, 1]) {
    await page.evaluate(part => {
      const list = document.querySelector('pre')!
      list.scrollTo(0, list.scrollHeight * part)
    }, part)
    await expect.poll(drawn, { timeout: 15_000 }).toBeGreaterThan(10)
  }
  expect(await page.evaluate(() => (window as never as { most: number }).most)).toBeLessThan(4_000)
})

const cells = (from: number, cell: (text: string) => string) =>
  Array.from(
    { length: 199 },
    (_, i) => `<div style="display: flex">${cell(`10.1.${from}.${199 - i}`)}${cell(`${(i * 7) % 100}`)}</div>`,
  ).join('')
test.each<[string, string, number]>([
  [
    'cells with no space between an address and a number that would make it another',
    cells(1, text => `<b>${text}</b>`) + div('').repeat(300),
    199,
  ],
  ['the same a second time', cells(1, text => `<b>${text}</b>`) + cells(1, text => `<i>${text}</i>`), 199],
  ['cells with many attributes', cells(2, text => `<b ${`data-ip="203.0.113.9" class="${'x'.repeat(900)}"`}>${text}</b>`), 199],
  [
    'addresses in attributes, scripts, comments and what is being written',
    '<p title="203.0.113.9"><!-- 203.0.113.8 --><textarea>203.0.113.7</textarea><script type="text">203.0.113.6</script><i>203.0.113.5</i></p>'.repeat(
      300,
    ),
    1,
  ],
  ['each address between two signs of markup', rows(600, text => `<p>&lt;${text}&gt; <i>&amp;${text}&nbsp;</i></p>`), 600],
  ['one address at the end of very many elements', `${'<p><i>no</i> address</p>'.repeat(3_000)}<p>10.1.1.1</p>`, 1],
  [
    'zones, and addresses of IPv6 with others in them',
    '<p><b>fe80::1</b><b>fe80::1%eth0</b> <b>x-cafe:2001:db8::1</b> <b>cafe:2001:db8::1</b></p>'.repeat(300),
    3,
  ],
  [
    'several new ones in a line of words, with one in an attribute',
    rows(
      200,
      text => `<p title="203.0.113.9"><i>${text}</i> <i data-ip="203.0.113.8">to</i> <i>x ${text.replace(/^10/, '11')}</i><i>2</i> </p>`,
    ),
    400,
  ],
  [
    'texts side by side, as a library makes them',
    `<div id="list"></div><script>for (let i = 0; i < 600; i++) {
      const line = document.createElement('p')
      const word = document.createElement('i')
      word.append('10.2.' + (i >> 8) + '.' + (i & 255), String(i))
      line.append(word, ' ', 'seen')
      list.append(line)
    }</script>`,
    600,
  ],
  [
    'words without a space between them',
    // the address stands where its markup would be cut
    rows(40, text => `<p>${`<i>${'-'.repeat(33)}</i>`.repeat(100)}<u>${'-'.repeat(20)}</u><b>${text}</b>${'<i>/</i>'.repeat(60)}</p>`),
    40,
  ],
  ['one text without a space', `<p>${rows(3_000, text => `{"ip":"${text}"},`)}</p>`, 3_000],
  ['each in a depth of its own', rows(150, text => `<div>${'<div>'.repeat(20)}${text}${'</div>'.repeat(20)}</div>`), 150],
])('%s: each address is counted once', async (_, html, found) => {
  page = await overlay.visit(wrap(html))
  await expect.poll(async () => (await overlay.asked('seen')).at(-1), { timeout: 15_000 }).toMatchObject({ found })
})
