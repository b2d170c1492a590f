import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import {
  type BlockChange,
  type BlockKind,
  blockKinds,
  type DenylistEntry,
  type NewBlock,
  type RefusedBlock,
} from '../../shared/denylist.ts'
import type { Log } from '../../shared/log.ts'
import type { Standing } from '../../shared/passlist.ts'
import type { Found, Search } from '../engine/search.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, type Env, jsonAnswer, jsonBody, requires, restrictionsOf, route } from '../lib/http.ts'
import { numberPaging } from '../lib/paging.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import { type Guard, needsSecond } from './guard.ts'
import type { Objection } from './objection.ts'
import { type BlocksAsked, type BlocksPage, blockOrders } from './ordered.ts'
import { wouldHit } from './preview.ts'
import type { Landed, Prospect } from './proof.ts'
import { Duration, EntryResource, entryResource, LandingResource, ProofResource, readDuration, readValue } from './wire.ts'

export interface DenylistNeeds {
  denylistPage(only: Restrictions, asked: BlocksAsked): Promise<BlocksPage>
  denylistEntry(only: Restrictions, id: string): Promise<DenylistEntry>
  /** What else keeps all of an entry's value out, the narrowest first. */
  alsoBlocking(only: Restrictions, entry: DenylistEntry): Promise<DenylistEntry[]>
  block(only: Restrictions, ctx: WriteContext, asked: NewBlock[]): Promise<DenylistEntry[]>
  blockMany(only: Restrictions, ctx: WriteContext, asked: NewBlock[]): Promise<(DenylistEntry | RefusedBlock)[]>
  changeBlock(only: Restrictions, ctx: WriteContext, id: string, change: BlockChange): Promise<DenylistEntry>
  approveBlock(only: Restrictions, ctx: WriteContext, id: string, version: number | undefined): Promise<DenylistEntry>
  liftBlock(only: Restrictions, ctx: WriteContext, id: string, reason: string): Promise<DenylistEntry>
  guard: Guard
  /** What is decided about a value already. */
  standing(only: Restrictions, kind: BlockKind, value: string): Promise<Standing>
  /** What would keep it out, and what could not. */
  prospects(kind: BlockKind, value: string): Promise<Prospect[]>
  /** Where entries have got to, by their ids. */
  proofs(ids: string[]): Promise<Record<string, Landed>>
  searchLogs(only: Restrictions, search: Search): Promise<Found<Log>>
  /** How many rules have blocked within the hour, and how many they may. */
  blockedByRules(): Promise<number>
  perHour(): number
  now: () => number
  /** What needs a second person, and how wide is wide. */
  approval(): { wide: boolean; permanent: boolean }
  widest(): { v4: number; v6: number }
}
const tags = ['Response']
const base = '/api/local/denylist'
const read = { tags, middleware: [requires('appsec_protect_read')] }
const write = { tags, middleware: [requires('appsec_protect_write')] }
const params = z.object({ id: z.string().min(1).max(64) })
const one = { 200: jsonAnswer(z.object({ data: EntryResource }), 'The entry as it is now') }
const withOthers = {
  200: jsonAnswer(
    z.object({
      data: EntryResource,
      meta: z.object({
        also_blocked_by: z.array(EntryResource).openapi({ description: 'What else keeps all of its value out, the narrowest first' }),
      }),
    }),
    'The entry as it is now',
  ),
}
const Reason = z.string().max(4096).default('')
const SignalId = z.string().min(1).max(128).nullable().default(null)
const Confirm = z.string().max(512).optional().openapi({ description: 'The value, typed again: yes, although the guard speaks against it' })
const type = z.literal('denylist').optional()
const ByRules = z
  .object({ last_hour: z.number(), per_hour: z.number(), stopped: z.boolean() })
  .openapi({ description: 'What rules have blocked within the hour; at their most they stop' })
const sorts = blockOrders.flatMap(order => [order, `-${order}`] as const)
const Counts = z.array(z.object({ value: z.string(), count: z.number() }))
const PreviewAnswer = z.object({
  kind: z.enum(blockKinds),
  value: z.string(),
  objections: z
    .array(z.object({ code: z.string(), message: z.string(), final: z.boolean().optional() }))
    .openapi({ description: 'Why it needs a confirmation; `final`: no confirmation helps' }),
  /** Whether a second person has to agree: to any such block, or to one for good. */
  waits_for_approval: z.object({ always: z.boolean(), permanent: z.boolean() }),
  standing: z
    .object({
      denylist: EntryResource.optional(),
      passlist: z.object({ id: z.string(), description: z.string(), trusted: z.boolean(), expires_at: z.number().nullable() }).optional(),
    })
    .openapi({ description: 'What is decided about it already; of an address perhaps by the range that it lies in' }),
  enforcers: z
    .array(
      z.object({
        bouncer: z.object({ id: z.string(), name: z.string() }),
        type: z.string(),
        holds: z.enum(['yes', 'no', 'uncertain']),
        stale: z.boolean(),
        hint: z.string().optional(),
      }),
    )
    .openapi({ description: 'What would keep it out, and what could not' }),
  query: z.string(),
  from: z.number(),
  to: z.number(),
  logs: z.number(),
  services: Counts,
  users: Counts,
  countries: Counts,
  addresses: Counts,
  cut: z.array(z.string()),
})

/** The denylist: block, extend, lift. */
export const denylistRoutes = (needs: DenylistNeeds) => {
  const {
    denylistPage,
    denylistEntry,
    alsoBlocking,
    block,
    blockMany,
    changeBlock,
    approveBlock,
    liftBlock,
    guard,
    standing,
    prospects,
    proofs,
    approval,
    widest,
    searchLogs,
    blockedByRules,
    perHour,
    now,
  } = needs
  const objectionsTo = (c: Context<Env>, kind: BlockKind, value: string): Objection[] => guard(kind, value, c.var.write.actor)
  const waits = (kind: BlockKind, value: string, duration: number | null): boolean =>
    needsSecond({ kind, value, duration }, { approval: approval(), widest: widest() })
  const withOthersOf = async (c: Context<Env>, entry: DenylistEntry) => ({
    data: entryResource(entry),
    meta: { also_blocked_by: (await alsoBlocking(restrictionsOf(c), entry)).map(entryResource) },
  })
  return createRouter()
    .openapi(
      route({
        ...read,
        method: 'get',
        path: base,
        summary: 'List what is blocked',
        request: {
          query: z.object({
            ...numberPaging,
            'filter[state]': z.enum(['current', 'ended']).default('current'),
            'filter[kind]': z.enum(blockKinds).optional(),
            'filter[text]': z
              .string()
              .max(512)
              .default('')
              .openapi({ description: 'In the value or the reason; of what has ended in the value' }),
            'page[cursor]': z
              .string()
              .max(8192)
              .optional()
              .openapi({ description: '`meta.page.after` of the page before: each entry comes once, whatever changes meanwhile' }),
            include: z
              .enum(['proof'])
              .optional()
              .openapi({ description: 'proof: where each has got to, by its id, under meta, and under landing what that comes to' }),
            sort: z
              .enum(sorts)
              .default('-created_at')
              .openapi({ description: 'Of what is current; what has ended comes the latest first' }),
          }),
        },
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.array(EntryResource),
              meta: z.object({
                page: z.object({ total_count: z.number(), after: z.string().optional() }),
                by_rules: ByRules,
                proof: z.record(z.string(), z.array(ProofResource)).optional(),
                landing: z.record(z.string(), LandingResource).optional(),
              }),
            }),
            'In force or waiting for a second person, or what is not any more',
          ),
        },
      }),
      async c => {
        const query = c.req.valid('query')
        const [kind, cursor] = [query['filter[kind]'], query['page[cursor]']]
        const { entries, total, after } = await denylistPage(restrictionsOf(c), {
          ...{ state: query['filter[state]'], text: query['filter[text]'], sort: query.sort },
          ...{ limit: query['page[size]'], offset: query['page[size]'] * query['page[number]'] },
          ...(kind && { kind }),
          ...(cursor !== undefined && { cursor }),
        })
        const [last_hour, landed] = await Promise.all([blockedByRules(), query.include && proofs(entries.map(({ id }) => id))])
        const by_rules = { last_hour, per_hour: perHour(), stopped: last_hour >= perHour() }
        const page = { total_count: total, ...(after !== undefined && { after }) }
        const each = <T>(pick: (one: Landed) => T) => Object.fromEntries(Object.entries(landed ?? {}).map(([id, one]) => [id, pick(one)]))
        const included = landed && { proof: each(({ proof }) => proof), landing: each(({ landing }) => landing) }
        return c.json({ data: entries.map(entryResource), meta: { page, by_rules, ...included } }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: base,
        summary: 'Block an address, a range or a user',
        request: jsonBody(
          z.strictObject({
            data: z.strictObject({
              type,
              attributes: z.strictObject({
                kind: z.enum(blockKinds),
                value: z.string().min(1).max(1024),
                duration: Duration,
                reason: Reason,
                signal_id: SignalId,
                confirm: Confirm,
              }),
            }),
          }),
        ),
        responses: { 201: jsonAnswer(z.object({ data: EntryResource }), 'The entry; `waiting` where a second person has to agree') },
      }),
      async c => {
        const { kind, value: given, duration: text, reason, signal_id, confirm } = c.req.valid('json').data.attributes
        const value = readValue(kind, given)
        const duration = readDuration(text)
        const objections = objectionsTo(c, kind, value)
        if (objections.length > 0 && (confirm !== value || objections.some(({ final }) => final))) throw guarded(value, objections)
        const asked = { kind, value, duration, reason, signal_id, waits: waits(kind, value, duration) }
        const [entry] = await block(restrictionsOf(c), c.var.write, [asked])
        return c.json({ data: entryResource(entry!) }, 201)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: `${base}/bulk`,
        summary: 'Block several at once, leaving out what the guard or the passlist refuses',
        request: jsonBody(
          z.strictObject({
            data: z.strictObject({
              type,
              attributes: z.strictObject({
                entries: z
                  .array(z.strictObject({ kind: z.enum(blockKinds), value: z.string().min(1).max(1024), confirm: Confirm }))
                  .min(1)
                  .max(500),
                duration: Duration,
                reason: Reason,
                signal_id: SignalId,
              }),
            }),
          }),
        ),
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.array(EntryResource),
              meta: z.object({ refused: z.array(z.object({ kind: z.string(), value: z.string(), code: z.string(), reason: z.string() })) }),
            }),
            'What is blocked now, and what is not and why',
          ),
        },
      }),
      async c => {
        const { entries, duration: text, reason, signal_id } = c.req.valid('json').data.attributes
        const duration = readDuration(text)
        const asked = entries.map(({ kind, value, confirm }, i) => ({
          kind,
          value: readValue(kind, value, `data.attributes.entries.${i}.value`),
          confirm,
        }))
        const refused: { kind: string; value: string; code: string; reason: string }[] = []
        const allowed = asked.filter(({ kind, value, confirm }) => {
          const objections = objectionsTo(c, kind, value)
          const first = objections.find(({ final }) => final) ?? (confirm === value ? undefined : objections[0])
          if (first) refused.push({ kind, value, code: first.code, reason: first.message })
          return !first
        })
        const wanted = allowed.map(({ kind, value }) => ({ kind, value, duration, reason, signal_id, waits: waits(kind, value, duration) }))
        const done = await blockMany(restrictionsOf(c), c.var.write, wanted)
        const data = done.flatMap((result, i) => {
          if (!('refused' in result)) return [entryResource(result)]
          refused.push({ kind: wanted[i]!.kind, value: wanted[i]!.value, code: result.code, reason: result.refused })
          return []
        })
        return c.json({ data, meta: { refused } }, 200)
      },
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${base}/{id}`,
        summary: 'Get an entry of the denylist',
        request: { params },
        responses: withOthers,
      }),
      async c => c.json(await withOthersOf(c, await denylistEntry(restrictionsOf(c), c.req.valid('param').id)), 200),
    )
    .openapi(
      route({
        ...write,
        method: 'patch',
        path: `${base}/{id}`,
        summary: 'Extend or shorten a block from now on, or say why it is there',
        description:
          'Where a second person has to agree to a longer block, this one stays as it is until its own end, and the answer is another entry, which waits.',
        request: {
          params,
          ...jsonBody(
            z.strictObject({
              data: z.strictObject({
                type,
                id: z.string().optional(),
                attributes: z.strictObject({
                  duration: Duration.optional(),
                  reason: z.string().max(4096).optional(),
                  version: z.int().min(1).optional(),
                }),
              }),
            }),
          ),
        },
        responses: one,
      }),
      async c => {
        const { duration, reason, version } = c.req.valid('json').data.attributes
        const { id } = c.req.valid('param')
        const [only, ms] = [restrictionsOf(c), duration === undefined ? undefined : readDuration(duration)]
        const { kind, value } = await denylistEntry(only, id)
        const change = {
          ...(ms !== undefined && { duration: ms, waits: waits(kind, value, ms) }),
          ...(reason !== undefined && { reason }),
          ...(version !== undefined && { version }),
        }
        return c.json({ data: entryResource(await changeBlock(only, c.var.write, id, change)) }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: `${base}/{id}/approve`,
        summary: 'Agree to a block that waits for a second person',
        request: {
          params,
          query: z.object({ version: z.coerce.number().int().min(1).optional(), dry_run: z.enum(['true', 'false']).optional() }),
        },
        responses: one,
      }),
      async c => {
        const { version } = c.req.valid('query')
        return c.json({ data: entryResource(await approveBlock(restrictionsOf(c), c.var.write, c.req.valid('param').id, version)) }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'delete',
        path: `${base}/{id}`,
        summary: 'Lift a block',
        request: {
          params,
          query: z.object({ reason: z.string().max(4096).default(''), dry_run: z.enum(['true', 'false']).optional() }),
        },
        responses: withOthers,
      }),
      async c => {
        const { reason } = c.req.valid('query')
        return c.json(await withOthersOf(c, await liftBlock(restrictionsOf(c), c.var.write, c.req.valid('param').id, reason)), 200)
      },
    )
    .openapi(
      route({
        tags,
        // what it answers are logs
        middleware: [requires('appsec_protect_read'), requires('logs_read_data')],
        method: 'post',
        'x-read': true,
        path: `${base}/preview`,
        summary: 'Preview a block: what speaks against it, and whom it would have hit in the last 24 hours',
        request: jsonBody(z.strictObject({ kind: z.enum(blockKinds), value: z.string().min(1).max(1024) })),
        responses: { 200: jsonAnswer(PreviewAnswer, 'Counts as the search for `query` has them') },
      }),
      async c => {
        const { kind, value: given } = c.req.valid('json')
        const value = readValue(kind, given, 'value')
        const hit = await wouldHit(search => searchLogs(restrictionsOf(c), search), kind, value, now())
        const waits_for_approval = { always: waits(kind, value, 0), permanent: waits(kind, value, null) }
        const { denylist, passlist } = await standing(restrictionsOf(c), kind, value)
        const decided = {
          ...(denylist && { denylist: entryResource(denylist) }),
          ...(passlist && {
            passlist: {
              ...{ id: passlist.id, description: passlist.description },
              ...{ trusted: passlist.on_match === 'monitor', expires_at: passlist.expires_at },
            },
          }),
        }
        const about = { objections: objectionsTo(c, kind, value), waits_for_approval, standing: decided }
        return c.json({ kind, value, ...about, enforcers: await prospects(kind, value), ...hit }, 200)
      },
    )
}

const guarded = (value: string, objections: readonly Objection[]) => {
  const isFinal = objections.some(({ final }) => final)
  const how = isFinal ? '' : `. To block it all the same, send \`confirm\` with the value ${value}`
  return new Refusal(409, 'guarded', `${objections.map(({ message }) => message).join('; ')}${how}`, {
    problems: [
      ...objections.map(({ message }) => ({ field: 'data.attributes.value', message })),
      ...(isFinal ? [] : [{ field: 'data.attributes.confirm', message: `must be ${value} to block it all the same` }]),
    ],
  })
}
