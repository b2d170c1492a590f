import { z } from '@hono/zod-openapi'
import { caseStatuses, closeReasons } from '../../shared/case.ts'
import { createRouter, emptyAnswer, invalid, jsonAnswer, jsonBody, route } from '../lib/http.ts'
import type { WantedOfCase } from './asked.ts'
import { base, type CaseNeeds, seenBy, write } from './needs.ts'
import {
  Attributes,
  CaseId,
  CaseParam,
  CaseText,
  caseAnswer,
  caseResource,
  Day,
  Priority,
  StatusName,
  statusByName,
  Title,
} from './wire.ts'

const version = z
  .number()
  .int()
  .optional()
  .openapi({ description: 'The version that was seen; refused with 409 where there is a newer one' })
const Reason = z.enum(closeReasons)
const Status = z
  .strictObject({
    status: z.enum(caseStatuses).optional(),
    status_name: StatusName.optional(),
    security_resolved_reason: Reason.optional(),
    version,
  })
  .refine(({ status, status_name: name }) => status !== undefined || name !== undefined, {
    path: ['status'],
    message: 'is OPEN, IN_PROGRESS or CLOSED',
  })

const wantedStatus = ({ status, status_name: name, security_resolved_reason: reason, ...rest }: z.output<typeof Status>): WantedOfCase => ({
  ...rest,
  status: status ?? statusByName(name!)!,
  ...(reason && { resolved_reason: reason }),
})

/** One way to change a case: the end of its path, what it takes, and what that asks for. */
interface Way {
  path: string
  summary: string
  attributes?: z.ZodType
  wanted(attributes: unknown): WantedOfCase
}
const way = <S extends z.ZodType>(path: string, summary: string, attributes: S, wanted: (given: z.output<S>) => WantedOfCase): Way => ({
  path,
  summary,
  attributes,
  wanted: given => wanted(given as z.output<S>),
})
const Assign = z.strictObject({ assignee_id: z.string().min(1).max(64), version })
const asIs = (given: WantedOfCase) => given
const ways: Way[] = [
  way('title', 'Change the title of a case', z.strictObject({ title: Title, version }), asIs),
  way('description', 'Change the description of a case', z.strictObject({ description: CaseText, version }), asIs),
  way('priority', 'Change the priority of a case', z.strictObject({ priority: Priority, version }), asIs),
  way('status', 'Change the status of a case', Status, wantedStatus),
  way(
    'resolved_reason',
    'Say why a case is closed',
    z.strictObject({ security_resolved_reason: Reason, version }),
    ({ security_resolved_reason: resolved_reason, ...rest }) => ({ ...rest, resolved_reason }),
  ),
  way('due_date', 'Change the due date of a case', z.strictObject({ due_date: Day.nullable(), version }), asIs),
  way('attributes', 'Change the attributes of a case', z.strictObject({ attributes: Attributes, version }), asIs),
  way('assign', 'Assign a case', Assign, ({ assignee_id: assignee, ...rest }) => ({ ...rest, assignee })),
  { path: 'unassign', summary: 'Take a case from its assignee', wanted: () => ({ assignee: '' }) },
  { path: 'archive', summary: 'Archive a case', wanted: () => ({ archived: true }) },
  { path: 'unarchive', summary: 'Take a case out of the archive', wanted: () => ({ archived: false }) },
]
const Empty = z.object({ data: z.looseObject({ type: z.literal('case') }) })

const Payload = { priority: z.object({ priority: Priority }), status: Status, assign: Assign }
/** What a change of many asks for, by its type. */
const bulk: Record<string, (payload: unknown) => WantedOfCase> = {
  priority: payload => checked(Payload.priority, payload),
  status: payload => wantedStatus(checked(Payload.status, payload)),
  assign: payload => ({ assignee: checked(Payload.assign, payload).assignee_id }),
  unassign: () => ({ assignee: '' }),
  archive: () => ({ archived: true }),
  unarchive: () => ({ archived: false }),
}
function checked<S extends z.ZodType>(schema: S, payload: unknown): z.output<S> {
  const read = schema.safeParse(payload ?? {})
  if (read.success) return read.data
  throw invalid(read.error.issues, ['data', 'attributes', 'payload'])
}

/** Every change of what a case says of itself, one by one and of many. */
export function changeRoutes({ changeCase, changeCases }: CaseNeeds) {
  const router = createRouter()
  for (const { path, summary, attributes, wanted } of ways)
    router.openapi(
      route({
        ...write,
        method: 'post',
        path: `${base}/{id}/${path}`,
        summary,
        request: {
          params: CaseParam,
          ...jsonBody(attributes ? z.object({ data: z.strictObject({ type: z.literal('case'), attributes }) }) : Empty),
        },
        responses: {
          200: jsonAnswer(caseAnswer, 'The case as it is now'),
          409: jsonAnswer(z.looseObject({}), 'Somebody else changed the case'),
        },
      }),
      async c => {
        const { data } = c.req.valid('json') as { data: { attributes?: unknown } }
        return c.json(
          { data: caseResource(await changeCase(seenBy(c), c.var.write, c.req.valid('param').id, wanted(data.attributes))) },
          200,
        )
      },
    )
  return router.openapi(
    route({
      ...write,
      method: 'post',
      path: `${base}/bulk`,
      summary: 'Change many cases, all or none',
      request: jsonBody(
        z.object({
          data: z.strictObject({
            type: z.literal('bulk'),
            attributes: z.strictObject({
              case_ids: z.array(CaseId).min(1).max(100),
              type: z.enum(Object.keys(bulk)),
              payload: z.record(z.string(), z.string()).optional(),
            }),
          }),
        }),
      ),
      responses: { 200: emptyAnswer('All of them are changed') },
    }),
    async c => {
      const { case_ids: ids, type, payload } = c.req.valid('json').data.attributes
      await changeCases(c.var.write, ids, bulk[type]!(payload))
      return c.body(null, 200)
    },
  )
}
