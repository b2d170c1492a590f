import type { IndicatorType, NameType } from './indicator.ts'
import { refang } from './refang.ts'
import { printSpan, readSpan, type Span } from './span.ts'
import { parseUrl } from './url.ts'

/** A value as it is compared: an address or range as its span, a name in its one normal form, all ASCII. */
export type Observable = { type: 'ip'; span: Span } | { type: NameType; name: string }

const domain = /^(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/
const hashes: Record<number, NameType> = { 32: 'md5', 40: 'sha1', 64: 'sha256' }
const isHex = /^[0-9a-f]+$/
const mailbox = /^\w(?:[\w.%+-]{0,62}\w)?$/
const cve = /^CVE-\d{4}-\d{4,19}$/

/** A host name in lower case without its last dot; undefined where it is none. A wildcard in front stands for what the name matches anyway. */
export function readDomain(text: string): string | undefined {
  let name = text.toLowerCase()
  if (name.endsWith('.')) name = name.slice(0, -1)
  if (name.startsWith('*.')) name = name.slice(2)
  else if (name.startsWith('.')) name = name.slice(1)
  return domain.test(name) ? name : undefined
}

/** An http(s) or ftp address as browsers write it, without user, password and fragment; undefined where it is none. */
export function readUrl(text: string): string | undefined {
  if (text.length > 2048 || !/^(?:https?|ftp):\/\//i.test(text)) return undefined
  const { protocol, host, pathname, search } = parseUrl(text) ?? {}
  // what browsers encode may stand beside what then looks harmless: é[.]x
  return !host ? undefined : refang(`${protocol}//${host}${pathname}${search}`)
}

export function readHash(text: string): { type: NameType; name: string } | undefined {
  const name = text.toLowerCase()
  const type = hashes[name.length]
  return type && isHex.test(name) ? { type, name } : undefined
}

/** A mail address in lower case: what is in front of the @ is compared so everywhere but in the standard. Undefined where it is none. */
export function readEmail(text: string): string | undefined {
  const at = text.lastIndexOf('@')
  if (!mailbox.test(text.slice(0, Math.max(0, Math.min(at, 65))))) return undefined
  const host = readDomain(text.slice(at + 1))
  return host === undefined ? undefined : `${text.slice(0, at).toLowerCase()}@${host}`
}

/** `CVE-2021-44228`, with the hyphens of ASCII. */
export function readCve(text: string): string | undefined {
  const name = text.toUpperCase().replace(/[\u2010-\u2013]/g, '-')
  return cve.test(name) ? name : undefined
}

const readers: [type: NameType, read: (text: string) => string | undefined][] = [
  ['url', readUrl],
  ['email', readEmail],
  ['domain', readDomain],
  ['cve', readCve],
]

/** Read a value as what it is said to be, or as what it looks like; undefined where it is nothing of the kind. */
export function readObservable(given: string, type?: IndicatorType): Observable | undefined {
  const text = refang(given.trim())
  if (type === undefined || type === 'ip') {
    const span = readSpan(text)
    if (span || type === 'ip') return span && { type: 'ip', span }
  }
  for (const [kind, read] of readers) {
    const name = type === undefined || type === kind ? read(text) : undefined
    if (name !== undefined) return { type: kind, name }
  }
  const hash = readHash(text)
  return hash && (type === undefined || hash.type === type) ? hash : undefined
}

/** What a URL or a mail address lies on, a domain or an address; other values have none. */
export function hostOf(observable: Observable): Observable | undefined {
  if (observable.type === 'url') return readObservable(new URL(observable.name).hostname.replace(/^\[|\]$/g, ''))
  return observable.type === 'email' ? readObservable(observable.name.slice(observable.name.lastIndexOf('@') + 1)) : undefined
}

/** The one way a value is written. */
export const printObservable = (observable: Observable): string => (observable.type === 'ip' ? printSpan(observable.span) : observable.name)
