import { z } from '@hono/zod-openapi'
import { attackerGroups, attackerStandings, attackerStates } from '../../../shared/attacker.ts'
import { severities } from '../../../shared/severity.ts'
import { verdicts } from '../../../shared/verdict.ts'
import { EntryResource } from '../wire.ts'
import type { Facts } from './facts.ts'
import { type AttackersTogether, countOf, spanOf } from './groups.ts'
import { type AttackerRow, categoriesOf } from './rows.ts'

const time = z.number().nullable()
const Counts = z.array(z.object({ value: z.string(), count: z.number() }))
const Signals = z.object({
  total: z.number(),
  severities: z.partialRecord(z.enum(severities), z.number()),
  first_seen: time,
  last_seen: time,
})
const Logs = z.object({ count: z.number(), first_seen: time, last_seen: time })
export const factFields = {
  rules: Counts,
  services: Counts,
  hosts: Counts,
  users: Counts,
  addresses: Counts,
  paths: Counts,
  user_agents: Counts,
  outcomes: Counts.openapi({ description: 'How what they tried ended: `success`, `failure`' }),
}
export const tallyFields = { signals: Signals, logs: Logs, first_seen: time, last_seen: time }
const Flag = z
  .object({
    state: z.enum(attackerStates),
    until: time,
    signal_id: z.string(),
    rule: z.object({ id: z.string(), name: z.string() }),
    created_at: z.number(),
  })
  .openapi({ description: 'A rule has flagged it' })
const Match = z.looseObject({
  indicator: z.string(),
  category: z.string(),
  intention: z.string(),
  source: z.looseObject({ name: z.string() }),
})

const Attacker = z.object({
  address: z.string(),
  state: z
    .enum(attackerStates)
    .nullable()
    .openapi({ description: 'By its signals of the last 24 hours: flagged over the setting `respond.flag_over`, suspicious below it' }),
  score: z.number().openapi({ description: 'Their points: 100 for a critical one, 50 for a high one, 5 for a medium one' }),
  flag: Flag.optional(),
  standing: z.enum(attackerStandings).nullable().openapi({ description: 'null: not for your eyes' }),
  denylist: z.object({ id: z.string(), value: z.string(), until: time, reason: z.string(), by: z.string() }).optional(),
  passlist: z.object({ id: z.string(), description: z.string(), trusted: z.boolean(), expires_at: time }).optional(),
  scope: z.string(),
  geo: z.object({ country_code: z.string(), country: z.string() }).optional(),
  asn: z.object({ number: z.number(), organization: z.string() }).optional(),
  network: z.string().optional().openapi({ description: 'The announced block that it lies in' }),
  hosting: z.boolean(),
  verdict: z.enum(verdicts).nullable(),
  categories: z.array(z.string()),
  known_good: z.array(z.string()),
  ...tallyFields,
  ...factFields,
})
export const AttackerResource = z.object({ type: z.literal('attacker'), id: z.string(), attributes: Attacker }).openapi('Attacker')

export const GroupResource = z
  .object({
    type: z.literal('attacker_group'),
    id: z.string(),
    attributes: z.object({
      group_by: z.enum(attackerGroups),
      label: z.string(),
      members: z.object({ total: z.number(), addresses: z.array(z.string()).openapi({ description: 'The first 500' }) }),
      flagged: z.number(),
      suspicious: z.number(),
      blocked: z.number(),
      countries: Counts,
      ...tallyFields,
      ...factFields,
    }),
  })
  .openapi('AttackerGroup')

const Histogram = z.array(z.object({ time: z.number(), signals: z.number(), logs: z.number() }))
export const AttackerDetails = z
  .object({
    type: z.literal('attacker'),
    id: z.string(),
    attributes: Attacker.extend({
      matches: z.array(Match),
      histogram: Histogram,
      blocks: z.array(EntryResource).openapi({ description: 'All that ever was on the denylist about it, the latest first' }),
      latest: z.array(z.looseObject({ id: z.string() })).openapi({ description: 'Its latest signals' }),
    }),
  })
  .openapi('AttackerDetails')
export const ComparedResource = z
  .object({ type: z.literal('attacker'), id: z.string(), attributes: Attacker.extend({ histogram: Histogram }) })
  .openapi('ComparedAttacker')

export const named = ({ rules, services, hosts, users, addresses, paths, user_agents, outcomes }: Facts) => ({
  ...{ rules, services, hosts, users, addresses, paths, user_agents, outcomes },
})

export function attackerAttributes(row: AttackerRow, facts: Facts): z.input<typeof Attacker> {
  const { address, state, score, flag, standing, decided, described, signals, logs, first_seen, last_seen } = row
  const { place, scope, hosting, verdict, known_good } = described
  const { denylist, passlist } = decided
  return {
    ...{ address, state, score },
    ...(flag && {
      flag: { state: flag.state, until: flag.until, signal_id: flag.signal_id, rule: flag.rule, created_at: flag.created_at },
    }),
    standing,
    ...(denylist && {
      denylist: { id: denylist.id, value: denylist.value, until: denylist.until, reason: denylist.reason, by: denylist.by.name },
    }),
    ...(passlist && {
      passlist: {
        ...{ id: passlist.id, description: passlist.description },
        ...{ trusted: passlist.on_match === 'monitor', expires_at: passlist.expires_at },
      },
    }),
    scope,
    ...(place.country && { geo: { country_code: place.country.iso_code, country: place.country.name } }),
    ...(place.as && { asn: { number: place.as.number, organization: place.as.name } }),
    ...(place.network !== undefined && { network: place.network }),
    ...{ hosting, verdict, categories: categoriesOf(described), known_good: [...known_good] },
    ...{ signals, logs, first_seen, last_seen },
    ...named(facts),
  }
}

const mostMembers = 500

export function groupAttributes(
  group_by: (typeof attackerGroups)[number],
  group: AttackersTogether,
  facts: Facts,
): z.input<typeof GroupResource>['attributes'] {
  const { label, rows } = group
  const countries = new Map<string, number>()
  for (const { described } of rows) {
    const code = described.place.country?.iso_code
    if (code !== undefined) countries.set(code, (countries.get(code) ?? 0) + 1)
  }
  const counted = [...countries].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count)
  return {
    group_by,
    label,
    members: { total: rows.length, addresses: rows.slice(0, mostMembers).map(({ address }) => address) },
    flagged: countOf(group, ({ state }) => state === 'flagged'),
    suspicious: countOf(group, ({ state }) => state === 'suspicious'),
    blocked: countOf(group, ({ standing }) => standing === 'blocked'),
    countries: counted.slice(0, 10),
    ...{ signals: facts.signals, logs: { ...facts.logs, ...noEnds } },
    ...spanOf(group),
    ...named(facts),
  }
}
const noEnds = { first_seen: null, last_seen: null }
