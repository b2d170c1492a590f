import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { IpFacts, MarkKind, Push, Settings, SignalDetails, ValueFacts } from '../../extension/messages.ts'
import { layers, rulesOf } from '../../extension/page/looks.ts'
import type { OfferedPivot } from '../../extension/pivot-messages.ts'
import { type NameType, nameTypes } from '../../shared/indicator.ts'
import { openChromium } from './chromium.ts'

/** What the stand-in for the background answers with; tests change it through `overlay.set`. */
export interface Answers {
  on: boolean
  kinds: Record<string, MarkKind>
  /** Kinds of names that something is known of; all, unless told otherwise. */
  names?: readonly NameType[]
  /** False while the daemon would still read what it has. */
  complete?: boolean
  facts: Record<string, IpFacts>
  details: Record<string, SignalDetails>
  /** Of values that are no addresses. */
  values?: Record<string, ValueFacts>
  settings: Settings
  /** Links to other sites, by value. */
  pivots?: Record<string, OfferedPivot[]>
  /** In place of every answer about addresses. */
  failure?: { error: string; status: number }
  connection: object
}

// Runs in the extension's service worker in place of the real background: the page script is the real one, the daemon is not needed.
const background = `
const state = { answers: null, asked: [], rows: {} }
Object.assign(globalThis, { state })
const moved = (ids, change) => ({ done: ids.map(({ id }) => {
  const row = Object.values(state.answers.facts).flatMap(facts => facts.signals.latest).find(row => row.id === id)
  Object.assign(row, change, { version: row.version + 1 })
  return row
}), failed: [] })
const rules = ${JSON.stringify(layers.flatMap((layer, i) => rulesOf(layer, `layer-${i}-`, [':root'])).join('\n'))}
const rulesIn = ({ id: tabId }, frameId, names) => ({
  target: { tabId, frameIds: [frameId] },
  origin: 'USER',
  css: rules.replaceAll(/layer-(\\d+)-/g, (_, i) => names[i]),
})
const me = { uuid: 'u1', handle: 'analyst-1', name: 'Analyst One' }
const answer = {
  site: () => ({ on: state.answers.on, crowded: false }),
  left: () => ({}),
  dress: async ({ names }, { tab, frameId }) => {
    await chrome.scripting.insertCSS(rulesIn(tab, frameId, names))
    return {}
  },
  undress: async ({ names }, { tab, frameId }) => {
    await chrome.scripting.removeCSS(rulesIn(tab, frameId, names))
    return {}
  },
  settings: () => state.answers.settings,
  status: () => ({ url: '', connection: state.answers.connection }),
  marks: ({ values }) => state.answers.failure ?? ({
    kinds: Object.fromEntries(values.filter(value => value in state.answers.kinds).map(value => [value, state.answers.kinds[value]])),
    names: state.answers.names ?? ${JSON.stringify(nameTypes)},
    complete: state.answers.complete ?? true,
  }),
  lookup: ({ ip }) => state.answers.failure ?? state.answers.facts[ip] ?? ({ error: 'Nothing', status: 404 }),
  lookupValue: ({ value }) => state.answers.failure ?? state.answers.values?.[value] ?? ({ error: 'Nothing', status: 404 }),
  signal: ({ id }) => state.answers.details[id] ?? ({ error: 'Nothing', status: 404 }),
  seen: () => ({}),
  openSignal: () => ({}),
  loadCard: async (_, { tab, frameId }) => {
    await chrome.scripting.executeScript({ target: { tabId: tab.id, frameIds: [frameId] }, files: ['/card.js'] })
    return {}
  },
  addLines: () => ({}),
  pivotLinks: ({ value }) => ({ links: state.answers.pivots?.[value] ?? [] }),
  openPivot: () => ({}),
  move: ({ ids, state: to }) => moved(ids, { state: to }),
  assign: ({ ids, to }) => moved(ids, { assignee: to === 'me' ? me : null }),
}
chrome.runtime.onMessage.addListener((message, sender, reply) => {
  state.asked.push({ ...message, frame: sender.frameId })
  setTimeout(async () => reply(await answer[message.type](message, sender)), state.answers.delay ?? 0)
  return true
})
`

/** A Chromium with the built extension whose background is a stand-in, and a server for pages. */
export async function openOverlay(answers: Answers) {
  const path = mkdtempSync(join(tmpdir(), 'signalbox-overlay-'))
  cpSync('extension/.output/chrome-mv3', path, { recursive: true })
  writeFileSync(join(path, 'background.js'), background)
  const pages = new Map<string, { html: string; headers?: Record<string, string> }>()
  const server = createServer((request, response) => {
    const page = pages.get(request.url ?? '')
    response.writeHead(page ? 200 : 404, { 'content-type': 'text/html; charset=utf-8', ...page?.headers })
    response.end(page?.html ?? '')
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { context, worker, id } = await openChromium(path)

  const set = (next: Answers) =>
    worker.evaluate(next => void Object.assign((globalThis as never as { state: { answers: Answers } }).state, { answers: next }), next)
  await set(answers)
  return {
    id,
    set,
    /** What pages have asked, oldest first. */
    asked: (type: string) =>
      worker.evaluate(
        type => (globalThis as never as { state: { asked: { type: string }[] } }).state.asked.filter(one => one.type === type),
        type,
      ),
    /** Open a page of ours and, unless told otherwise, inject the script as a switched-on site has it. */
    async visit(html: string, { inject = true, headers = {} }: { inject?: boolean; headers?: Record<string, string> } = {}): Promise<Page> {
      const url = `/${pages.size}`
      pages.set(url, { html, headers })
      const page = await context.newPage()
      await page.goto(origin + url)
      if (inject) await run(url)
      return page
    },
    serve(url: string, html: string) {
      pages.set(url, { html })
      return origin + url
    },
    /** As a page of a switched-on site has it from its beginning; resolves when the rules for marks are there. */
    early: (page: Page) =>
      worker.evaluate(async url => {
        const [tab] = (await chrome.tabs.query({})).filter(tab => tab.url === url)
        const target = { tabId: tab!.id! }
        await chrome.scripting.executeScript({ target, files: ['/early.js'] })
        const ready = async () => void (await (globalThis as { signalboxEarly?: Promise<object> }).signalboxEarly)
        await chrome.scripting.executeScript({ target, func: ready })
      }, page.url()),
    inject: (page: Page) => run(new URL(page.url()).pathname),
    /** From now on the card of this page stands in an open tree, for what looks at it from outside. */
    openTrees: (page: Page) =>
      worker.evaluate(async url => {
        const [tab] = (await chrome.tabs.query({})).filter(tab => tab.url === url)
        const open = () => {
          const { attachShadow } = Element.prototype
          Element.prototype.attachShadow = function (how) {
            return attachShadow.call(this, { ...how, mode: 'open' })
          }
        }
        await chrome.scripting.executeScript({ target: { tabId: tab!.id!, allFrames: true }, func: open })
      }, page.url()),
    push: (page: Page, push: Push) =>
      worker.evaluate(
        async ([url, push]) => {
          const [tab] = (await chrome.tabs.query({})).filter(tab => tab.url === url)
          await chrome.tabs.sendMessage(tab!.id!, push)
        },
        [page.url(), push] as const,
      ),
    async close() {
      await context.close()
      server.close()
      rmSync(path, { recursive: true })
    },
  }
  async function run(url: string) {
    await worker.evaluate(async url => {
      const [tab] = (await chrome.tabs.query({})).filter(tab => tab.url?.endsWith(url))
      await chrome.scripting.executeScript({ target: { tabId: tab!.id!, allFrames: true }, files: ['/page.js'] })
    }, url)
  }
}
declare const chrome: {
  tabs: { query(of: object): Promise<{ id?: number; url?: string }[]>; sendMessage(id: number, message: unknown): Promise<unknown> }
  scripting: { executeScript(injection: object): Promise<unknown> }
}
