import { randomUUID } from 'node:crypto'
import type { NewAuditEvent } from '../../shared/audit.ts'
import type { BouncerInstance, BouncerMetrics, DecisionFilter, Push, RangeMode, SeenBouncer, SilentEnforcer } from '../../shared/bouncer.ts'
import { type BlockKind, blockStateOf, type DenylistEntry } from '../../shared/denylist.ts'
import { readAddress } from '../../shared/ip.ts'
import type { JsonObject } from '../../shared/json.ts'
import { landingOf } from '../../shared/proof.ts'
import { readSpan } from '../../shared/span.ts'
import { personOf, type WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import { longestOf } from '../respond/book.ts'
import { type Decision, type DecisionsAsked, isToldOf, leavesOut } from '../respond/decisions.ts'
import { countHeld } from '../respond/held.ts'
import { concerns, isSilent, type Landed, type Proof, type Prospect, proofOf, prospectOf } from '../respond/proof.ts'
import { type Answered, type Caller, type Door, type Found, notLetIn, type Pull, type Puller } from '../respond/puller.ts'
import type { StoredBouncer } from '../store/bouncers.ts'
import type { Store } from '../store/store.ts'
import { type Denylist, told } from './denylist.ts'
import type { Pulls } from './pulls.ts'
import type { Audit, Write } from './writes.ts'

const mostBouncers = 500
/** Instances of one key that are remembered: the latest. */
const mostInstances = 100
/** Long before an ipset forgets what it cannot hold any longer, ms. */
const reissueAfter = 20 * 24 * 3_600_000
/** How often the time of a pull that brought nothing is put on disk, ms. */
const keptEvery = 60_000
/** How often answers that arrived are put on disk, ms: who asks about each of its visitors asks again before the disk is done. */
const answersEvery = 200

interface BouncerChange {
  name?: string
  ranges?: RangeMode
  forget_silent?: boolean
}
type NewBouncer = Pick<StoredBouncer, 'name' | 'ranges' | 'publishes' | 'hash' | 'last4'>

interface Options {
  store: Store
  denylist: Denylist
  pulls: Pulls
  write: Write
  audit: Audit
  now: () => number
  /** Whether anything may be written now that nobody asks for. */
  mayWrite(): boolean
  report(error: unknown): void
}

/** Who enforces the denylist, what each is told, and the proof that it was. */
export function createBouncers({ store, denylist, pulls, write, audit, now, mayWrite, report }: Options) {
  /** As they are now; on disk they are at most a minute older. */
  const bouncers = new Map(store.bouncers.all().map(bouncer => [bouncer.id, bouncer]))
  const kept = new Map<string, number>()
  const since = now()

  const live = (id: string): StoredBouncer => {
    const bouncer = bouncers.get(id)
    if (!bouncer || bouncer.revoked_at !== null) throw new Refusal(404, 'not_found', `There is no bouncer ${id}`)
    return bouncer
  }
  function put(ctx: WriteContext, after: StoredBouncer, action: NewAuditEvent['action'], message: string): StoredBouncer {
    const before = bouncers.get(after.id)
    store.bouncers.put(after)
    audit(ctx, {
      action,
      asset: { type: 'bouncer', id: after.id, name: after.name },
      message: `${message} the bouncer “${after.name}”`,
      before: before ? shown(before) : null,
      after: after.revoked_at === null ? shown(after) : null,
    })
    return after
  }
  const seen = ({ hash: _, ...bouncer }: StoredBouncer): SeenBouncer => ({
    ...bouncer,
    instances: bouncer.instances.map(instance => ({ ...instance, stale: isSilent(bouncer, instance, now(), since) })),
  })
  const changing = (ctx: WriteContext, work: () => StoredBouncer): SeenBouncer => {
    let made: StoredBouncer | undefined
    const result = write(ctx, () => {
      made = work()
      return { result: seen(made) }
    })
    if (made && !ctx.dryRun) bouncers.set(made.id, made)
    return result
  }
  const instanceOf = (id: string, source: string): BouncerInstance | undefined =>
    bouncers.get(id)?.instances.find(instance => sourceOf(instance) === source)
  /** Put down what an instance did. To disk only where `now` or it has been a while: it is asked every few seconds. */
  function keep(id: string, instance: BouncerInstance, atOnce: boolean, more: () => void = () => {}): void {
    const before = bouncers.get(id)
    if (!before || before.revoked_at !== null) return
    const source = sourceOf(instance)
    const others = before.instances.filter(one => sourceOf(one) !== source)
    const instances = [instance, ...others].sort((a, b) => b.last_pull - a.last_pull).slice(0, mostInstances)
    const after = { ...before, instances }
    bouncers.set(id, after)
    const key = `${id} ${source}`
    const time = now()
    if (!mayWrite() || (!atOnce && Math.abs(time - (kept.get(key) ?? 0)) < keptEvery)) return
    kept.set(key, time)
    store.write(() => {
      store.bouncers.put(after)
      more()
    })
  }

  /** How many decisions a bouncer has to have in force: counted anew when something has changed, or its time has come. */
  const counts = new Map<string, { changed: number; ends: number; count: number }>()
  function holds(ranges: RangeMode, filter: DecisionFilter | undefined): number {
    const key = ranges + asText(filter)
    const before = counts.get(key)
    if (before && before.changed === denylist.changed() && now() < before.ends) return before.count
    let ends = Infinity
    const values = filter ? denylist.delta(undefined).come.filter(entry => isToldOf(filter, ranges, entry)) : [...denylist.values()]
    // filters are what bouncers say, of which there may be many
    if (counts.size >= mostInstances) counts.clear()
    for (const { until } of values) if (until !== null && until < ends) ends = until
    const count = countHeld(ranges, values)
    counts.set(key, { changed: denylist.changed(), ends, count })
    return count
  }
  /** Whether what has ended had reached it at all. */
  function wasTold({ id, push }: StoredBouncer, instance: BouncerInstance, entry: DenylistEntry): boolean {
    if (push) return store.bouncers.pushedState(id, entry.value) !== undefined
    const source = sourceOf(instance)
    return (
      store.bouncers.deliveredAt(id, source, entry.since) !== undefined ||
      store.bouncers.deliveredAt(id, answerOf(source, entry.id), entry.since) !== undefined
    )
  }
  /** What asks with a key and has to do with such entries; undefined where nothing has asked yet. */
  const askingWith = ({ instances }: StoredBouncer, kind: BlockKind) =>
    (instances.length > 0 ? instances : [undefined]).filter(instance => concerns(instance, kind))
  /** Says of entries where each has got to. */
  function prover(): (entry: DenylistEntry) => Proof[] {
    const time = now()
    return entry =>
      [...bouncers.values()]
        .filter(
          ({ revoked_at, created_at, publishes }) => revoked_at === null && !publishes && (!entry.ended || created_at <= entry.ended.at),
        )
        .flatMap(bouncer =>
          (blockStateOf(entry) === 'waiting' ? [] : askingWith(bouncer, entry.kind)).map(instance =>
            proofOf({
              bouncer,
              instance,
              entry,
              now: time,
              since,
              held: () => store.bouncers.pushedState(bouncer.id, entry.value) ?? 'not',
              deliveredAt: place => instance && store.bouncers.deliveredAt(bouncer.id, sourceOf(instance), place),
              answeredAt: () => instance && store.bouncers.deliveredAt(bouncer.id, answerOf(sourceOf(instance), entry.id), entry.seq),
              wasTold: () => instance !== undefined && wasTold(bouncer, instance, entry),
              told: () => (entry.ended ? undefined : longestOf(denylist.about(entry.kind, entry.value))) ?? entry,
              holds: () => holds(bouncer.ranges, instance?.filter),
            }),
          ),
        )
  }

  /** It knows the denylist up to a place now. */
  function telling({ bouncer, address, type, version }: Omit<Puller, 'publishes'>, { place, isNews, reissued, filter }: Pull): void {
    const source = sourceOf({ address, type, version })
    const before = instanceOf(bouncer, source)
    const time = now()
    const instance: BouncerInstance = {
      ...{ address, type, version, last_pull: time, place: Math.max(place, 1) },
      first_pull: before?.first_pull ?? time,
      // who is told has no turns of its own
      interval: before && !bouncers.get(bouncer)?.push ? Math.max(0, time - before.last_pull) : null,
      reissued: reissued ? time : (before?.reissued ?? time),
      metrics: before?.metrics ?? null,
      ...(filter && { filter }),
      filtered_since: before && isSame(before.filter, filter) ? (before.filtered_since ?? 0) : time,
    }
    // a list is asked for whether or not there is news
    const isLate = store.bouncers.deliveredAt(bouncer, source, place) === undefined
    keep(bouncer, instance, isNews && isLate, () => store.bouncers.delivered(bouncer, source, place, time))
  }
  const all = (): StoredBouncer[] => [...bouncers.values()].filter(({ revoked_at }) => revoked_at === null)
  /** Refuses a name that another has, and one more than there may be. */
  function checkName(name: string, id?: string): void {
    if (all().some(one => one.id !== id && one.name === name)) throw taken(name)
    if (id === undefined && all().length >= mostBouncers)
      throw new Refusal(400, 'too_many', `There are ${mostBouncers} bouncers, which is the most there may be`)
  }

  function letIn(hash: string, door: Door): { id: string; publishes: boolean } | undefined {
    for (const { id, publishes = false, revoked_at, ...bouncer } of bouncers.values())
      if (bouncer.hash === hash && revoked_at === null)
        return door === 'lists' || publishes === (door === 'taxii') ? { id, publishes } : undefined
    return undefined
  }
  /** What asked about an address just now. */
  function asking({ bouncer, address, type, version }: Puller): BouncerInstance {
    const time = now()
    const before = instanceOf(bouncer, sourceOf({ address, type, version })) ?? {
      ...{ address, type, version, first_pull: time, last_pull: time, interval: null, place: 0, reissued: 0, metrics: null },
    }
    // who pulls what changes too is late by its pulls alone
    return before.place > 0 ? before : { ...before, version, last_pull: time, live: true as const }
  }

  /** Answers that have arrived and are not on disk. What is lost of them counts as not delivered until it is asked for again. */
  let arrived: { bouncer: string; source: string; news: Answered[]; at: number }[] = []
  let timer: NodeJS.Timeout | undefined
  function putArrived(): void {
    clearTimeout(timer)
    timer = undefined
    const all = arrived
    arrived = []
    if (all.length === 0 || !mayWrite()) return
    try {
      store.write(() => {
        for (const { bouncer, source, news, at } of all)
          for (const { id, place } of news) store.bouncers.delivered(bouncer, answerOf(source, id), place, at)
      })
    } catch (error) {
      report(error)
    }
    timer = setTimeout(putArrived, answersEvery).unref()
  }

  const calls = {
    bouncers: async (): Promise<SeenBouncer[]> => all().map(seen),
    /** Those of which something is wrong, as far as that shows by their not asking. */
    silentEnforcers: async (): Promise<SilentEnforcer[]> =>
      all().flatMap(bouncer =>
        (bouncer.instances.length > 0 ? bouncer.instances : [undefined])
          .filter(instance => isSilent(bouncer, instance, now(), since))
          .map(instance => ({ id: bouncer.id, name: bouncer.name, type: instance?.type ?? '', last_pull: instance?.last_pull || null })),
      ),
    /** The one whose key has this hash and opens that door; null where there is none. */
    bouncerWith: async (hash: string, door: Door): Promise<{ id: string; publishes: boolean } | null> => letIn(hash, door) ?? null,
    createBouncer: async (ctx: WriteContext, given: NewBouncer): Promise<SeenBouncer> =>
      changing(ctx, () => {
        checkName(given.name)
        const made = { ...given, id: randomUUID(), created_at: now(), created_by: personOf(ctx.actor), revoked_at: null, instances: [] }
        return put(ctx, made, 'created', 'let in')
      }),
    /** `forget_silent`: what does not ask any more is not waited for either; should it ask again, it is told everything. */
    changeBouncer: async (ctx: WriteContext, id: string, { forget_silent, ...change }: BouncerChange): Promise<SeenBouncer> =>
      changing(ctx, () => {
        const before = live(id)
        if (change.name !== undefined) checkName(change.name, id)
        const kept = forget_silent ? before.instances.filter(instance => !isSilent(before, instance, now(), since)) : before.instances
        // what it is told changes altogether: it begins anew
        const instances = change.ranges ? kept.map(instance => ({ ...instance, place: 0 })) : kept
        const forgot = forget_silent ? { forgot_at: now() } : {}
        return put(ctx, { ...before, ...change, ...forgot, instances }, 'modified', forget_silent ? 'forgot what is silent of' : 'changed')
      }),
    revokeBouncer: async (ctx: WriteContext, id: string): Promise<null> => {
      changing(ctx, () => {
        const before = live(id)
        return put(ctx, { ...before, name: `${before.name} ${id}`, revoked_at: now() }, 'deleted', 'shut out')
      })
      return null
    },

    /** What has changed since this bouncer's last pull, or at its start all. It counts as told only after `pulled`. */
    pullDecisions: async (who: Puller, startup: boolean, filter: DecisionFilter): Promise<Pull & { body: Uint8Array<ArrayBuffer> }> => {
      const { ranges } = live(who.bouncer)
      const wanted = leavesOut(filter) ? filter : undefined
      const instance = instanceOf(who.bouncer, sourceOf(who))
      const time = now()
      const isOther = !isSame(instance?.filter, wanted)
      const isNew = startup || !instance || isOther || instance.place === 0 || time - instance.last_pull > told
      const reissued = !isNew && time - instance.reissued > reissueAfter
      const { body, place, isNews } = await pulls.stream({ ranges, place: isNew ? undefined : instance.place, reissued, filter })
      return { body, place, isNews: isNew || isNews, reissued: isNew || reissued, ...(wanted && { filter: wanted }) }
    },
    /** The answer of a pull has been written to the bouncer. */
    pulled: async (who: Puller, pull: Pull): Promise<null> => {
      telling(who, pull)
      return null
    },
    /**
     * Decisions in force about an address, a range or anything else, each by itself. Some servers ask with each of their own requests, so this
     * is one call, with the key. `news` is what it had not been answered before: `answered` is for what then is with it.
     */
    findDecisions: async (caller: Caller, asked: DecisionsAsked, filter: DecisionFilter): Promise<Found> => {
      const bouncer = letIn(caller.hash, 'decisions')
      if (!bouncer) throw notLetIn()
      for (const text of [asked.ip, asked.range])
        if (text !== undefined && !(text === asked.ip ? readAddress(text) : readSpan(text)))
          throw new Refusal(400, 'invalid', `unable to convert '${text.slice(0, 64)}' to int: invalid address: invalid ip address / range`)
      const { hash: _, ...from } = caller
      const who = { ...from, bouncer: bouncer.id, publishes: bouncer.publishes }
      const decisions = pulls.find(asked, filter)
      if (asked.ip === undefined) return { who, decisions, news: [] }
      keep(who.bouncer, asking(who), false)
      const source = sourceOf(who)
      const isNews = ({ uuid, id }: Decision) => store.bouncers.deliveredAt(who.bouncer, answerOf(source, uuid), id) === undefined
      return { who, decisions, news: decisions.filter(isNews).map(({ uuid, id }) => ({ id: uuid, place: id })) }
    },
    /** The answer with these entries has been written to it. */
    answered: async (who: Puller, news: Answered[]): Promise<null> => {
      arrived.push({ bouncer: who.bouncer, source: sourceOf(who), news, at: now() })
      if (!timer) putArrived()
      return null
    },
    /** What a bouncer says it has done since its last report. */
    reportMetrics: async (
      { bouncer, address, type, version }: Puller,
      component: string,
      report: { at: number; active: number | null; dropped_packets: number; dropped_bytes: number; processed_packets: number },
    ): Promise<null> => {
      const time = now()
      const before = instanceOf(bouncer, sourceOf({ address, type, version })) ??
        instanceOf(bouncer, sourceOf({ address, type: component, version })) ?? {
          ...{ address, type, version, first_pull: time, last_pull: 0, interval: null, place: 0, reissued: 0, metrics: null },
        }
      const sum = (name: 'dropped_packets' | 'dropped_bytes' | 'processed_packets') => (before.metrics?.[name] ?? 0) + report[name]
      const metrics: BouncerMetrics = {
        at: report.at,
        active: report.active,
        dropped_packets: sum('dropped_packets'),
        dropped_bytes: sum('dropped_bytes'),
        processed_packets: sum('processed_packets'),
      }
      keep(bouncer, { ...before, version, metrics }, true)
      return null
    },

    /** What would keep something out that is not blocked yet, and what could not. */
    prospects: async (kind: BlockKind, value: string): Promise<Prospect[]> =>
      all()
        .filter(({ publishes }) => !publishes)
        .flatMap(bouncer =>
          askingWith(bouncer, kind).map(instance => prospectOf(bouncer, instance, { kind, value }, { now: now(), since })),
        ),
    /** Where an entry has got to, by bouncer and what pulls with its key. */
    proof: async (id: string): Promise<Landed> => {
      const entry = store.denylist.get(id)
      if (!entry) throw new Refusal(404, 'not_found', `There is no denylist entry ${id}`)
      return landed(entry, prover())
    },
    /** The same of several, by their ids; of those that are gone nothing. */
    proofs: async (ids: string[]): Promise<Record<string, Landed>> => {
      const prove = prover()
      return Object.fromEntries(ids.flatMap(id => [store.denylist.get(id)].flatMap(entry => (entry ? [[id, landed(entry, prove)]] : []))))
    },
  }
  return {
    calls,
    close: putArrived,
    /** For those that are told. */
    inside: {
      live,
      all,
      checkName,
      put,
      changing,
      told: telling,
      setPush(id: string, push: Push): void {
        const before = bouncers.get(id)
        if (!before || before.revoked_at !== null || JSON.stringify(before.push) === JSON.stringify(push)) return
        const after = { ...before, push }
        store.write(() => store.bouncers.put(after))
        bouncers.set(id, after)
      },
    },
  }
}

function landed(entry: DenylistEntry, prove: (entry: DenylistEntry) => Proof[]): Landed {
  const proof = prove(entry)
  const about = { kind: entry.kind, state: blockStateOf(entry) }
  return {
    proof,
    landing: landingOf(
      about,
      proof.map(({ bouncer, state, stale }) => ({ name: bouncer.name, state, stale })),
    ),
  }
}

/** What pulls: two programs on one machine are two, and so are two lists of one program. An update of it is none. */
const sourceOf = ({ address, type, version }: Pick<BouncerInstance, 'address' | 'type' | 'version'>): string =>
  `${address} ${type}${type.startsWith('list/') ? ` ${version}` : ''}`

/** What was answered to a question is written down by the entry: it says nothing of others. */
const answerOf = (source: string, entry: string) => `${source} answered ${entry}`

const asText = (filter: DecisionFilter | undefined) => (filter ? JSON.stringify(filter) : '')
const isSame = (a: DecisionFilter | undefined, b: DecisionFilter | undefined) => asText(a) === asText(b)

const taken = (name: string) =>
  new Refusal(409, 'exists', `A bouncer called ${name} exists`, { problems: [{ field: 'data.attributes.name', message: 'is taken' }] })
const shown = ({ name, ranges, last4, push }: StoredBouncer): JsonObject =>
  push ? { name, kind: push.kind, options: push.options } : { name, ranges, last4 }
