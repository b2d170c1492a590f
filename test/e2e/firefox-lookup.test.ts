import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Any, firefoxPath, middleOf, type Tab } from './firefox.ts'
import { openPaired, type Paired, shot, until } from './firefox-paired.ts'
import { startDesk } from './lookup-data.ts'

// Firefox: all values of a page or a selection as a table.

const backspace = '\uE003'
let paired: Paired
let desk: Awaited<ReturnType<typeof startDesk>>
let table: Tab

const says = () => table.evaluate(() => document.body.textContent)
/** The values that are listed, once the table says that it has so many. */
async function listed(count: string) {
  await until(() => table.evaluate(() => document.querySelector('main [role="status"]')?.textContent)).toBe(count)
  return table.evaluate(() => [...document.querySelectorAll('[role="gridcell"]:first-child')].map(({ textContent }) => textContent))
}
const opened = async (by: () => Promise<unknown>) => {
  table = await paired.firefox.opened(by)
  await table.resize(1440, 900)
}
/** Press what has this name, in the row of a value or anywhere. */
async function press(name: string, value?: string) {
  const at = () =>
    table.evaluate(
      (name, value) => {
        const row = [...document.querySelectorAll('[role="row"]')].find(row => value !== null && row.textContent!.includes(value))
        const all = (value === null ? document : row)?.querySelectorAll('button, a, input, [role^="menuitem"]') ?? []
        const found = [...all].find(one => (one.getAttribute('aria-label') ?? one.textContent!.trim()) === name)
        const { x = 0, y = 0, width = 0, height = 0 } = found?.getBoundingClientRect() ?? {}
        return { x: x + width / 2, y: y + height / 2 }
      },
      name,
      value ?? null,
    )
  await until(at).not.toEqual({ x: 0, y: 0 })
  const { x, y } = await at()
  await table.point(x, y, 0)
}
/** In light and in dark. */
async function picture(name: string) {
  for (const [scheme, word] of ['dark', 'light'].entries()) {
    await paired.firefox.inBrowser(
      scheme => (globalThis as Any).Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', scheme),
      scheme,
    )
    await shot(table, `${name}-${word}`)
  }
}

describe.skipIf(!firefoxPath)('Firefox', () => {
  beforeAll(async () => {
    paired = await openPaired({})
    desk = await startDesk(paired.daemon)
  })
  afterAll(async () => {
    await paired?.close()
    desk?.close()
  })
  afterEach(() => table?.close())

  test('from the menu of a page whose site is off: each value once, the known ones first; filter, kind, order, what is known of one', async () => {
    const page = await paired.firefox.open(`http://logs.example.test:${desk.port}`)
    await page.point(600, 500, 2)
    await opened(() => paired.firefox.pick('Look up all on this page'))
    const all = await listed('8 values')
    expect(new Set(all).size).toBe(8)
    expect(all.indexOf('10.1.2.3')).toBeGreaterThan(all.indexOf('203.0.113.9'))
    await picture('firefox-lookup')
    await table.press('/')
    for (const key of 'malicious bad') await table.press(key)
    const onHost = await listed('4 of 8 values')
    expect(onHost[0]).toBe('bad.example')
    expect(onHost).toEqual(expect.arrayContaining(['eve@bad.example', 'https://bad.example/a?b=1']))
    for (const _ of 'malicious bad') await table.press(backspace)
    await press('Kind: All kinds')
    await press('Address (2)')
    expect(await listed('2 of 8 values')).toEqual(['203.0.113.9', '10.1.2.3'])
    await press('Value')
    expect(await listed('2 of 8 values')).toEqual(['10.1.2.3', '203.0.113.9'])
    const { x, y } = await table.evaluate(middleOf, '10.1.2.3')
    await table.point(x, y, 0)
    await until(() => table.evaluate(() => document.querySelector('[role="dialog"]')?.textContent)).toContain(
      'Not offered: this is a private address',
    )
    await picture('firefox-lookup-value')
    await page.close()
  })

  test('from the menu of a selection: what is selected alone; as files no cell of which is a formula, and copied so that nobody follows it', async () => {
    const page = await paired.firefox.open(`http://logs.example.test:${desk.port}`)
    await page.evaluate(() => {
      const { firstChild } = document.querySelector('pre')!
      getSelection()!.setBaseAndExtent(firstChild!, 0, firstChild!, (firstChild as Text).data.indexOf('\n'))
    })
    const { x, y } = await page.evaluate(middleOf, 'again')
    await page.point(x, y, 2)
    await opened(() => paired.firefox.pick('Look up all in this selection'))
    expect((await listed('4 values')).sort()).toEqual(['10.1.2.3', '203.0.113.9', 'bad.example', 'https://bad.example/a?b=1'])
    for (const format of ['CSV', 'NDJSON']) await press(format)
    const saved = (ending: string) => {
      const path = join(paired.firefox.downloads, `look-up.${ending}`)
      return until(async () => (existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split(/\r?\n/) : []))
    }
    await saved('csv').toEqual([expect.stringContaining('"value"'), ...Array(4).fill(expect.any(String))])
    await saved('csv').toContainEqual(expect.stringContaining(`"203.0.113.9","ip","match","malicious","'=SUM(A1)"`))
    await saved('ndjson').toHaveLength(4)
    await press('Copy defangedD')
    await until(says).toContain('Copied 4 values, defanged')
    const copied = await paired.firefox.inBrowser(() => {
      const { Cc, Ci, Services } = globalThis as Any
      const content = Cc['@mozilla.org/widget/transferable;1'].createInstance(Ci.nsITransferable)
      content.init(null)
      content.addDataFlavor('text/plain')
      Services.clipboard.getData(content, Services.clipboard.kGlobalClipboard)
      const text: { value?: Any } = {}
      content.getTransferData('text/plain', text)
      return text.value.QueryInterface(Ci.nsISupportsString).data as string
    })
    expect(copied.split('\n').sort()).toEqual(['10[.]1[.]2[.]3', '203[.]0[.]113[.]9', 'bad[.]example', 'hxxps://bad[.]example/a?b=1'])
    await page.close()
  })

  test('from the popup; a link to another site is opened by a press alone, and tells it nothing', async () => {
    const page = await paired.firefox.open(desk.origin)
    await opened(() => paired.ask({ type: 'lookUpPage' }))
    await listed('8 values')
    await press('Look up 10.1.2.3 elsewhere', '10.1.2.3')
    await picture('firefox-lookup-links')
    expect(desk.visits).toEqual([])
    const other = await paired.firefox.opened(() => press('Desk'))
    await until(async () => desk.visits).toEqual([{ url: '/desk?q=10.1.2.3', referer: undefined }])
    const told = () => other.evaluate(() => [location.pathname, window.opener !== null, document.referrer])
    await until(told).toEqual(['/desk', false, ''])
    await other.close()
    await page.close()
  })

  test('a page of the browser’s own, into which no extension is let: the table says so', async () => {
    const page = await paired.firefox.open('about:license')
    await opened(() => paired.ask({ type: 'lookUpPage' }))
    await until(says).toContain('The browser lets nobody read that page')
    await page.close()
  })
})
