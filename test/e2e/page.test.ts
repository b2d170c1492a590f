import type { Frame, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { readCard } from './accessible.ts'
import { type Answers, openOverlay } from './overlay.ts'
import { bruteForce, details, facts, factsOf, kinds, live, logPage, settings, signals, wrap } from './overlay-data.ts'
import { marked, pointAt, shot } from './surfaces.ts'

// The page script in a real browser, with a stand-in for the background: what a page shows, keeps and never learns.

const answers = (more: Partial<Answers> = {}): Answers => ({
  on: true,
  kinds,
  facts: { ...facts, '183.62.140.253': bruteForce() },
  details,
  settings,
  connection: live,
  ...more,
})
let overlay: Awaited<ReturnType<typeof openOverlay>>
let page: Page
beforeAll(async () => {
  overlay = await openOverlay(answers())
})
afterAll(() => overlay?.close())
beforeEach(() => overlay.set(answers()))
afterEach(async () => {
  where = undefined
  await page?.close()
})

const until = (expected: string[] | number) =>
  expect
    .poll(async () => {
      const texts = (await marked(page)).sort()
      return typeof expected === 'number' ? texts.length : texts
    })
    .toEqual(typeof expected === 'number' ? expected : [...expected].sort())

const hover = (text: string, nth = 0) => pointAt(page, text, nth)
/** Of the page, or of a frame of another site. */
let where: Page | Frame | undefined
/** It is in a closed tree: read as assistive technology reads it. */
const card = () => readCard(page, where)
/** Until whatever the page's script asked before now has arrived: messages of one page keep their order, and this look-up is its last. */
async function answered() {
  const before = (await overlay.asked('lookup')).length
  await overlay.push(page, { type: 'card', ip: '10.0.0.5', text: '' })
  await expect.poll(async () => (await overlay.asked('lookup')).length).toBeGreaterThan(before)
}
/** People need a moment between seeing a card and clicking in it; so does the guard. */
const look = () => page.waitForTimeout(450)
const marksOfLog = [
  ...['203.0.113.9', '203.0.113.9', '192.0.2.45', '203.0.113.77', '203.0.113.10', '183.62.140.253', '183.62.140.253'],
  ...[
    '183.62.140.253',
    '183.62.140.253',
    '198.51.100.140',
    '198.51.100.23',
    '198.51.100.23',
    '2001:db8:4f::7',
    '192.0.2.14',
    '203.0.113.10',
  ],
]

test('marks every address of a log, and neither the tree nor an attribute nor a global of the page changes', async () => {
  page = await overlay.visit(logPage, { inject: false })
  const trace = () =>
    page.evaluate(() => [
      document.documentElement.outerHTML,
      Object.keys(window).join(),
      document.documentElement.getAttributeNames().join(),
    ])
  const before = await trace()
  await overlay.inject(page)
  await until(marksOfLog)
  expect(await trace()).toEqual(before)
  await expect.poll(async () => (await overlay.asked('seen')).at(-1)).toMatchObject({ bad: 3, signals: 2 })
  await shot(page, 'marks')
})

test('injected twice: it runs once, and every address is marked once', async () => {
  page = await overlay.visit(logPage)
  await until(marksOfLog)
  const begun = (await overlay.asked('site')).length
  await overlay.inject(page)
  await answered()
  expect((await overlay.asked('site')).length).toBe(begun)
  await until(marksOfLog)
})

test('switched off: no highlight, no style sheet is left', async () => {
  page = await overlay.visit(logPage)
  await until(marksOfLog)
  await overlay.push(page, { type: 'marking', on: false })
  await expect
    .poll(() => page.evaluate(() => (CSS.highlights as unknown as Map<string, unknown>).size + document.adoptedStyleSheets.length))
    .toBe(0)
  await overlay.push(page, { type: 'marking', on: true })
  await until(marksOfLog)
})

test('a site that is off: no mark, but a card by right-click', async () => {
  await overlay.set(answers({ on: false }))
  page = await overlay.visit(logPage)
  await overlay.push(page, { type: 'card', ip: '183.62.140.253', text: '183.62.140.253' })
  await card().opens('183.62.140.253')
  expect(await page.evaluate(() => (CSS.highlights as unknown as Map<string, unknown>).size)).toBe(0)
})

test('a virtual list that recycles 45 rows', async () => {
  page = await overlay.visit(wrap(`<div id="list">${'<div class="row"><span>x</span></div>'.repeat(45)}</div>`))
  for (const round of [1, 2, 3, 4]) {
    await page.evaluate(async round => {
      const rows = [...document.querySelectorAll('.row span')]
      rows.forEach((row, i) => {
        if (round % 2) (row.firstChild as Text).data = `row ${i} from 203.0.113.${(round * 45 + i) % 250} port 22`
        else row.textContent = `row ${i} from 198.51.100.${(round * 45 + i) % 250} port 22`
      })
    }, round)
    const prefix = round % 2 ? '203.0.113' : '198.51.100'
    await until(Array.from({ length: 45 }, (_, i) => `${prefix}.${(round * 45 + i) % 250}`))
  }
  await page.evaluate(() => document.querySelector('#list')!.replaceChildren())
  await until([])
})

test('open shadow roots, also late ones, an address in pieces, and what is no text of the page', async () => {
  page = await overlay.visit(
    wrap(`<x-now><template shadowrootmode="open"><p>in shadow 203.0.113.9</p></template></x-now><x-late></x-late>
    <p><span>203.0.</span><b>113.77</b> <i>198.51</i>.100<i>.23</i></p><p><span>192.0.2.1</span><span>443</span></p>
    <textarea>203.0.113.9</textarea><div contenteditable>203.0.113.9</div><script>/* 203.0.113.9 */</script><p hidden>203.0.113.9</p>`),
  )
  await until(['203.0.113.9', '203.0.113.77', '198.51.100.23', '192.0.2.1'])
  await page.evaluate(() => {
    document.querySelector('x-late')!.attachShadow({ mode: 'open' }).innerHTML = '<p>late 203.0.113.10</p>'
    document.querySelector('p span')!.firstChild!.nodeValue = '203.1.'
  })
  await page.mouse.wheel(0, 10)
  await page.evaluate(() => document.body.append('198.51.100.140'))
  await until(['203.0.113.9', '203.1.113.77', '198.51.100.23', '192.0.2.1', '203.0.113.10', '198.51.100.140'])
})

test('a page that clears all highlights: its next change brings the marks back', async () => {
  page = await overlay.visit(wrap('<p>203.0.113.9</p>'))
  await until(['203.0.113.9'])
  await page.evaluate(() => CSS.highlights.clear())
  expect(await marked(page)).toEqual([])
  await page.evaluate(() => document.body.insertAdjacentHTML('beforeend', '<p>203.0.113.77</p>'))
  await until(['203.0.113.9', '203.0.113.77'])
})

test('frames mark themselves', async () => {
  const inner = overlay.serve('/inner', wrap('<p>from 203.0.113.9</p>'))
  page = await overlay.visit(wrap(`<iframe src="${inner}"></iframe><p>203.0.113.77</p>`))
  await until(['203.0.113.77'])
  const count = () =>
    page
      .frames()[1]!
      .evaluate(() => [...(CSS.highlights as unknown as Map<string, { size: number }>).values()].reduce((sum, { size }) => sum + size, 0))
  await expect.poll(count).toBe(1)
})

test('hover: the card opens beside the address without the focus, and goes when the pointer leaves', async () => {
  page = await overlay.visit(logPage)
  await until(marksOfLog)
  await page.evaluate(() => document.body.insertAdjacentHTML('afterbegin', '<input autofocus>') ?? document.querySelector('input')!.focus())
  await hover('183.62.140.253')
  await card().opens('183.62.140.253')
  await card().says(/China, AS4134 Chinanet/)
  expect(await page.evaluate(() => document.activeElement?.localName)).toBe('input')
  // an entry that holds more than the address is named
  await card().says(/Team watchlist.*183\.62\.140\.0\/24/s)
  await shot(page, 'card')
  // on paper it would lie over the lines
  await page.emulateMedia({ media: 'print' })
  await card().closes()
  await page.emulateMedia({ media: 'screen' })
  await card().opens('183.62.140.253')
  await page.mouse.move(10, 700)
  await card().closes()
})

test('hover: the way from address to card does not close it, nor does a pinned one close', async () => {
  page = await overlay.visit(logPage)
  await until(marksOfLog)
  await hover('183.62.140.253')
  await card().opens('183.62.140.253')
  await card().click('button', 'Keep open')
  await page.mouse.move(10, 700, { steps: 5 })
  await page.waitForTimeout(500)
  await card().opens('183.62.140.253')
  await page.keyboard.press('Escape')
  await card().closes()
})

test('archived from the card, with reason and comment, and undone', async () => {
  page = await overlay.visit(logPage)
  await until(marksOfLog)
  await hover('183.62.140.253')
  await card().opens('183.62.140.253')
  await look()
  await card().click('button', /^Archive/)
  await card().click('radio', 'Benign')
  await card().click('textbox', 'Comment, optional')
  await page.keyboard.type('known scanner')
  await page.mouse.move(10, 700)
  await page.waitForTimeout(500)
  await shot(page, 'archive')
  await page.keyboard.press('Enter')
  await card().says(/Archived as benign/)
  expect((await overlay.asked('move')).at(-1)).toMatchObject({
    ids: [{ id: 's1', version: 1 }],
    state: 'archived',
    reason: 'true_positive_benign',
    comment: 'known scanner',
  })
  await shot(page, 'archived')
  await card().click('button', 'Undo')
  await expect.poll(async () => (await overlay.asked('move')).at(-1)).toMatchObject({ ids: [{ id: 's1', version: 2 }], state: 'open' })
})

test('a click on the title of a signal shows what it is about, as text, and three of its logs', async () => {
  page = await overlay.visit(logPage)
  await until(marksOfLog)
  await hover('183.62.140.253')
  await card().opens('183.62.140.253')
  await card().says(/24 h up to 9 min ago/)
  await look()
  await card().click('button', 'SSH brute force')
  await card().says(/183.62.140.253 caused 286 matching logs within 2 h on LabSZ in sshd/)
  await card().says(/failures > 5: 286/)
  await card().says(/<img src=x onerror=alert\(1\)>/)
  await card().says(/user oracle from/)
  expect(await card().text()).not.toMatch(/user dff from|Look the address up/)
  await shot(page, 'card-details')
  const { x, y } = (await card().find('button', 'SSH brute force'))!
  await page.mouse.move(x, y)
  await page.mouse.wheel(0, 2_000)
  await shot(page, 'card-details-end')
  await page.mouse.wheel(0, -2_000)
  await card().click('button', 'SSH brute force')
  await expect.poll(card().text).not.toMatch(/user oracle from/)
})

test('by keys: A assigns, E and 3 archive, D copies, Esc goes back to the page', async () => {
  page = await overlay.visit(logPage)
  await until(marksOfLog)
  await page.evaluate(() => document.body.insertAdjacentHTML('afterbegin', '<input>') ?? document.querySelector('input')!.focus())
  await overlay.push(page, { type: 'card', ip: '183.62.140.253', text: '183.62.140.253' })
  await card().says(/Invalid users/)
  await look()
  await page.keyboard.press('a')
  await card().says(/Assigned to you/)
  await page.keyboard.press('e')
  await card().says(/Why is this done/)
  await page.keyboard.press('3')
  await page.keyboard.press('Enter')
  await card().says(/Archived as remediated/)
  await page.keyboard.press('Escape')
  await card().closes()
  expect(await page.evaluate(() => document.activeElement?.localName)).toBe('input')
})

test('Open signal: its panel is asked for, in a window of our own', async () => {
  page = await overlay.visit(logPage)
  await overlay.push(page, { type: 'card', ip: '183.62.140.253', text: '183.62.140.253' })
  await card().says(/Invalid users/)
  await look()
  await card().click('button', 'Open signal')
  await expect.poll(async () => (await overlay.asked('openSignal')).at(-1)).toMatchObject({ id: expect.any(String) })
  await card().click('button', 'SSH brute force')
  await card().says(/Run workflow/)
  await look()
  await shot(page, 'card-workflow')
  // what has just moved into its place is not pressed before somebody can have seen it
  async function press() {
    await card().click('button', 'Run workflow…')
    return (await overlay.asked('openSignal')).at(-1)
  }
  await expect.poll(press).toMatchObject({ id: expect.any(String), run: true })
})

test('Add these lines: offered while something is selected, by click and by C; the page keeps its selection', async () => {
  page = await overlay.visit(logPage)
  await until(marksOfLog)
  await hover('183.62.140.253')
  await card().opens('183.62.140.253')
  expect(await card().text()).not.toMatch(/Add these lines/)
  await page.keyboard.press('Escape')
  const asked = async () => (await overlay.asked('addLines')).length
  const before = await asked()
  await page.evaluate(() => getSelection()!.selectAllChildren(document.body))
  const selected = await page.evaluate(() => String(getSelection()))
  await overlay.push(page, { type: 'card', ip: '183.62.140.253', text: 'lines with 183.62.140.253' })
  await card().says(/Add these lines/)
  await look()
  await card().click('button', /^Add these lines to a case/)
  await expect.poll(asked).toBe(before + 1)
  expect(await page.evaluate(() => String(getSelection()))).toBe(selected)
  await page.keyboard.press('c')
  await expect.poll(asked).toBe(before + 2)
})

test('a scripted click, a moved card and a covered one change nothing', async () => {
  page = await overlay.visit(logPage)
  const before = (await overlay.asked('assign')).length
  await overlay.push(page, { type: 'card', ip: '183.62.140.253', text: '' })
  await card().says(/Assign to me/)
  await look()
  const at = (await card().find('button', /^Assign to me/))!
  const cover = (style: string, top: boolean) =>
    page.evaluate(
      ([style, top]) => {
        document.querySelector('#decoy')?.remove()
        const decoy = Object.assign(document.createElement('div'), { id: 'decoy' })
        decoy.style.cssText = style as string
        document.body.append(decoy)
        if (top) {
          decoy.popover = 'manual'
          decoy.showPopover()
        }
      },
      [style, top] as const,
    )
  await cover('position:fixed;inset:0;margin:0;width:100%;height:100%;background:red;pointer-events:none', true)
  await page.waitForTimeout(200)
  await page.mouse.click(at.x, at.y)
  await card().says(/Not done: something on this page hides the card/)
  await page.evaluate(() => {
    document.querySelector('#decoy')!.remove()
    const host = document.documentElement.lastElementChild as HTMLElement
    host.style.cssText = 'opacity: 0.01 !important; transform: translateX(300px) !important; left: 0 !important'
    host.click()
    host.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }))
    const frame = document.body.appendChild(document.createElement('div'))
    frame.style.cssText = 'opacity: 0.01; position: fixed; inset: 0'
    frame.append(host)
  })
  await page.mouse.click(at.x, at.y)
  await answered()
  expect((await overlay.asked('assign')).length).toBe(before)
})

test('in a frame of another site a change asks for the popup', async () => {
  const inner = overlay.serve('/log', logPage).replace('127.0.0.1', 'localhost')
  page = await overlay.visit(wrap(`<iframe src="${inner}" style="width:1200px;height:700px;border:0"></iframe>`))
  const frame = page.frames()[1]!
  await expect.poll(() => frame.evaluate(() => (CSS.highlights as unknown as Map<string, unknown>).size)).toBeGreaterThan(0)
  const before = (await overlay.asked('assign')).length
  await page.mouse.move(535, 180)
  await page.mouse.move(535, 188)
  where = frame
  await card().opens('183.62.140.253')
  await look()
  await card().click('button', /^Assign to me/)
  await card().says(/Not done: this is a frame of another site. Open Signalbox from the toolbar/)
  expect((await overlay.asked('assign')).length).toBe(before)
})

test('a page that hides the names of document and elements', async () => {
  const errors: string[] = []
  page = await overlay.visit(
    wrap(`<img name="createElement"><img name="body"><img name="documentElement"><form name="querySelectorAll"></form>
    <form><input name="parentNode"><input name="shadowRoot"><input name="localName"><input name="getBoundingClientRect">203.0.113.9</form>
    <script>Text.prototype.__defineGetter__('data', () => { throw 1 }); Array.prototype.map = () => { throw 2 }</script>`),
    { inject: false },
  )
  page.on('pageerror', error => errors.push(String(error)))
  await overlay.inject(page)
  const marks = () =>
    page.evaluate(() => [...(CSS.highlights as unknown as Map<string, { size: number }>)].reduce((sum, [, { size }]) => sum + size, 0))
  await expect.poll(marks).toBe(1)
  // from here the way up leads through the form, whose parentNode is its own child
  await page.evaluate(() => document.forms[1]!.append(' and 203.0.113.10'))
  await expect.poll(marks).toBe(2)
  await overlay.push(page, { type: 'card', ip: '183.62.140.253', text: '' })
  await card().opens('183.62.140.253')
  expect(errors).toEqual([])
})

test.each<[string, Partial<Answers>, string, RegExp]>([
  [
    'away',
    { failure: { error: 'x', status: 0 }, connection: { state: 'away', since: null, nextTry: 0 } },
    '10.0.0.5',
    /The daemon does not answer/,
  ],
  [
    'hanging',
    { failure: { error: 'x', status: 0 }, connection: { state: 'away', since: null, nextTry: 0, silent: true } },
    '10.0.0.5',
    /The daemon does not answer. It takes the connection and says nothing: stop the daemon/,
  ],
  ['unpaired', { failure: { error: 'x', status: 0 }, connection: { state: 'unpaired' } }, '10.0.0.5', /not paired yet/],
  ['foreign', { failure: { error: 'x', status: 0 }, connection: { state: 'foreign' } }, '10.0.0.5', /cannot prove/],
  [
    'version',
    { failure: { error: 'x', status: 0 }, connection: { state: 'version', daemon: '1.3', extension: '1.4', update: 'daemon' } },
    '10.0.0.5',
    /This daemon is 1.3, the extension 1.4. Update the daemon/,
  ],
  ['refused', { failure: { error: 'You may not read logs.', status: 403 } }, '10.0.0.5', /You may not read logs/],
  ['private', {}, '10.0.0.5', /Private address/],
  ['locked', {}, '198.51.100.23', /Older than 30 days, can no longer change/],
  ['defanged', {}, '1[.]2[.]3[.]4 and 183.62.140.253', /Also selected/],
  ['no address', {}, '999.1.1.1', /holds nothing that can be looked up/],
  ['nothing selected', {}, '', /Select an address, a domain, a hash … on the page/],
])('%s', async (name, more, text, expected) => {
  await overlay.set(
    answers({
      ...more,
      facts: {
        ...facts,
        '1.2.3.4': factsOf('1.2.3.4'),
        '198.51.100.23': factsOf('198.51.100.23', { signals: { open: 1, total: 3, latest: [signals.locked()] } }),
      },
    }),
  )
  page = await overlay.visit(wrap('<p>a page</p>'))
  await overlay.push(page, { type: 'card', ip: null, text })
  await card().says(expected)
  await shot(page, `state-${name.replaceAll(' ', '-')}`)
})

test('10 MB, 50,000 lines: marks on the screen, and it says where it stopped', async () => {
  page = await overlay.visit(wrap('<p>empty</p>'))
  await page.evaluate(() => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `<div>${'x'.repeat(180)} from 203.${i % 200}.${i % 113}.${i % 250} port</div>`)
    document.body.innerHTML = lines.join('')
  })
  await expect.poll(async () => (await marked(page)).length).toBeGreaterThan(20)
  // counted to the limit
  await expect.poll(async () => (await overlay.asked('seen')).some(one => 'cut' in one && one.cut === true), { timeout: 30_000 }).toBe(true)
  await overlay.push(page, { type: 'card', ip: '10.0.0.5', text: '' })
  await card().says(/many addresses: the number on the toolbar counts the first 5,000. Marks are everywhere/)
})
