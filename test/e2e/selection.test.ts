import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Worker } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { evidenceLimits } from '../../shared/evidence.ts'
import { openChromium } from './chromium.ts'

// What the injected script reads of what is selected on a page. The background is empty: only the script is looked at.

let context: BrowserContext
let worker: Worker
let origin: string
const path = mkdtempSync(join(tmpdir(), 'signalbox-selection-'))
const pages = new Map<string, string>()
const server = createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
  response.end(`<!doctype html><title>A page</title>${pages.get(request.url ?? '') ?? ''}`)
})
beforeAll(async () => {
  cpSync('extension/.output/chrome-mv3', path, { recursive: true })
  writeFileSync(join(path, 'background.js'), '')
  server.listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  ;({ context, worker } = await openChromium(path))
})
afterAll(async () => {
  await context?.close()
  server.close()
  rmSync(path, { recursive: true })
})

declare const chrome: {
  tabs: { query(of: object): Promise<{ id?: number; url?: string }[]> }
  webNavigation?: object
  scripting: {
    executeScript(injection: object): Promise<{ frameId: number; result: { text: string; cut: boolean; url: string; title: string } }[]>
  }
}
const selectAll = `getSelection().selectAllChildren(document.body)`
/** What is read of a page, once `select` has run in it; of each frame that has a selection. */
async function read(html: string, select = selectAll) {
  const url = `/${pages.size}`
  pages.set(url, html)
  const page = await context.newPage()
  try {
    await page.goto(origin + url)
    await page.evaluate(select)
    const all = await worker.evaluate(async url => {
      const tab = (await chrome.tabs.query({})).find(tab => tab.url === url)!
      return chrome.scripting.executeScript({ target: { tabId: tab.id, allFrames: true }, files: ['/selection.js'] })
    }, page.url())
    return all.map(({ result }) => result)
  } finally {
    await page.close()
  }
}
const textOf = async (html: string, select?: string) => (await read(html, select))[0]!.text

test.each<[what: string, html: string, text: string]>([
  ['a log in one pre', '<pre>one\n  two\t2\n\nthree</pre>', 'one\n  two\t2\n\nthree'],
  ['paragraphs with their inner white space', '<p>one\n   two</p>\n  <p>three</p>', 'one two\nthree'],
  ['pieces of a line', '<div>10:00 <b>GET</b> <span>/admin</span><em>.php</em></div><div>next</div>', '10:00 GET /admin.php\nnext'],
  ['br', 'one<br>two<br><br>three', 'one\ntwo\nthree'],
  [
    'a table: rows are lines, cells are parted by tabs',
    '<table><tr><th>Time</th><th>Line</th></tr><tr><td>10:00</td><td>a <b>b</b></td></tr></table>',
    'Time\tLine\n10:00\ta b',
  ],
  [
    'a table whose cells wrap',
    '<table style="width:90px"><tr><td>one two three four five six</td><td>seven</td></tr><tr><td>x</td><td>y</td></tr></table>',
    'one two three four five six\tseven\nx\ty',
  ],
  [
    'a grid of roles',
    '<div role="grid"><div role="row"><div role="gridcell">a</div><div role="gridcell">b</div></div><div role="row"><div role="gridcell">c</div></div></div>',
    'a\tb\nc',
  ],
  [
    'rows that only look like rows',
    '<div style="display:flex"><div>10:00</div><div>error</div><div>it broke</div></div><div style="display:flex"><div>10:01</div><div>ok</div></div>',
    '10:00\terror\tit broke\n10:01\tok',
  ],
  ['a line wrapped by the window is one line', `<div style="width:60px">${'word '.repeat(30)}</div>`, 'word '.repeat(30).trim()],
  ['pre-line keeps ends of lines alone', '<div style="white-space:pre-line">a   b\n  c</div>', 'a b\n c'],
  [
    'what is not shown',
    '<p>a<span style="display:none">no</span><span style="visibility:hidden">no</span></p><script>var no</script><style>p{}</style><p hidden>no</p><p>b</p>',
    'a\nb',
  ],
  ['line numbers that no selection takes along', '<div><span style="user-select:none">17</span><span>line</span></div>', 'line'],
  [
    'names of the page that hide the document’s',
    '<form><input name=closest><input name=checkVisibility><input name=parentNode><p>a</p></form><img name=createTreeWalker><img name=title><img name=activeElement><p>b</p>',
    'a\nb',
  ],
  ['bidi and control characters as they are', '<pre>a\u202Eb\u0007\u200Bc</pre>', 'a\u202Eb\u0007\u200Bc'],
])('%s', async (_, html, text) => {
  expect(await textOf(html)).toBe(text)
})

test('from the middle of one line to the middle of another', async () => {
  const select = `getSelection().setBaseAndExtent(document.querySelectorAll('div')[0].firstChild, 4, document.querySelectorAll('div')[2].firstChild, 3)`
  expect(await textOf('<div>one two</div><div>three</div><div>four five</div>', select)).toBe('two\nthree\nfou')
})
test.each([
  ['textarea', '<textarea id="f">one\ntwo\nthree</textarea>', 'two\nth'],
  ['input', '<input id="f" value="one two three">', 'two th'],
  ['password', '<input id="f" type="password" value="one two three">', ''],
])('a selection in a field: %s', async (_, html, text) => {
  const select = `(() => { const f = document.querySelector('#f'); f.focus(); f.setSelectionRange(4, 10) })()`
  expect(await textOf(html, select)).toBe(text)
})
test('nothing selected → nothing', async () => {
  expect((await read('<p>a</p>', 'getSelection().empty()'))[0]).toMatchObject({ text: '', cut: false, title: 'A page' })
})
test('in a frame: its own lines, and its own address', async () => {
  const all = await read(
    '<p>outside</p><iframe src="/inside"></iframe>',
    `new Promise(done => {
    const go = () => { const own = frames[0].document; frames[0].getSelection().selectAllChildren(own.body); done() }
    frames[0].document.readyState === 'complete' && frames[0].location.href !== 'about:blank' ? go() : document.querySelector('iframe').addEventListener('load', go)
  })`,
  )
  expect(all.map(({ text, url }) => [text, new URL(url).pathname])).toContainEqual(['a\nb', '/inside'])
})
pages.set('/inside', '<p>a</p><p>b</p>')

describe('a page that holds too much', () => {
  test('one megabyte and more: the beginning, and that it is one', async () => {
    const [all] = await read('<body></body>', `document.body.innerHTML = ('<div>' + 'x'.repeat(180) + '</div>').repeat(8000); ${selectAll}`)
    expect([all!.cut, all!.text.length]).toEqual([true, evidenceLimits.bytes])
  })
  test('ten thousand lines are all read', async () => {
    const [all] = await read(
      '<body></body>',
      `document.body.innerHTML = Array.from({ length: 10000 }, (_, i) => '<div><span>' + i + '</span> <b>line</b></div>').join(''); ${selectAll}`,
    )
    const lines = all!.text.split('\n')
    expect([all!.cut, lines.length, lines[9999]]).toEqual([false, 10_000, '9999 line'])
  })
  test('600,000 empty elements: no end of looking', async () => {
    const [all] = await read('<body></body>', `document.body.innerHTML = 'a' + '<i></i>'.repeat(600000) + 'b'; ${selectAll}`)
    expect(all).toMatchObject({ text: 'a', cut: true })
  })
})
