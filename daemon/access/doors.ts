import { createMiddleware } from 'hono/factory'
import { Refusal } from '../lib/errors.ts'

const extensionOrigin = /^(chrome|moz)-extension:\/\/[\w-]{1,64}$/

/** Paths where an extension that is not paired yet may knock. */
const pairingPaths = new Set(['/api/local/pairing/start', '/api/local/pairing/finish'])

/**
 * Only requests addressed to this daemon by name: a page under DNS rebinding sends everything right but this. Exact match, since every
 * looser rule has been got around. `hosts` are lower-case `name:port`.
 */
export const hostDoor = (hosts: () => ReadonlySet<string>) => {
  const door = createMiddleware(async (c, next) => {
    const host = c.req.header('host')?.toLowerCase()
    // an absolute-form request line could name another host than the header
    if (!host || !hosts().has(host) || !hosts().has(new URL(c.req.url).host.toLowerCase()))
      throw new Refusal(421, 'misdirected', 'This daemon does not answer to that name')
    await next()
  })
  return door
}

/** No page of any site gets in, whatever key it shows; extensions only once they are paired. Scripts send no Origin. */
export const originDoor = (isPaired: (origin: string) => boolean) => {
  const door = createMiddleware(async (c, next) => {
    const site = c.req.header('sec-fetch-site')
    if (site === 'cross-site' || site === 'same-site') throw new Refusal(403, 'foreign_origin', 'Requests of web pages are refused')
    const origin = c.req.header('origin')
    const own =
      origin !== undefined && origin === new URL(c.req.url).origin && c.req.method === 'GET' && c.req.header('upgrade') === undefined
    // a browser whose pairing was revoked may still ask for a session, and is told so there
    const asks = pairingPaths.has(c.req.path) || c.req.path === '/api/local/session'
    const known = origin === undefined || own || isPaired(origin) || (asks && extensionOrigin.test(origin))
    if (!known) throw new Refusal(403, 'foreign_origin', 'This origin is not paired with the daemon')
    if (pairingPaths.has(c.req.path) && origin === undefined)
      throw new Refusal(403, 'foreign_origin', 'Only a browser extension can be paired')
    await next()
  })
  return door
}

/** On every answer, refusals included. There are no CORS headers: the extension needs none, and nobody else is meant to read. */
export const securityHeaders = (version: string) => {
  const headers = createMiddleware(async (c, next) => {
    await next()
    const set = (name: string, value: string) => c.res.headers.set(name, value)
    set('X-Signalbox-Version', version)
    set('X-Content-Type-Options', 'nosniff')
    set('X-Frame-Options', 'DENY')
    set('Cross-Origin-Resource-Policy', 'same-origin')
    set('Referrer-Policy', 'no-referrer')
    set('Vary', 'Origin')
    set('Cache-Control', 'no-store')
    if (!c.res.headers.has('Content-Security-Policy')) set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'")
  })
  return headers
}
