import type { IndicatorType } from './indicator.ts'
import { readAddress, scopeOf } from './ip.ts'
import { readSpan, touchesSpecial } from './span.ts'
import { parseUrl } from './url.ts'

// Links that lead from a value to a site that knows more of it. Pure: the daemon refuses bad templates by it, the extension makes links by it.

/** What a link is for. A block or range is apart from an address, since few sites take one; hashes of every length are one. */
export const pivotKinds = ['ip', 'range', 'domain', 'url', 'email', 'hash', 'cve'] as const
export type PivotKind = (typeof pivotKinds)[number]

export interface Pivot {
  name: string
  /** A web address in which `{value}` stands for the value. */
  template: string
  kinds: readonly PivotKind[]
  /** Its site is our own: values of our own network may go there, whatever its host is called. */
  intranet: boolean
  enabled: boolean
}

export const longestTemplate = 2000
export const placeholder = '{value}'

/** What is wrong with a template, and where: a half-open range of UTF-16 offsets. */
export interface TemplateFault {
  message: string
  at: [from: number, to: number]
}

const scheme = /^https?:\/\//i
// printable ASCII without what ends a link where it is pasted, or is read as another character
const unfit = /[^\x21-\x7e]|["'<>\\^`|]/u

/** Why no link can be made of a template; undefined where one can. */
export function faultOf(template: string): TemplateFault | undefined {
  const fault = (message: string, from: number, to: number): TemplateFault => ({ message, at: [from, Math.min(to, template.length)] })
  const begin = scheme.exec(template)?.[0].length
  if (begin === undefined) return fault('must begin with https:// or http://', 0, Math.max(1, /^[^/?#]*/.exec(template)![0].length))
  if (template.length > longestTemplate) return fault(`is longer than ${longestTemplate} characters`, longestTemplate, template.length)
  const bad = unfit.exec(template)
  if (bad) {
    const what = bad[0] === ' ' ? 'a space' : /[\x21-\x7e]/.test(bad[0]) ? bad[0] : 'a character that is not ASCII'
    return fault(`must not hold ${what}: write it percent-encoded`, bad.index, bad.index + bad[0].length)
  }
  const hostEnd = begin + /^[^/?#]*/.exec(template.slice(begin))![0].length
  const host = template.slice(begin, hostEnd)
  if (host === '') return fault('names no host', begin, begin + 1)
  const brace = host.search(/[{}]/)
  if (brace >= 0) return fault('{value} must not stand in the host: the link would lead wherever the value does', begin + brace, hostEnd)
  const user = host.lastIndexOf('@')
  if (user >= 0) return fault('must not hold a user or password', begin, begin + user + 1)
  for (const { 0: part, index } of template.matchAll(/\{[^{}]*\}|[{}]/g))
    if (part !== placeholder) return fault(`${part} is unknown here: only {value} is filled in`, index, index + part.length)
  const stray = /%(?![0-9a-f]{2})/i.exec(template)
  if (stray) return fault('% must be followed by two hexadecimal digits', stray.index, stray.index + 3)
  if (!template.includes(placeholder, hostEnd)) return fault('must hold {value} behind the host', hostEnd, template.length)
  if (!parseUrl(template)) return fault('names a host or port that there cannot be', begin, hostEnd)
  return undefined
}

/** As a URL writes its host: without the brackets of IPv6. */
export const hostOf = (url: string): string => parseUrl(url)?.hostname.replace(/^\[(.*)\]$/, '$1') ?? ''

const ownScopes = ['private', 'loopback', 'link_local', 'shared']
// RFC 6761, 6762, 8375 and ICANN's .internal; none of them is ever delegated
const ownDomains = /(?:^|\.)(?:internal|intranet|private|corp|home|lan|local|localhost|localdomain|test|home\.arpa)$/

/** Whether a host is of one's own network by its name or address: private, or a name that the internet does not have. */
export function isOwnHost(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  const address = readAddress(name)
  if (address) return ownScopes.includes(scopeOf(address))
  return !name.includes('.') || ownDomains.test(name)
}

/** Percent-encoded so that it is one piece of a path, a query or a fragment: nothing of it can end that. */
const encode = (value: string): string =>
  encodeURIComponent(value).replace(/[!'()*]/g, mark => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)

const scopeWords: Record<string, string> = {
  private: 'a private address',
  loopback: 'an address of this machine',
  link_local: 'a link-local address',
  shared: 'an address of a carrier’s own network',
  multicast: 'a multicast address',
  reserved: 'a reserved address',
}

/** What a value says of one's own network, in words; undefined where anybody may hear of it. Addresses of documentation are nobody's. */
function ownIn(type: IndicatorType, value: string): string | undefined {
  if (type === 'ip') {
    const address = readAddress(value)
    if (address) return scopeWords[scopeOf(address)]
    const span = readSpan(value)
    return span && touchesSpecial(span) ? 'a range with private or reserved addresses' : undefined
  }
  const host = type === 'url' ? hostOf(value) : type === 'domain' ? value : type === 'email' ? value.slice(value.lastIndexOf('@') + 1) : ''
  if (host === '') return undefined
  const address = readAddress(host)
  if (address) return scopeWords[scopeOf(address)]
  return isOwnHost(host) ? 'a name of your own network' : undefined
}

export const kindOf = (type: IndicatorType, value: string): PivotKind =>
  type === 'ip' ? (readAddress(value) ? 'ip' : 'range') : type === 'md5' || type === 'sha1' || type === 'sha256' ? 'hash' : type

/** A link for a value. Where the value must not leave one's own network, what it is, in words, and no address. */
export type PivotLink = { name: string; host: string } & ({ href: string; own: null } | { href: null; own: string })
export const whyWithheld = (own: string): string => `Not offered: this is ${own}, and the site is outside of your network`

/** The links that there are for a value in its normal form, in their order; those that must not be offered have no address. */
export function linksFor(pivots: readonly Pivot[], type: IndicatorType, value: string): PivotLink[] {
  const kind = kindOf(type, value)
  const own = ownIn(type, value)
  return pivots.flatMap(({ name, template, kinds, intranet, enabled }): PivotLink[] => {
    if (!enabled || !kinds.includes(kind) || faultOf(template)) return []
    const host = hostOf(template.replaceAll(placeholder, 'x'))
    if (own !== undefined && !intranet && !isOwnHost(host)) return [{ name, host, href: null, own }]
    return [{ name, host, href: template.replaceAll(placeholder, () => encode(value)), own: null }]
  })
}
