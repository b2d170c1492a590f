import { z } from '@hono/zod-openapi'
import {
  type Incident,
  type IncidentField,
  type IncidentPart,
  type IncidentSeverity,
  type IncidentState,
  incidentSeverities,
  incidentStates,
  listFieldTypes,
  singleFieldTypes,
} from '../../shared/incident.ts'
import { isDay } from '../../shared/time.ts'
import type { User } from '../../shared/user.ts'
import { durationsOf } from './search.ts'

/** Datadog's wire form of incidents, as its client and its recordings have it. Times are ISO 8601 there. */
export const Time = z
  .string()
  .max(64)
  .refine(text => !Number.isNaN(Date.parse(text)), 'is not a time as 2026-01-31T12:00:00Z')
  // 30 February would be read as 2 March
  .refine(text => !/^\d{4}-\d\d-\d\d/.test(text) || isDay(text.slice(0, 10)), 'is no day of the calendar')
  .transform(text => Date.parse(text))
export const iso = (time: number) => new Date(time).toISOString()
const isoOrNull = (time: number | null) => (time === null ? null : iso(time))

export const text = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine(value => value.trim() !== '', 'is empty')
export const Title = text(1024)
export const Scope = z.string().max(8192)
const Field = z.union([
  z.strictObject({ type: z.enum(singleFieldTypes).default('textbox'), value: z.string().max(20_000).nullable() }),
  z.strictObject({ type: z.enum(listFieldTypes), value: z.array(z.string().max(1024)).max(200).nullable() }),
])
const Dropdown = <E extends z.ZodType>(value: E) => z.strictObject({ type: z.enum(['dropdown']).optional(), value }).optional()
const Fields = z
  .object({ severity: Dropdown(z.enum(incidentSeverities)), state: Dropdown(z.enum(incidentStates)) })
  .catchall(Field)
  .refine(fields => Object.keys(fields).length <= 100, 'holds more than 100 fields')
const Handles = z.array(z.strictObject({ display_name: z.string().max(256).default(''), handle: z.string().min(1).max(256) })).max(100)

/** A person as somebody names them; null for nobody. */
export const UserRelation = z.strictObject({
  data: z.strictObject({ id: z.string().max(64), type: z.enum(['users']).default('users') }).nullable(),
})
export const Ids = z.array(z.string().min(1).max(128)).max(199, 'holds more than 199 signals')

const Cell = z.strictObject({
  cell_type: z.enum(['markdown']),
  content: z.strictObject({ content: text(10_000) }),
  important: z.boolean().optional(),
})
export const CreateBody = z.strictObject({
  data: z.strictObject({
    type: z.enum(['incidents']),
    attributes: z.strictObject({
      title: Title,
      customer_impacted: z.boolean(),
      customer_impact_scope: Scope.default(''),
      fields: Fields.default({}),
      initial_cells: z.array(Cell).max(50).default([]),
      notification_handles: Handles.default([]),
      incident_type_uuid: z.string().max(64).optional(),
      is_test: z.boolean().default(false),
      x_local: z
        .strictObject({
          signals: Ids.default([]).openapi({ description: 'Ids of the signals that it is declared from' }),
          case: z
            .string()
            .min(1)
            .max(128)
            .optional()
            .openapi({ description: 'Id or key of the case that it is declared from; its signals come along' }),
        })
        .default({ signals: [] }),
    }),
    relationships: z.strictObject({ commander_user: UserRelation.optional() }).optional(),
  }),
})
export const UpdateBody = z.strictObject({
  data: z.strictObject({
    id: z.string().max(64),
    type: z.enum(['incidents']),
    attributes: z
      .strictObject({
        title: Title.optional(),
        customer_impacted: z.boolean().optional(),
        customer_impact_scope: Scope.optional(),
        customer_impact_start: Time.nullable().optional(),
        customer_impact_end: Time.nullable().optional(),
        detected: Time.optional(),
        fields: Fields.optional(),
        notification_handles: Handles.optional(),
        x_local: z
          .strictObject({ version: z.int().min(0) })
          .optional()
          .openapi({ description: 'The version that was seen; where somebody has changed the incident since, 409' }),
      })
      .default({}),
    relationships: z.strictObject({ commander_user: UserRelation.optional() }).optional(),
  }),
})

/** Severity and state are fields on the wire, and members here. */
export function splitFields({ severity, state, ...fields }: z.output<typeof Fields> = {}): {
  severity?: IncidentSeverity
  state?: IncidentState
  fields: Record<string, IncidentField>
} {
  return {
    ...(severity && { severity: severity.value }),
    ...(state && { state: state.value }),
    fields: fields as Record<string, IncidentField>,
  }
}

const Relation = z.object({ data: z.object({ id: z.string(), type: z.string() }).nullable() })
const Relations = z.object({ data: z.array(z.object({ id: z.string(), type: z.string() })) })
export const relation = (type: string, id: string | undefined) => ({ data: id ? { id, type } : null })

export const IncidentResource = z
  .object({
    id: z.string(),
    type: z.literal('incidents'),
    attributes: z.looseObject({
      public_id: z.number(),
      title: z.string(),
      severity: z.enum(incidentSeverities),
      state: z.enum(incidentStates),
      fields: z.record(z.string(), z.looseObject({ type: z.string() })),
      created: z.string(),
      modified: z.string(),
      resolved: z.string().nullable(),
      customer_impacted: z.boolean(),
      customer_impact_scope: z.string().nullable(),
      x_local: z.looseObject({ version: z.number(), signals: z.number() }),
    }),
    relationships: z.object({
      commander_user: Relation,
      created_by_user: Relation,
      declared_by_user: Relation,
      last_modified_by_user: Relation,
      attachments: Relations,
      impacts: Relations,
      responders: Relations,
    }),
  })
  .openapi('Incident')
export const Included = z.array(z.looseObject({ id: z.string(), type: z.string() }))

/** An incident with what hangs on it, as far as the caller may see that. */
export interface Shown extends Incident {
  signals: number
  cases: { id: string; key: string; title: string }[]
  attachments: IncidentPart<'attachment'>[]
  impacts: string[]
  responders: { id: string; user: string }[]
  todos: { open: number; total: number }
  users: Pick<User, 'uuid' | 'handle' | 'name' | 'email'>[]
}

/** `mayCases`: whether they may be told which cases it is linked to. */
export function incidentResource(one: Shown, mayCases: boolean): z.input<typeof IncidentResource> {
  const ids = (type: string, all: readonly string[]) => ({ data: all.map(id => ({ id, type })) })
  return {
    id: one.id,
    type: 'incidents',
    attributes: {
      public_id: one.public_id,
      case_id: null,
      incident_type_uuid: defaultType.id,
      title: one.title,
      severity: one.severity,
      state: one.state,
      fields: {
        severity: { type: 'dropdown', value: one.severity },
        state: { type: 'dropdown', value: one.state },
        ...one.fields,
      },
      created: iso(one.created),
      modified: iso(one.modified),
      declared: iso(one.created),
      declared_by_uuid: one.creator.uuid,
      detected: iso(one.detected),
      resolved: isoOrNull(one.resolved),
      archived: null,
      customer_impacted: one.customer_impacted,
      customer_impact_scope: one.customer_impact_scope === '' ? null : one.customer_impact_scope,
      customer_impact_start: isoOrNull(one.customer_impact_start),
      customer_impact_end: isoOrNull(one.customer_impact_end),
      ...durationsOf(one),
      notification_handles: one.notification_handles,
      is_test: one.is_test,
      visibility: 'organization',
      x_local: { version: one.version, signals: one.signals, todos: one.todos, ...(mayCases && { cases: one.cases }) },
    },
    relationships: {
      commander_user: relation('users', one.commander?.uuid),
      created_by_user: relation('users', one.creator.uuid),
      declared_by_user: relation('users', one.creator.uuid),
      last_modified_by_user: relation('users', one.updater.uuid),
      attachments: ids(
        'incident_attachments',
        one.attachments.map(({ id }) => id),
      ),
      impacts: ids('incident_impacts', one.impacts),
      responders: ids(
        'incident_responders',
        one.responders.map(({ id }) => id),
      ),
    },
  }
}

export const userResource = ({ uuid, handle, name, email }: Shown['users'][number]) => ({
  id: uuid,
  type: 'users',
  attributes: { uuid, handle, name, email, icon: '' },
})

/** There is one type of incident here; clients ask for it before they declare one. */
const defaultTypeName = 'Security incident'
export const TypeResource = z.object({
  id: z.string(),
  type: z.literal('incident_types'),
  attributes: z.looseObject({ name: z.string(), is_default: z.boolean() }),
})
export const defaultType: z.input<typeof TypeResource> & { id: string } = {
  id: '6a3d54a1-6b0c-4c57-9c0e-0d5d2f6f3f01',
  type: 'incident_types',
  attributes: {
    name: defaultTypeName,
    description: 'Any security signal that may disrupt services',
    is_default: true,
    prefix: 'INC',
  },
}
