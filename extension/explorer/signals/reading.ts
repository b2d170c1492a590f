import { intentions, type Match } from '../../../shared/indicator.ts'
import { get, isObject, type Json } from '../../../shared/json.ts'
import type { Doc } from '../../../shared/log.ts'
import type { Severity } from '../../../shared/severity.ts'

// What the document of a signal says: a value of the wrong type is left out.

/** `category:a`, `category:b` → a, b. */
export const tagged = (tags: readonly string[], key: string): string[] => [
  ...new Set(tags.filter(tag => tag.startsWith(`${key}:`)).map(tag => tag.slice(key.length + 1))),
]

/** A user of a signal about accounts that were taken over is not only named: the account is lost. */
export const isCompromised = (tags: readonly string[]): boolean => tags.includes('category:account_takeover')

/** What a severity means, and what it asks for. */
export const meanings: Record<Severity, string> = {
  critical: 'The service is compromised: respond immediately.',
  high: 'The service is vulnerable, and whether it was compromised is unclear: look at it immediately.',
  medium: 'The service allows this attack but is not known to be vulnerable to it: evaluate.',
  low: 'Somebody experiments or scans.',
  info: 'Somebody experiments or scans, or something is worth knowing.',
}

const textsOf = (value: Json | undefined): string[] => (Array.isArray(value) ? value : [value]).filter(one => typeof one === 'string')
const named = (doc: Doc, kinds: readonly string[]): string[] =>
  textsOf(get(doc.attributes, 'entities')).flatMap(one =>
    kinds.filter(kind => one.startsWith(`${kind}:`)).map(kind => one.slice(kind.length + 1)),
  )

/** Attacking addresses; the one that the daemon puts first comes first. */
export const addressesOf = (doc: Doc, first: string | null): string[] => [
  ...new Set([...(first === null ? [] : [first]), ...named(doc, ['@network.client.ip', '@network.ip.list'])]),
]
/** Users, those first who got in. */
export const usersOf = (doc: Doc, first: readonly string[]): string[] => [...new Set([...first, ...named(doc, ['@usr.name', '@usr.id'])])]

const isMatch = (value: Json): value is Json & Match =>
  isObject(value) &&
  typeof value['indicator'] === 'string' &&
  typeof value['category'] === 'string' &&
  (intentions as readonly Json[]).includes(value['intention'] ?? null)
/** What feeds said of its addresses. */
export const matchesOf = (doc: Doc): Match[] => [get(doc.attributes, 'threat_intel', 'results') ?? []].flat().filter(isMatch)

/** A signal that a person raised has no rule behind it. */
export const isByHand = ({ ruleOf }: { ruleOf: { method: string } }): boolean => ruleOf.method === 'manual'
/** Why nothing can be hidden like it; undefined where something can. */
export const whyNotHidden = (about: { ruleOf: { method: string }; candidate: object | null }): string | undefined =>
  isByHand(about)
    ? 'A person raised it: there is no rule to look away from.'
    : about.candidate
      ? undefined
      : 'Nothing is known that would hide signals like this one.'
