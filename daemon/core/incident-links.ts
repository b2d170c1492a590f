import { incidentKey } from '../../shared/incident.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { MovableRow } from '../store/signals.ts'
import type { Store } from '../store/store.ts'
import { createIncidentFiles } from './incident-files.ts'

export type IncidentLinks = ReturnType<typeof createIncidentLinks>

/** Keeps incidents in step with the signals that name them, inside of the write that changes a signal. */
export function createIncidentLinks({ store, now }: { store: Store; now: () => number }) {
  const { tell } = createIncidentFiles({ store, now })
  const known = (id: number) => store.incidents.byPublicId(id)

  return {
    /** Refuses ids of no incident. */
    check(ids: readonly number[]): void {
      const at = ids.findIndex(id => !known(id))
      if (at < 0) return
      throw new Refusal(400, 'unknown_incident', `There is no incident ${incidentKey(ids[at]!)}`, {
        problems: [{ field: `data.attributes.incident_ids.${at}`, message: `${ids[at]} is the public id of no incident` }],
      })
    },
    /** Of some incidents those that are there still. */
    left: (ids: readonly number[]): number[] => ids.filter(known),
    /** A signal that named some incidents names these now. */
    changed(ctx: WriteContext, { id, title, triage: { incident_ids: before } }: MovableRow, after: readonly number[]): void {
      const say = (publicId: number, verb: string) =>
        tell(ctx, known(publicId)!.id, { kind: 'link', text: `${verb} the signal “${title}”`, about: { type: 'signal', id } })
      for (const publicId of before.filter(one => !after.includes(one))) {
        store.incidents.unlinkSignal(publicId, id)
        say(publicId, 'took out')
      }
      for (const publicId of after.filter(one => !before.includes(one))) {
        store.incidents.linkSignal(publicId, id)
        say(publicId, 'added')
      }
    },
  }
}
