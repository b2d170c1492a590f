import type { IndicatorType, NameType } from './indicator.ts'
import { readSpan, type Span } from './span.ts'

/** A value as it is compared: an address or range as its span, a name in its one normal form, all ASCII. */
export type Observable = { type: 'ip'; span: Span } | { type: NameType; name: string }

const domain = /^(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/
const hashes: Record<number, NameType> = { 32: 'md5', 40: 'sha1', 64: 'sha256' }
const isHex = /^[0-9a-f]+$/

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
  if (text.length > 2048 || !/^(?:https?|ftp):\/\//i.test(text) || !URL.canParse(text)) return undefined
  const { protocol, host, pathname, search } = new URL(text)
  return host === '' ? undefined : `${protocol}//${host}${pathname}${search}`
}

export function readHash(text: string): { type: NameType; name: string } | undefined {
  const name = text.toLowerCase()
  const type = hashes[name.length]
  return type && isHex.test(name) ? { type, name } : undefined
}

/** Turn `hxxp` and `[.]` back into what they were. */
export const refang = (text: string): string =>
  /hxx|\[|\(\.|\{/i.test(text)
    ? text
        .replace(/^hxx(ps?):/i, 'htt$1:')
        .replace(/\[\.\]|\(\.\)|\{\.\}|\[dot\]/gi, '.')
        .replace(/\[:\]/g, ':')
    : text

/** Read a value as what it is said to be, or as what it looks like; undefined where it is nothing of the kind. */
export function readObservable(given: string, type?: IndicatorType): Observable | undefined {
  const text = refang(given.trim())
  if (type === undefined || type === 'ip') {
    const span = readSpan(text)
    if (span || type === 'ip') return span && { type: 'ip', span }
  }
  if (type === undefined || type === 'url') {
    const name = readUrl(text)
    if (name !== undefined || type === 'url') return name === undefined ? undefined : { type: 'url', name }
  }
  if (type === undefined || type === 'domain') {
    const name = readDomain(text)
    if (name !== undefined || type === 'domain') return name === undefined ? undefined : { type: 'domain', name }
  }
  const hash = readHash(text)
  return hash && (type === undefined || hash.type === type) ? hash : undefined
}

// What may stand in a host name or a hash.
const isNameCode = (code: number) =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 46 || code === 45 || code === 95
const isLetter = (code: number) => (code >= 97 && code <= 122) || (code >= 65 && code <= 90)
const urlEnd = /[\s"'<>`{}|\\^]|$/g

/**
 * Every run of a text that may be a domain, a URL or a hash, in its normal form. By hand, since it sees every log: what is none is given up
 * at the first character that says so, and whether it is one that matters a table decides.
 */
export function findNames(text: string, take: (type: NameType, name: string) => void): void {
  for (let at = 0; at < text.length; at++) {
    if (!isNameCode(text.charCodeAt(at))) continue
    const from = at
    let dot = -1
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (!isNameCode(code)) break
      if (code === 46) dot = at
    }
    const length = at - from
    if (dot < 0) {
      if (length === 32 || length === 40 || length === 64) {
        const hash = readHash(text.slice(from, at))
        if (hash) take(hash.type, hash.name)
      } else if ((length === 4 || length === 5 || length === 3) && text.startsWith('://', at)) {
        urlEnd.lastIndex = at
        const end = urlEnd.exec(text)!.index
        // a sentence or a bracket may end behind it
        const url = readUrl(text.slice(from, end).replace(/[.,;:!?)\]]+$/, ''))
        if (url !== undefined) take('url', url)
      }
    } else {
      // a full stop may end a sentence behind a name
      let end = at
      while (end > from && text.charCodeAt(end - 1) === 46) end--
      const last = text.lastIndexOf('.', end - 1)
      if (last > from && isLetter(text.charCodeAt(last + 1))) {
        const name = readDomain(text.slice(from, end))
        if (name !== undefined) take('domain', name)
      }
    }
  }
}
