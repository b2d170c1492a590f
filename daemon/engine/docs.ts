import type { AuditEvent } from '../../shared/audit.ts'
import { get, isObject, type JsonObject, put } from '../../shared/json.ts'
import type { Doc } from '../../shared/log.ts'
import { typeLabels } from '../../shared/rule.ts'
import { absent, type Detection, type Signal } from '../../shared/signal.ts'
import type { Person } from '../../shared/triage.ts'
import { messageOf } from './message.ts'

/** Someone as a signal's body names them; nobody is `{id: -1, name: "Unassigned"}`, as on Datadog's wire. */
const person = (who: Person | null): JsonObject =>
  who ? { id: who.uuid, uuid: who.uuid, name: who.name, handle: who.handle } : { id: -1, name: 'Unassigned', uuid: '' }

/** The attributes of a signal, and its group's values where they are not among them: what it is grouped by finds it. */
function withGroup({ attributes, group }: Detection): JsonObject {
  let all = attributes
  for (const [path, value] of Object.entries(group)) {
    const keys = path.slice(1).split('.')
    if (path.startsWith('@') && value !== absent && get(all, ...keys) === undefined) all = withMember(all, keys, value)
  }
  return all
}
/** A copy with one member more; the same where a value stands in the way. */
function withMember(object: JsonObject, [key = '', ...rest]: string[], value: string): JsonObject {
  const inner = Object.hasOwn(object, key) ? object[key]! : {}
  if (rest.length > 0 && !isObject(inner)) return object
  const copy = { ...object }
  put(copy, key, rest.length === 0 ? value : withMember(inner as JsonObject, rest, value))
  return copy
}

/** The body of a signal: what the wire shows under `attributes.custom` and what `@…` in a query looks at. Recorded from the real service. */
export function signalBody({ timestamp, detection: d, triage: t }: Signal): JsonObject {
  return {
    ...withGroup(d),
    title: d.title,
    workflow: {
      rule: {
        id: d.rule.id,
        name: d.rule.name,
        type: typeLabels[d.rule.type as keyof typeof typeLabels] ?? d.rule.type,
        version: d.rule.version,
        detectionMethod: d.rule.detectionMethod,
        isDefaultRule: d.rule.isDefault,
        defaultRuleId: d.rule.isDefault ? d.rule.id : null,
      },
      triage: {
        state: t.state,
        assignee: person(t.assignee),
        incidentIds: t.incident_ids,
        ...(t.state_update_user && { updater: { handle: t.state_update_user.handle, name: t.state_update_user.name } }),
        ...(t.archive_reason && { archiveReason: t.archive_reason }),
        ...(t.archive_comment && { archiveComment: t.archive_comment }),
        ...(t.snooze && { snoozed: true, snoozed_until: t.snooze.until, snooze_reason: t.snooze.reason }),
        ...(t.acknowledged_at !== undefined && { time_to_acknowledge: t.acknowledged_at - timestamp }),
        ...(t.resolved_at !== undefined && { time_to_resolve: t.resolved_at - timestamp }),
        ...(t.notes !== undefined && { notes: t.notes }),
        ...(t.cases && { cases: t.cases.map(({ key }) => key) }),
      },
    },
    first_seen: d.first_seen,
    last_seen: d.last_seen,
    events_matched: d.events_matched,
    ...(d.evidence && { evidence: d.evidence }),
    ...(d.suppressed !== undefined && { suppressed_signals: d.suppressed }),
    entities: d.entities,
    groupByPaths: Object.keys(d.group),
    queries: d.queries.map(q => ({
      name: q.name,
      query: q.query,
      aggregation: q.aggregation,
      groupByPaths: q.groupByFields,
      aggregationDetails: { eventsCount: q.eventsCount, value: q.value },
    })),
    triggeringRuleCase: { ...d.case },
    samples: d.samples.map(({ id, queryIndex, timestamp, message, service, source, host, status, tags, attributes }) => ({
      id,
      eventId: id,
      queryIndex,
      trackKey: { type: 'logs' },
      content: {
        timestamp: new Date(timestamp).toISOString(),
        host: host ?? '',
        service: service ?? '',
        source: source ?? '',
        status,
        tags,
        message,
        custom: attributes,
      },
    })),
  }
}

export const signalDoc = (signal: Signal): Doc => ({
  timestamp: signal.timestamp,
  message: messageOf(signal.detection),
  status: signal.detection.severity,
  service: signal.detection.services,
  ...(signal.detection.hosts[0] !== undefined && { host: signal.detection.hosts[0] }),
  tags: signal.detection.tags,
  attributes: signalBody(signal),
})

/** Grows with every change to what is made here of a signal or an audit event: what was made of them before is not used then. */
export const docForm = 3

/** An audit event as queries and the wire see it: Datadog's audit attributes. */
export const auditDoc = (event: AuditEvent): Doc => ({
  timestamp: event.time,
  message: event.message,
  service: 'signalbox',
  source: 'signalbox',
  status: 'info',
  tags: [],
  attributes: {
    evt: { name: event.evt_name ?? 'Cloud Security Platform', actor: { type: event.actor.uuid ? 'USER' : 'SYSTEM' } },
    action: event.action,
    asset: { type: event.asset.type, id: event.asset.id, ...(event.asset.name !== undefined && { name: event.asset.name }) },
    usr: { id: event.actor.handle, email: event.actor.handle, name: event.actor.name, uuid: event.actor.uuid ?? '' },
    auth_method: event.actor.auth_method,
    ...(event.actor.ip !== undefined && { network: { client: { ip: event.actor.ip } } }),
    ...(event.actor.useragent !== undefined && { http: { useragent: event.actor.useragent } }),
    ...(event.before !== undefined && { prev_value: event.before }),
    ...(event.after !== undefined && { new_value: event.after }),
    hash: event.hash,
    seq: event.seq,
  },
})
