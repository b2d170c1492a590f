import { z } from '@hono/zod-openapi'
import {
  type CaseCell,
  type CaseInsight,
  casePriorities,
  caseStatuses,
  caseStatusLabels,
  insightTypes,
  longestCaseText,
  longestTitle,
  type NewInsight,
  type SeenCase,
} from '../../shared/case.ts'
import { sayCell } from '../../shared/case-words.ts'
import { isDay } from '../../shared/time.ts'
import type { Person } from '../../shared/triage.ts'
import type { NewCase } from './asked.ts'

/** Datadog's wire form of cases. What it has no word for stands under `x_local`. */
export const CaseResource = z
  .object({
    id: z.string(),
    type: z.literal('case'),
    attributes: z.looseObject({ key: z.string(), title: z.string(), status: z.enum(caseStatuses), priority: z.enum(casePriorities) }),
    relationships: z.looseObject({}),
  })
  .openapi('Case')
export const caseAnswer = z.object({ data: CaseResource })

const iso = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString())
const user = (person: Person | null) => ({ data: person ? { id: person.uuid, type: 'user' as const } : null })
const insight = (one: CaseInsight) => ({ type: one.type, resource_id: one.resource_id, ref: one.ref })

export const caseResource = (one: SeenCase): z.input<typeof CaseResource> => ({
  id: one.id,
  type: 'case',
  attributes: {
    key: one.key,
    public_id: String(one.number),
    title: one.title,
    description: one.description,
    status: one.status,
    status_group: `SG_${one.status}`,
    status_name: caseStatusLabels[one.status],
    priority: one.priority,
    type: 'STANDARD',
    type_id: one.type,
    created_at: iso(one.created_at),
    ...(one.changed && { modified_at: iso(one.changed.at) }),
    ...(one.closed_at !== undefined && { closed_at: iso(one.closed_at) }),
    ...(one.archived_at !== undefined && { archived_at: iso(one.archived_at) }),
    ...(one.due_date !== undefined && { due_date: one.due_date }),
    ...(one.resolved_reason && { security_resolved_reason: one.resolved_reason }),
    attributes: one.attributes,
    custom_attributes: one.custom_attributes,
    insights: one.seen.map(insight),
    comment_count: one.comments,
    creation_source: 'MANUAL',
    merge_status: one.merged_into ? 'MERGED' : 'NOT_MERGED',
    x_local: localOf(one),
  },
  relationships: {
    assignee: user(one.assignee),
    created_by: user(one.created_by),
    ...(one.changed && { modified_by: user(one.changed.by) }),
    project: { data: { id: one.project.id, type: 'project' as const } },
  },
})

const localOf = (one: SeenCase) => ({
  version: one.version,
  type_name: one.type_name,
  needs_reason: one.needs_reason,
  project: one.project,
  assignee: one.assignee,
  created_by: one.created_by,
  ...(one.changed && { changed: one.changed }),
  insights_total: one.insights,
  incidents: one.incidents,
  ...(one.merged_into && { merged_into: { id: one.merged_into.id, key: one.merged_into.key } }),
  ...(one.merged && { merged: one.merged.map(({ id, key }) => ({ id, key })) }),
  watchers: one.watchers,
})

export const CellResource = z
  .object({
    id: z.string(),
    type: z.literal('timeline_cell'),
    attributes: z.looseObject({
      type: z.literal('COMMENT'),
      cell_content: z.object({ message: z.string() }),
      created_at: z.string(),
    }),
  })
  .openapi('CaseTimelineCell')

/** The wire knows comments alone, and its client takes nothing else: what happened is told as a sentence, and in full under `x_local`. */
export const cellResource = (cell: CaseCell): z.input<typeof CellResource> => ({
  id: cell.id,
  type: 'timeline_cell',
  attributes: {
    type: 'COMMENT',
    author: { type: 'USER', content: { id: cell.by.uuid, handle: cell.by.handle, name: cell.by.name, email: cell.by.handle } },
    cell_content: { message: cell.kind === 'comment' ? (cell.text ?? '') : `${cell.by.name} ${sayCell(cell)}` },
    created_at: iso(cell.at)!,
    ...(cell.edited_at !== undefined && { modified_at: iso(cell.edited_at) }),
    ...(cell.deleted_at !== undefined && { deleted_at: iso(cell.deleted_at) }),
    x_local: { kind: cell.kind, ...(cell.from && { from: cell.from }), ...(cell.to && { to: cell.to }) },
  },
})

export const CaseId = z.string().min(1).max(128)
export const CaseParam = z.object({ id: CaseId })
export const Title = z.string().trim().min(1).max(longestTitle)
export const CaseText = z.string().max(longestCaseText)
export const Priority = z.enum(casePriorities)
/** `2026-12-31`: a day that there is. */
export const Day = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/, 'is a day such as 2026-12-31')
  .refine(isDay, 'is no day of the calendar')
const Custom = z.strictObject({
  type: z.enum(['URL', 'TEXT', 'NUMBER', 'SELECT']),
  is_multi: z.boolean(),
  value: z.union([z.string().max(4096), z.number(), z.array(z.string().max(4096)).max(100), z.array(z.number()).max(100)]),
})
/** Values under names that people choose. zod leaves `__proto__` out without a word. */
const byName = <S extends z.ZodType>(value: S) =>
  z.preprocess(
    (given, { addIssue }) => {
      if (typeof given === 'object' && given !== null && Object.hasOwn(given, '__proto__'))
        addIssue({ code: 'custom', path: ['__proto__'], message: 'is no name for an attribute' })
      return given
    },
    z.record(z.string().min(1).max(128), value).refine(given => Object.keys(given).length <= 50, 'has more than 50 attributes'),
  )
export const CustomAttributes = byName(Custom)
export const Attributes = byName(z.array(z.string().max(1024)).max(100))
export const Insight = z.strictObject({
  type: z.enum(insightTypes),
  resource_id: z.string().min(1).max(256),
  ref: z.string().max(2048),
})
/** Insights of one request. */
export const mostInsights = 199
export const Insights = z.array(Insight).min(1).max(mostInsights)

export const statusByName = (name: string) => caseStatuses.find(status => caseStatusLabels[status].toLowerCase() === name.toLowerCase())
export const StatusName = z.string().refine(name => statusByName(name) !== undefined, 'is not Open, In progress or Closed')

const user_ = z.object({ data: z.object({ id: z.string().min(1).max(64), type: z.literal('user') }).nullable() })
/** A new case as the official client sends it. */
export const NewCaseBody = z.object({
  data: z.strictObject({
    type: z.literal('case'),
    attributes: z.strictObject({
      title: Title,
      type_id: z.string().min(1).max(64),
      description: CaseText.default(''),
      priority: Priority.default('NOT_DEFINED'),
      status_name: StatusName.optional(),
      custom_attributes: CustomAttributes.optional(),
    }),
    relationships: z.strictObject({
      project: z.object({ data: z.object({ id: CaseId, type: z.literal('project') }) }),
      assignee: user_.optional(),
    }),
  }),
})
export function newCaseOf({ data: { attributes, relationships } }: z.output<typeof NewCaseBody>, insights: NewInsight[] = []): NewCase {
  const { type_id: type, status_name: name, custom_attributes: custom, ...rest } = attributes
  return {
    ...rest,
    type,
    project: relationships.project.data.id,
    insights,
    ...(name !== undefined && { status: statusByName(name)! }),
    ...(custom && { custom_attributes: custom }),
    ...(relationships.assignee?.data && { assignee: relationships.assignee.data.id }),
  }
}
