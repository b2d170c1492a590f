import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openOverlay } from './overlay.ts'
import { live, settings, wrap } from './overlay-data.ts'
import { shot } from './surfaces.ts'

// Of a text that is very long a line under an address costs the browser far more than a ground behind it.

const values = { match: '203.0.113.9', signal: '198.51.100.77', blocked: '192.0.2.14', trusted: '198.51.100.200', unknown: '198.51.100.3' }
const lines = (times: number) =>
  Array.from({ length: times }, () =>
    Object.values(values).map((value, i) => `web-1 sshd[4${i}]: Failed password for root from ${value} port 22`),
  )
    .flat()
    .join('\n')
const words = (units: number) => `\n${'nothing to see but words\n'.repeat(Math.ceil(units / 25))}`

let overlay: Awaited<ReturnType<typeof openOverlay>>
let page: Page
beforeAll(async () => {
  const kinds = Object.fromEntries(Object.entries(values).map(([kind, value]) => [value, kind])) as Record<string, 'match'>
  overlay = await openOverlay({ on: true, kinds, facts: {}, details: {}, settings, connection: live })
})
afterEach(() => page?.close())
afterAll(() => overlay?.close())

/** What is drawn on the first line with each value: what has a ground, and whether there is a line. */
const drawn = () =>
  page.evaluate(values => {
    const text = document.querySelector('pre')!.firstChild as Text
    const looks: Record<string, string> = {}
    for (const [kind, value] of Object.entries(values)) {
      const from = text.data.indexOf(value)
      let form = '-'.repeat(value.length)
      let line = ''
      for (const [name, ranges] of CSS.highlights as unknown as Map<string, Iterable<StaticRange>>)
        for (const { startContainer, startOffset, endOffset } of ranges) {
          if (startContainer !== text || startOffset < from || endOffset > from + value.length) continue
          const style = getComputedStyle(text.parentElement!, `::highlight(${name})`)
          if (style.textDecorationLine !== 'none') line = ' line'
          form = form.slice(0, startOffset - from) + '#'.repeat(endOffset - startOffset) + form.slice(endOffset - from)
        }
      looks[kind] = form + line
    }
    return looks
  }, values)

const grounds = {
  match: '###########',
  signal: '######-######',
  blocked: '#-#-#-#-#-',
  trusted: '###-###-###-##',
  unknown: '#----------#',
}
const underlined = Object.fromEntries(Object.entries(values).map(([kind, { length }]) => [kind, `${'#'.repeat(length)} line`]))

test('in a text of 600,000 characters marks are grounds, each kind of another form', async () => {
  page = await overlay.visit(wrap(`<pre>${lines(4)}${words(600_000)}</pre>`))
  await expect.poll(drawn).toEqual(grounds)
  await shot(page, 'marks-long-text')
})

test('a text that grows that long → its lines become grounds', async () => {
  page = await overlay.visit(wrap(`<pre>${lines(4)}${words(400_000)}</pre>`))
  await expect.poll(drawn).toEqual(underlined)
  await page.evaluate(more => (document.querySelector('pre')!.firstChild as Text).appendData(more), words(200_000))
  await expect.poll(drawn).toEqual(grounds)
})

test('a value that begins in a short text and ends in a long one has a ground, all of it', async () => {
  page = await overlay.visit(wrap(`<pre>from 203.0.<b>113.9 port 22${words(600_000)}</b></pre>`))
  await expect
    .poll(() =>
      page.evaluate(() =>
        [...(CSS.highlights as unknown as Map<string, Iterable<StaticRange>>)].flatMap(([name, ranges]) =>
          [...ranges].map(({ startOffset, endOffset }) => [
            startOffset,
            endOffset,
            getComputedStyle(document.querySelector('pre')!, `::highlight(${name})`).textDecorationLine,
          ]),
        ),
      ),
    )
    .toEqual([[5, 5, 'none']])
})
