import { signal } from '@preact/signals'
import { type AttackerProtocol, type AttackerRow, attackerPages } from '../../attacker-messages.ts'
import type { Failure } from '../../messages.ts'
import { ask } from '../../relay.ts'
import { whyNot } from '../../ui/may.ts'
import { createLoad } from '../load.ts'
import { createPages } from '../pages.ts'
import { listOf } from '../place.ts'

// What the section of attackers knows.

export const addresses = listing('attackers')
export const groups = listing('attackerGroups')
export const users = listing('compromisedUsers')
/** All pages of a list are of one state: that in which its first was asked for. */
function listing<T extends 'attackers' | 'attackerGroups' | 'compromisedUsers'>(type: T) {
  type Asked = Omit<AttackerProtocol[T][0], 'offset' | 'size' | 'list'>
  return createPages<Asked, AttackerProtocol[T][1]>(attackerPages, (question, page, known) => {
    const request = { ...question, offset: page * attackerPages, size: attackerPages, ...(known?.list && { list: known.list }) }
    return ask(type, request as never) as Promise<AttackerProtocol[T][1] | Failure>
  })
}
/** How much rules have blocked within the hour, and whether they have stopped. */
export const blocks = createLoad('denylist')
export function lookAtBlocks(): void {
  if (whyNot('appsec_protect_read') === undefined) void blocks.load({ ended: false, text: '', sort: '-created_at', page: 0, size: 1 })
}
/** Addresses that are selected, with what is known of them. */
export const picked = signal<ReadonlyMap<string, AttackerRow>>(new Map())
/** Addresses that are compared; the dialog is open while there are some. */
export const comparing = signal<readonly string[]>([])
/** As many as are compared at once. */
export const mostCompared = 20

export const spans = { '1h': 'Last hour', '24h': 'Last 24 hours', '7d': 'Last 7 days', '30d': 'Last 30 days' } as const
export const spanOf = (asked: Readonly<Record<string, string>>): keyof typeof spans =>
  (Object.keys(spans) as (keyof typeof spans)[]).find(span => span === asked['time']) ?? '24h'

/** What the list can be narrowed by, as the daemon's rows name it. */
export const facetNames = ['state', 'standing', 'country', 'as', 'category'] as const
export type AttackerFacet = (typeof facetNames)[number]

const quoted = (value: string) => `"${value.replace(/["\\]/g, '\\$&')}"`

/** Values of a facet as the URL has them: a name may hold the comma that stands between two. */
export const written = (values: readonly string[]): string =>
  values.map(value => value.replaceAll('%', '%25').replaceAll(',', '%2C')).join(',')
export const chosenOf = (asked: Readonly<Record<string, string>>, name: AttackerFacet): string[] =>
  listOf(asked[name]).map(value => value.replaceAll('%2C', ',').replaceAll('%25', '%'))

/** What the URL asks for as a query of rows, whose own name is a field. */
export function queryOf(asked: Readonly<Record<string, string>>, field: 'address' | 'user' = 'address'): string {
  const text = (asked['search'] ?? '').trim()
  const chosen = facetNames.filter(name => asked[name]).map(name => `${name}:(${chosenOf(asked, name).map(quoted).join(' OR ')})`)
  // a field is a query; anything else is a part of an address or a name
  const words =
    text === '' ? '' : /\w:\S|[()"*]/.test(text) && !isAddress(text) ? `(${text})` : `${field}:*${escaped(text)}* OR ${quoted(text)}`
  return [words && chosen.length > 0 ? `(${words})` : words, ...chosen].filter(Boolean).join(' ')
}
const isAddress = (text: string) => /^[\da-f:.]+$/i.test(text)
const escaped = (text: string) => text.replace(/[^\w.-]/g, '\\$&')
