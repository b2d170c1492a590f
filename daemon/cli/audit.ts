import { defineCommand, WrongUsage } from './command.ts'
import type { Place } from './place.ts'
import { during } from './progress.ts'
import { exitCodes, type Surroundings } from './surroundings.ts'
import { count } from './table.ts'
import { clean } from './text.ts'

/** Place and hash of the last event. */
export interface Head {
  seq: number
  hash: string
}
export interface Verification {
  intact: boolean
  broken_at_seq: number | null
  head: Head
  /** The last event that was given up for its age, and how many were. */
  cut: (Head & { events: number }) | null
}

/** Reads the trail out of the data directory itself; throws an Unusable, also where a daemon has it. */
export type ReadOffline = (dir: string) => Verification

interface Answer<T> {
  data: { id: string; type: string; attributes: T }
}

/** Whether there is a daemon to ask. An address that was given is meant, running or not. */
const isOffline = ({ env }: Surroundings, place: Place): boolean => !env['SIGNALBOX_URL'] && !place.daemon()?.runs

/** `signalbox audit verify`. */
export const auditVerify = (readOffline: ReadOffline) =>
  defineCommand({
    name: 'audit verify',
    usage: '[--head SEQ:HASH]',
    does: 'Check that every event of the audit trail is as it was written; without a daemon, in its database',
    flags: { head: { type: 'string', value: 'SEQ:HASH', does: 'what `audit head` said before: finds an end that was cut off' } },
    async run({ flags, io, place, connect, show, say }) {
      const found = isOffline(io, place)
        ? readOffline(place.dir)
        : await during(io, 'Verifying', connect().get<Answer<Verification>>('/api/local/audit/verification')).then(
            ({ data }) => data.attributes,
          )
      const cutOff = flags.head !== undefined && isCutOff(flags.head, found.head)
      show(
        {
          data: {
            type: 'audit_verification',
            id: 'current',
            attributes: { ...found, ...(flags.head !== undefined && { cut_off: cutOff }) },
          },
        },
        () => (found.intact && !cutOff ? `The audit trail is intact${since(found.cut)} up to ${headText(found.head)}\n` : ''),
      )
      if (!found.intact)
        say(`The audit trail was changed: event ${found.broken_at_seq} is not as it was written. Keep a copy of the data directory.`)
      else if (cutOff) say('The audit trail does not reach the head that was given, or has another event there: its end was cut off.')
      return found.intact && !cutOff ? exitCodes.done : exitCodes.failed
    },
  })

/** `signalbox audit head`. */
export const auditHead = (readOffline: ReadOffline) =>
  defineCommand({
    name: 'audit head',
    usage: '',
    does: 'Say place and hash of the last audit event: kept elsewhere, they show later whether the end was cut off',
    async run({ io, place, connect, show }) {
      const head = isOffline(io, place)
        ? readOffline(place.dir).head
        : (await connect().get<Answer<Head>>('/api/local/audit/head')).data.attributes
      show({ data: { type: 'audit_head', id: String(head.seq), attributes: head } }, () => `${headText(head)}\n`)
    },
  })

const since = (cut: Verification['cut']) =>
  cut ? ` from ${headText(cut)} on, up to where ${count(cut.events)} events were given up for their age,` : ''
const headText = ({ seq, hash }: Head) => clean(`${seq}:${hash}`)

/** A later head proves nothing of an earlier one; the same place with another hash, or an earlier place, does. */
export function isCutOff(kept: string, { seq, hash }: Head): boolean {
  const [, keptSeq, keptHash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(kept) ?? []
  if (keptSeq === undefined) throw new WrongUsage('--head is what `signalbox audit head` says')
  return Number(keptSeq) > seq || (Number(keptSeq) === seq && keptHash !== hash)
}
