import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RealDaemon, startRealDaemon } from '../e2e/real-daemon.ts'
import { type Browser, browsers, openPaired } from './browsers.ts'
// @ts-expect-error plain JavaScript, for a browser
import { lines } from './lines.mjs'

// Pages made with the components that log tools are built from, and what browsers make of bare text: what is on the screen is marked, and nothing else.

const folder = process.env['SIGNALBOX_PAGES']
const shots = process.env['SIGNALBOX_SHOTS']

let daemon: RealDaemon
let origin: string
const text = (lines as string[]).slice(0, 300)
const bare: Record<string, [type: string, body: string]> = {
  '/plain': ['text/plain; charset=utf-8', text.join('\n')],
  '/json': ['application/json', JSON.stringify(text.slice(0, 40).map(message => ({ message })))],
  '/xml': ['text/xml', `<?xml version="1.0"?><log>${text.map(line => `<line>${line}</line>`).join('')}</log>`],
}
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '', 'http://localhost')
  const [type, body] = bare[pathname] ?? ['text/html; charset=utf-8', pageOf(pathname)]
  const file = join(folder ?? '', pathname)
  if (/\.(js|css)$/.test(pathname) && existsSync(file)) {
    response.writeHead(200, { 'content-type': pathname.endsWith('.js') ? 'text/javascript' : 'text/css' })
    return response.end(readFileSync(file))
  }
  response.writeHead(200, { 'content-type': type })
  return response.end(body)
})
const pageOf = (pathname: string) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>${pathname}</title>
<link rel="stylesheet" href="${pathname}.css"><style>body { margin: 0 }</style><body><script type="module" src="${pathname}.js"></script>`

/** One address of each kind where a page begins, and where a terminal ends: so that a picture shows every mark. */
async function know({ call }: RealDaemon) {
  const of = (last: number) => [`203.0.100.${last}`, `203.0.100.${last + 170}`]
  const feed = { name: 'Bad', format: 'netset', category: 'attack', intention: 'malicious' }
  await call('POST', '/api/local/feeds', { data: { attributes: feed } })
  await call('PUT', '/api/local/feeds/bad/content', `${of(2).join('\n')}\n`)
  for (const value of of(4)) await call('POST', '/api/local/denylist', { data: { attributes: { kind: 'ip', value, duration: '1h' } } })
  for (const ip of of(6))
    await call('POST', '/api/local/signals', {
      data: { attributes: { title: 'Scan', severity: 'high', entities: [`@network.client.ip:${ip}`] } },
    })
  const trusted = { description: 'our office', enabled: true, ip_list: of(8), on_match: 'monitor' }
  await call('POST', '/api/v2/remote_config/products/asm/waf/exclusion_filters', {
    data: { type: 'exclusion_filter', attributes: trusted },
  })
}

/** Addresses whose text stands on the screen, and those that are marked there. Runs in the page. */
function compare() {
  const inView = (range: Range) => {
    const { left, right, top, bottom } = range.getBoundingClientRect()
    if (right - left < 4 || bottom <= 0 || top >= innerHeight || right <= 0 || left >= innerWidth) return false
    const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2)
    const inner = at?.shadowRoot?.elementFromPoint((left + right) / 2, (top + bottom) / 2) ?? at
    const parent = range.startContainer.parentElement
    return parent?.contains(inner ?? null) || (!inner?.matches('html, body, main') && inner?.contains(parent))
  }
  const shown: string[] = []
  const walk = (root: Node) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null)
      for (const { 0: found, index } of node.data.matchAll(/203\.0\.\d+\.\d+/g)) {
        const range = document.createRange()
        range.setStart(node, index)
        range.setEnd(node, index + found.length)
        if (inView(range)) shown.push(found)
      }
  }
  walk(document)
  const marked = [...(CSS.highlights as unknown as Map<string, Iterable<StaticRange>>).values()].flatMap(ranges =>
    [...ranges].map(({ startContainer, startOffset, endContainer, endOffset }) => {
      const range = document.createRange()
      range.setStart(startContainer, startOffset)
      range.setEnd(endContainer, endOffset)
      return range.toString()
    }),
  )
  return { shown, marked }
}

const components: [page: string, least: number][] = [
  ['/eui', 8],
  ['/patternfly', 15],
  ['/melloware', 15],
  ['/ag-grid', 8],
  ['/xterm', 20],
  ['/monaco', 15],
  ['/codemirror', 15],
  ['/folded', 15],
  ['/rows', 20],
  ['/plain', 20],
]
/** What Firefox shows in a form of its own, which no extension is let into. */
const views: [page: string, least: number, inFirefox: object][] = [
  ['/json', 1, { marking: false }],
  ['/xml', 10, { drawn: true }],
]
describe.skipIf(!folder)('pages', () => {
  beforeAll(async () => {
    daemon = await startRealDaemon()
    await know(daemon)
    server.listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    server.close()
    await daemon?.dispose()
  })

  describe.each(browsers)('%s', (name, open) => {
    let browser: Browser
    beforeAll(async () => {
      browser = await openPaired(open, daemon)
      await browser.ask({ type: 'setSite', origin, on: true })
    })
    afterAll(() => browser?.close())
    const picture = async (path: string) => {
      if (shots) await browser.picture(`${shots}/page-${name.toLowerCase()}-${path.slice(1).replaceAll(/\W/g, '-')}.png`)
    }
    /** Until all that is on the screen is marked, and all that is marked is an address. */
    const marked = async (least: number) => {
      await expect
        .poll(
          async () => {
            const { shown, marked } = await browser.evaluate(compare)
            return {
              enough: shown.length >= least,
              missing: shown.filter(address => !marked.includes(address)),
              wrong: marked.filter(mark => !/^203\.0\.\d+\.\d+$/.test(mark)),
            }
          },
          { timeout: 30_000 },
        )
        .toEqual({ enough: true, missing: [], wrong: [] })
    }

    test.each(views)('%s: as the browser shows it', async (path, least, inFirefox) => {
      await browser.visit(origin + path)
      if (name === 'Firefox') await expect.poll(() => browser.ask({ type: 'here' }), { timeout: 30_000 }).toMatchObject(inFirefox)
      else await marked(least)
      await picture(path)
    })

    test.each(components)('%s: all addresses on the screen are marked, and after scrolling', async (path, least) => {
      await browser.visit(origin + path)
      await marked(least)
      await picture(path)
      for (const _ of [1, 2, 3]) {
        await browser.evaluate(() => {
          const longest = [...document.querySelectorAll<HTMLElement>('*')].filter(
            one => one.scrollHeight > one.clientHeight + 200 && getComputedStyle(one).overflowY !== 'visible',
          )
          for (const one of longest.length > 0 ? longest : [document.scrollingElement!]) one.scrollTop += 900
        })
        await marked(1)
      }
      await picture(`${path}-scrolled`)
    })

    test('a terminal that draws on a canvas: it says so, and what is selected there can be looked up', async () => {
      await browser.visit(`${origin}/xterm?canvas`)
      await expect.poll(() => browser.ask({ type: 'here' }), { timeout: 30_000 }).toMatchObject({ drawn: true, found: 0, spoken: [] })
      await picture('/xterm-canvas')
      const first = /203\.0\.\d+\.\d+/.exec(lines[200 - 34])![0]
      await browser.lookUp?.(first)
      if (browser.lookUp) await expect.poll(() => browser.evaluate(() => document.querySelectorAll(':popover-open').length)).toBe(1)
      await picture('/xterm-canvas-card')
    })

    test('the same with its words for screen readers: they are listed', async () => {
      await browser.visit(`${origin}/xterm?canvas&reader`)
      const spoken = async () => (await browser.ask({ type: 'here' })).spoken
      await expect.poll(spoken, { timeout: 30_000 }).toContain(/203\.0\.\d+\.\d+/.exec(lines[200 - 34])![0])
    })
  })
})
