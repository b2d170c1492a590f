import { isObject, type Json } from '../../../shared/json.ts'

/** What an anonymiser database says of a network. */
export interface Privacy {
  category: string
  subcategory?: string
  provider?: string
}

const residential = { category: 'residential_proxy', subcategory: 'proxy' }

// MaxMind's members, then IPinfo's. The first that holds says what the network is; the rest is kept beside it.
const kinds: [members: string[], said: Pick<Privacy, 'category' | 'subcategory'>][] = [
  [['is_tor_exit_node', 'tor'], { category: 'anonymizer', subcategory: 'tor' }],
  [['is_anonymous_vpn', 'vpn'], { category: 'anonymizer', subcategory: 'vpn' }],
  [['is_residential_proxy'], residential],
  [['is_public_proxy', 'proxy'], { category: 'anonymizer', subcategory: 'proxy' }],
  [['relay'], { category: 'anonymizer', subcategory: 'proxy' }],
  [['is_hosting_provider', 'is_hosting', 'hosting'], { category: 'hosting' }],
  // said of all of them
  [['is_anonymous'], { category: 'anonymizer' }],
]
const holds = (value: Json | undefined) => value === true || value === 1 || (typeof value === 'string' && /^(true|1|yes)$/i.test(value))

export const flagsOf = (record: unknown): string[] => {
  const own = isObject(record) ? record : {}
  const traits = isObject(own['traits']) ? own['traits'] : {}
  return kinds.flatMap(([members]) => members.filter(member => holds(own[member]) || holds(traits[member])))
}

/** Undefined where the record says nothing of the kind. */
export function privacyIn(record: unknown, databaseType: string): Privacy | undefined {
  if (!isObject(record)) return undefined
  const flags = new Set(flagsOf(record))
  // one database of MaxMind's holds nothing else, and has no flag for it
  const whole = /residential-proxy/i.test(databaseType) ? residential : undefined
  const said = kinds.find(([members]) => members.some(member => flags.has(member)))?.[1] ?? whole
  if (!said) return undefined
  const { service, provider_name: provider } = record
  const name = [service, provider].find(value => typeof value === 'string' && value !== '')
  return { ...said, ...(typeof name === 'string' && { provider: name.slice(0, 200) }) }
}
