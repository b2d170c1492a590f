import { randomUUID } from 'node:crypto'
import { type Case, insightsInCase, type SeenCase } from '../../shared/case.ts'
import { type Incident, incidentKey } from '../../shared/incident.ts'
import type { LiveEvent } from '../../shared/live.ts'
import type { Signal } from '../../shared/signal.ts'
import { isLocked } from '../../shared/triage.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import { tellCases } from './case-files.ts'
import type { createCases } from './cases.ts'
import { type IncidentFiles, type SeenIncident, tellIncident } from './incident-files.ts'
import { createAssigned, type Moves } from './moves.ts'
import type { Write } from './writes.ts'

/** Signals that come along with a case: more would hold up everybody. */
const mostCopied = 1000

interface Options {
  store: Store
  write: Write
  moves: Moves
  cases: ReturnType<typeof createCases>['inside']
  files: IncidentFiles
  now: () => number
}
/** What a link did: the change that can be undone, the signals that it changed, and what to tell. */
interface Linked {
  change: string
  changed: string[]
  tell(): LiveEvent[]
}

/** Signals and cases of incidents. `inside` is for a write that somebody else has begun. */
export function createIncidentMembers({ store, write, moves, cases, files, now }: Options) {
  /** Put signals that may be seen into an incident, or take them out, as one change that can be undone. */
  function putSignals(
    only: Restrictions,
    ctx: WriteContext,
    incident: Incident,
    ids: readonly string[],
    isIn: boolean,
    field: string,
  ): Linked {
    const change = randomUUID()
    store.changes.add(change, now())
    const touched = createAssigned(ctx.actor)
    const changed: string[] = []
    ids.forEach((id, at) => {
      const before = moves.find(only, id)
      if (!before)
        throw new Refusal(404, 'not_found', `Signal ${id} not found`, {
          problems: [{ field: `${field}.${at}`, message: `no signal ${id}` }],
        })
      const { incident_ids: all } = before.triage
      if (all.includes(incident.public_id) === isIn) return
      const others = all.filter(one => one !== incident.public_id)
      const done = moves.one(ctx, change, before, { incident_ids: isIn ? [...others, incident.public_id] : others }, false)
      changed.push(id)
      touched.note(before, done.signal)
    })
    return { change, changed, tell: touched.take }
  }
  /** The link itself, both ways; `what` came along. */
  function joinCase(ctx: WriteContext, incident: Incident, which: string, what: string): { file: Case; isNew: boolean } {
    const { id } = cases.files.find(which)
    const isNew = !store.cases.incidents(id).includes(incident.id)
    const file = cases.linkIncident(ctx, id, incident.id, incidentKey(incident.public_id))
    if (isNew) files.tell(ctx, incident.id, { kind: 'link', text: `linked the case ${file.key}${what}`, about: { type: 'case', id } })
    return { file, isNew }
  }
  /** Link a case and an incident both ways. The case's signals come along, as far as they may be seen and can still change. */
  function putCase(only: Restrictions, ctx: WriteContext, incident: Incident, which: string): Linked {
    const all = signalsOf(cases.files.find(which).id)
    const copied = all.filter(id => isFree(only, id)).slice(0, mostCopied)
    const [count, total] = [copied.length, all.length]
    const rest = count < total ? ` of its ${total}; the others are older than 30 days, or not to be seen, or too many` : ''
    const what = total === 0 ? '' : ` with ${count}${rest} signal${count === 1 && rest === '' ? '' : 's'}`
    const { file, isNew } = joinCase(ctx, incident, which, what)
    const linked = putSignals(only, ctx, incident, isNew ? copied : [], true, 'data')
    return { ...linked, tell: () => [...linked.tell(), ...tellCases(file)()] }
  }
  /** Take the link away again, inside of a write. */
  function dropCase(ctx: WriteContext, incident: Incident, which: string): Case {
    const file = cases.files.find(which)
    if (!store.cases.removeIncident(file.id, incident.id))
      throw new Refusal(404, 'not_found', `${file.key} is not linked to ${incidentKey(incident.public_id)}`)
    return cases.files.touch(ctx, file, 'unlinked', { to: { entity: incidentKey(incident.public_id), relationship: 'incident' } })
  }
  const signalsOf = (caseId: string) =>
    store.cases.insights(caseId).flatMap(({ type, resource_id: id }) => (type === 'SECURITY_SIGNAL' ? [id] : []))
  const isFree = (only: Restrictions, id: string) => {
    const signal = moves.find(only, id)
    return signal !== undefined && !isLocked(signal.timestamp, now())
  }

  return {
    inside: { putSignals, putCase, dropCase, signalsOf: (which: string) => signalsOf(cases.files.find(which).id) },
    calls: {
      /** The signals of an incident that may be seen, oldest first. */
      incidentSignals: async (only: Restrictions, id: string): Promise<Signal[]> =>
        files
          .signals(only, files.find(id))
          .map(one => store.signals.get(one)!)
          .sort((a, b) => a.timestamp - b.timestamp || a.seq - b.seq),
      /** Put signals into an incident or take them out; the answer names the change, which can be undone. */
      linkSignals: async (
        only: Restrictions,
        ctx: WriteContext,
        id: string,
        signals: string[],
        isIn: boolean,
      ): Promise<{ incident: SeenIncident; change: string }> =>
        write(ctx, () => {
          const incident = files.find(id)
          const { change, changed, tell } = putSignals(only, ctx, incident, signals, isIn, 'data')
          return { result: { incident: files.seen(only, incident), change }, changed, tell }
        }),
      /** Link a case, with its signals. */
      linkCase: async (only: Restrictions, ctx: WriteContext, id: string, which: string): Promise<SeenIncident> =>
        write(ctx, () => {
          const incident = files.find(id)
          const { changed, tell } = putCase(only, ctx, incident, which)
          return { result: files.seen(only, incident), changed, tell: () => [tellIncident(incident), ...tell()] }
        }),
      /** The same from the side of the case, which the wire has: a link alone, no signals. */
      linkIncident: async (only: Restrictions, ctx: WriteContext, which: string, id: string): Promise<SeenCase> =>
        write(ctx, () => {
          const incident = store.incidents.get(id)
          if (!incident)
            throw new Refusal(404, 'resource_not_found', 'incident not found', {
              problems: [{ field: 'data.id', message: `${id} is the id of no incident` }],
            })
          const { file, isNew } = joinCase(ctx, incident, which, '')
          return {
            result: cases.files.seen(only, file, insightsInCase),
            ...(isNew && { tell: () => [tellIncident(incident), ...tellCases(file)()] }),
          }
        }),
      /** Take the link to a case away; signals stay. */
      unlinkCase: async (only: Restrictions, ctx: WriteContext, id: string, which: string): Promise<SeenIncident> =>
        write(ctx, () => {
          const incident = files.find(id)
          const file = dropCase(ctx, incident, which)
          files.tell(ctx, incident.id, { kind: 'link', text: `unlinked the case ${file.key}`, about: { type: 'case', id: file.id } })
          return { result: files.seen(only, incident), tell: () => [tellIncident(incident), ...tellCases(file)()] }
        }),
    },
  }
}
