import { z } from '@hono/zod-openapi'
import { attachmentTypes, type IncidentPart } from '../../shared/incident.ts'
import { parseUrl } from '../../shared/url.ts'
import { iso, relation, Time, text } from './wire.ts'

/** To-dos, impacts, attachments and responders on Datadog's wire. */
const body = <T extends string, A extends z.ZodType>(type: T, attributes: A) =>
  z.strictObject({ data: z.strictObject({ id: z.string().max(64).optional(), type: z.enum([type]), attributes }) })

const Due = z.union([Time, z.null()])
/** `completed` is when, as a time; true means now. */
const Completed = z.union([z.boolean(), Time, z.null()])
const todo = {
  content: text(4096),
  assignees: z.array(z.string().min(1).max(256)).max(50),
  due_date: Due.optional(),
  completed: Completed.optional(),
  // read only: what was read may be sent back
  incident_id: z.string().optional(),
  created: z.string().optional(),
  modified: z.string().optional(),
}
export const TodoBody = body('incident_todos', z.strictObject(todo))

/** Null takes `completed` away. */
export const completedAt = (value: z.output<typeof Completed>, now: number): number | null =>
  typeof value === 'number' ? value : value === true ? now : null

const Extra = z.looseObject({})
const impact = { description: text(8192), start_at: Time, end_at: Time.nullable(), fields: Extra.nullable() }
/** `start_at` is now where none is given: a request that is sent again is the same then. */
export const ImpactBody = body(
  'incident_impacts',
  z.strictObject({ ...impact, start_at: Time.optional(), end_at: impact.end_at.optional(), fields: impact.fields.optional() }),
)
export const ImpactPatchBody = body('incident_impacts', z.strictObject(impact).partial())

const Link = z
  .string()
  .max(2048)
  .refine(url => /^https?:$/.test(parseUrl(url)?.protocol ?? ''), 'is not an address with http or https')
const attachment = z.strictObject({ documentUrl: Link, title: text(512) })
export const AttachmentBody = body('incident_attachments', z.strictObject({ attachment_type: z.enum(attachmentTypes), attachment }))
export const AttachmentPatchBody = body('incident_attachments', z.strictObject({ attachment: attachment.partial() }))

export const ResponderBody = z.strictObject({
  data: z.strictObject({
    type: z.enum(['incident_responders']),
    relationships: z.strictObject({
      user: z.strictObject({ data: z.strictObject({ id: z.string().max(64), type: z.enum(['users']) }) }),
    }),
  }),
})

export const PartResource = z
  .object({
    id: z.string(),
    type: z.enum(['incident_todos', 'incident_impacts', 'incident_attachments', 'incident_responders']),
    attributes: z.looseObject({ created: z.string(), modified: z.string() }),
    relationships: z.looseObject({}),
  })
  .openapi('IncidentPart')

const isoOrNull = (time: number | null) => (time === null ? null : iso(time))
/** `commander` is the uuid of who commands the incident. */
export function partResource(part: IncidentPart, commander?: string): z.input<typeof PartResource> {
  const { body, incident_id, creator, updater } = part
  const stamps = { created: iso(part.created), modified: iso(part.modified) }
  const people = {
    created_by_user: relation('users', creator.uuid),
    last_modified_by_user: relation('users', updater.uuid),
  }
  const incident = relation('incidents', incident_id)
  if ('content' in body)
    return {
      id: part.id,
      type: 'incident_todos',
      attributes: {
        ...stamps,
        incident_id,
        content: body.content,
        assignees: body.assignees,
        due_date: isoOrNull(body.due_date),
        completed: isoOrNull(body.completed),
      },
      relationships: people,
    }
  if ('description' in body)
    return {
      id: part.id,
      type: 'incident_impacts',
      attributes: {
        ...stamps,
        description: body.description,
        start_at: iso(body.start_at),
        end_at: isoOrNull(body.end_at),
        fields: body.fields,
        impact_type: 'customer',
      },
      relationships: { ...people, incident },
    }
  if ('user' in body)
    return {
      id: part.id,
      type: 'incident_responders',
      attributes: {
        ...stamps,
        is_billable: false,
        x_local: { handle: body.user.handle, name: body.user.name, role: body.user.uuid === commander ? 'commander' : 'responder' },
      },
      relationships: {
        user: relation('users', body.user.uuid),
        created_by: people.created_by_user,
        last_modified_by: people.last_modified_by_user,
        role_assignments: { data: [] },
      },
    }
  return {
    id: part.id,
    type: 'incident_attachments',
    attributes: { ...stamps, attachment_type: body.attachment_type, attachment: { documentUrl: body.url, title: body.title } },
    relationships: { incident, last_modified_by_user: people.last_modified_by_user },
  }
}
