import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'vitest'
import { type Any, openFirefox, type Tab } from './firefox.ts'
import { startRealDaemon } from './real-daemon.ts'

export type Paired = Awaited<ReturnType<typeof openPaired>>

/** A Firefox whose extension is paired with a daemon and marks every kind where a site is switched on, beside two servers of the same pages. */
export async function openPaired(pages: Record<string, string>) {
  const servers = [0, 1].map(() =>
    createServer(({ url = '' }, response) => {
      const html = pages[url]
      response.writeHead(html === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' }).end(html ?? '')
    }),
  )
  for (const server of servers) await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const [port, otherPort] = servers.map(server => (server.address() as AddressInfo).port) as [number, number]
  const daemon = await startRealDaemon()
  const firefox = await openFirefox(`${process.cwd()}/extension/.output/firefox-mv3`)
  const desk = await firefox.open(`${firefox.root}/options.html`)
  const ask = (request: object) =>
    desk.evaluateBehind(request => (globalThis as Any).browser.runtime.sendMessage(request), request) as Promise<Any>
  const { body } = await daemon.call('POST', '/api/local/pairing', {})
  await ask({ type: 'pair', url: daemon.url, code: body.data.attributes.code })
  await ask({ type: 'setSettings', marks: { blocked: true, signal: true, match: true, trusted: true, unknown: true } })
  return {
    daemon,
    firefox,
    port,
    otherPort,
    /** Ask the background as the popup does. */
    ask,
    async close() {
      await firefox.close()
      for (const server of servers) server.close()
      await daemon.dispose()
    },
  }
}

export const until = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 20_000 })
export async function shot(tab: Tab, name: string) {
  const folder = process.env['SIGNALBOX_SHOTS']
  if (folder) await tab.screenshot(`${folder}/${name}.png`)
}

/** The cards of a page, each with the places of what can be pressed in it. Runs with the rights of the browser, since the trees of cards are closed. */
export function cardsIn() {
  const root = document.documentElement
  return [...root.children].flatMap(host => {
    const shadow: ShadowRoot | undefined = (host as Any).openOrClosedShadowRoot
    const card = shadow?.querySelector('.card')
    if (!shadow || !card) return []
    const { x, y, width, height } = host.getBoundingClientRect()
    const buttons = [...card.querySelectorAll('header button')].map(button => {
      const { x, y, width, height } = button.getBoundingClientRect()
      return [button.getAttribute('aria-label') ?? '', { x: x + width / 2, y: y + height / 2 }] as const
    })
    return [
      {
        name: card.getAttribute('aria-label') ?? '',
        text: card.textContent ?? '',
        box: { x: Math.round(x), y: Math.round(y), right: Math.round(x + width), bottom: Math.round(y + height) },
        focus: shadow.activeElement?.closest('button, .card')?.getAttribute('aria-label') ?? '',
        buttons: Object.fromEntries(buttons),
      },
    ]
  })
}
