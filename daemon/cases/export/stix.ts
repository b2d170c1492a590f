import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import { caseStatusLabels, closeReasonLabels } from '../../../shared/case.ts'
import { sayCell } from '../../../shared/case-words.ts'
import type { JsonObject } from '../../../shared/json.ts'
import type { CaseFile, CaseFormat, FiledSignal } from './file.ts'

/** The namespace that STIX 2.1 gives for ids of observables, so that the same value has the same id everywhere. */
const observables = '00abedb4-aa42-466c-9c01-fed23315a9b7'
/** Ours, for what comes from a case: exported again, the same things have the same ids. */
const own = '5ec0ca5e-0000-4000-8000-00000000057a'

/** A name-based UUID, version 5. */
function uuid5(namespace: string, name: string): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(namespace.replace(/-/g, ''), 'hex'))
    .update(name)
    .digest()
    .subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x50
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

type StixObject = JsonObject & { type: string; id: string }
const stamp = (at: number) => new Date(at).toISOString()

/** An observable of an entity such as `@network.client.ip:203.0.113.9`; undefined for kinds that STIX has no word for. */
function observableOf(entity: string): StixObject | undefined {
  const [, key = '', value = ''] = /^@?([\w.]+):(.*)$/s.exec(entity) ?? []
  const made = (type: string, of: JsonObject): StixObject => ({
    type,
    spec_version: '2.1',
    // ids are made of the properties that contribute to them, as canonical JSON
    id: `${type}--${uuid5(observables, JSON.stringify(of))}`,
    ...of,
  })
  const version = isIP(value)
  if (version !== 0) return made(`ipv${version}-addr`, { value })
  if (key === 'usr.name') return made('user-account', { account_login: value })
  return key === 'usr.id' ? made('user-account', { user_id: value }) : undefined
}

function ofSignal(signal: FiledSignal, common: JsonObject): StixObject[] {
  const seen = new Map(signal.entities.flatMap(entity => observableOf(entity) ?? []).map(one => [one.id, one]))
  const note: StixObject = {
    ...common,
    type: 'note',
    id: `note--${uuid5(own, `signal ${signal.id}`)}`,
    abstract: signal.title,
    content: `${signal.severity}: ${signal.title}. Rule: ${signal.rule}. ${signal.entities.join(', ')}`,
    external_references: [{ source_name: 'signalbox', external_id: signal.id }],
    object_refs: [],
  }
  const data: StixObject[] =
    seen.size > 0
      ? [
          {
            ...common,
            type: 'observed-data',
            id: `observed-data--${uuid5(own, `signal ${signal.id}`)}`,
            first_observed: stamp(signal.first_seen),
            last_observed: stamp(Math.max(signal.first_seen, signal.last_seen)),
            number_observed: Math.min(999_999_999, Math.max(1, signal.events_matched)),
            object_refs: [...seen.keys()],
          },
        ]
      : []
  return [...seen.values(), ...data, note]
}

/** A bundle of STIX 2.1: the case as a grouping and an incident, signals as observed data, comments as notes. */
export const stix: CaseFormat = {
  ending: 'stix.json',
  type: 'application/stix+json;version=2.1',
  write({ case: one, insights, cells }: CaseFile) {
    const created = stamp(one.created_at)
    const creator: StixObject = {
      type: 'identity',
      spec_version: '2.1',
      id: `identity--${uuid5(own, 'signalbox')}`,
      created: '2026-01-01T00:00:00.000Z',
      modified: '2026-01-01T00:00:00.000Z',
      name: 'Signalbox',
      identity_class: 'system',
    }
    const common = { spec_version: '2.1', created_by_ref: creator.id, created, modified: created }
    const status = `${caseStatusLabels[one.status]}${one.resolved_reason ? `: ${closeReasonLabels[one.resolved_reason]}` : ''}`
    const incident: StixObject = {
      ...common,
      modified: stamp(one.changed?.at ?? one.created_at),
      type: 'incident',
      id: `incident--${one.id}`,
      name: `${one.key} ${one.title}`,
      ...(one.description && { description: one.description }),
      labels: [`status: ${status}`, `priority: ${one.priority}`],
      external_references: [{ source_name: 'signalbox', external_id: one.key }],
    }
    const notes = cells
      .filter(({ deleted_at: gone }) => gone === undefined)
      .map(
        (cell): StixObject => ({
          ...common,
          type: 'note',
          id: `note--${cell.id}`,
          created: stamp(cell.at),
          modified: stamp(cell.edited_at ?? cell.at),
          content: cell.kind === 'comment' ? cell.text || ' ' : sayCell(cell),
          authors: [cell.by.name || cell.by.handle],
          object_refs: [incident.id],
        }),
      )
    const found = insights.flatMap(({ signal }) => (signal ? ofSignal(signal, common) : []))
    for (const object of found) if (object.type === 'note') object['object_refs'] = [incident.id]
    const things = [...new Map([incident, ...found, ...notes].map(object => [object.id, object])).values()]
    const grouping: StixObject = {
      ...common,
      modified: incident['modified']!,
      type: 'grouping',
      id: `grouping--${uuid5(own, `case ${one.id}`)}`,
      name: `${one.key} ${one.title}`,
      context: 'suspicious-activity',
      object_refs: things.map(({ id }) => id),
    }
    const objects = [creator, grouping, ...things]
    return `${JSON.stringify({ type: 'bundle', id: `bundle--${uuid5(own, `bundle ${one.id} ${one.version}`)}`, objects }, null, 2)}\n`
  },
}
