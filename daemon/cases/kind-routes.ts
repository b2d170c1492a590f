import { z } from '@hono/zod-openapi'
import { builtInTypes, type CaseProject, type CaseType } from '../../shared/case.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, emptyAnswer, jsonAnswer, jsonBody, requires, route } from '../lib/http.ts'
import { base, read, tags, write } from './needs.ts'
import { CaseParam } from './wire.ts'

/** What somebody says of a type of cases. */
export interface WantedType {
  name: string
  description?: string
  emoji?: string
  needs_reason?: boolean
}
interface Needs {
  caseProjects(): Promise<CaseProject[]>
  createCaseProject(ctx: WriteContext, project: { key: string; name: string }): Promise<CaseProject>
  changeCaseProject(ctx: WriteContext, which: string, change: { name?: string }): Promise<CaseProject>
  deleteCaseProject(ctx: WriteContext, which: string): Promise<null>
  caseTypes(): Promise<CaseType[]>
  createCaseType(ctx: WriteContext, wanted: WantedType): Promise<CaseType>
  changeCaseType(ctx: WriteContext, id: string, wanted: WantedType): Promise<CaseType>
  deleteCaseType(ctx: WriteContext, id: string): Promise<null>
}

const projects = `${base}/projects`
const types = `${base}/types`

const ProjectResource = z
  .object({ id: z.string(), type: z.literal('project'), attributes: z.looseObject({ key: z.string(), name: z.string() }) })
  .openapi('CaseProject')
const project = z.object({ data: ProjectResource })
const projectResource = ({ id, key, name }: CaseProject): z.input<typeof ProjectResource> => ({
  id,
  type: 'project',
  attributes: { key, name },
})
const Name = z.string().trim().min(1).max(100)

const TypeResource = z
  .object({ id: z.string(), type: z.literal('case_type'), attributes: z.looseObject({ name: z.string(), description: z.string() }) })
  .openapi('CaseType')
const type = z.object({ data: TypeResource })
const typeResource = ({ id, name, description, needsReason, emoji }: CaseType): z.input<typeof TypeResource> => ({
  id,
  type: 'case_type',
  attributes: {
    name,
    description,
    ...(emoji !== undefined && { emoji }),
    x_local: { needs_reason: needsReason, built_in: builtInTypes.some(one => one.id === id) },
  },
})
const TypeBody = z.object({
  data: z.strictObject({
    type: z.literal('case_type'),
    attributes: z.strictObject({
      name: Name,
      description: z.string().max(1000).optional(),
      emoji: z.string().max(32).optional(),
      x_local: z.strictObject({ needs_reason: z.boolean() }).optional(),
    }),
  }),
})
const wantedType = ({ data }: z.output<typeof TypeBody>): WantedType => {
  const { name, description, emoji, x_local } = data.attributes
  return { name, ...(description !== undefined && { description }), ...(emoji !== undefined && { emoji }), ...x_local }
}
/** Types are everybody's. */
const writeType = { tags, middleware: [requires('cases_shared_settings_write')] }

/** Projects and types of cases on Datadog's wire. */
export const caseKindRoutes = (needs: Needs) =>
  createRouter()
    .openapi(
      route({
        ...read,
        method: 'get',
        path: projects,
        summary: 'List projects',
        responses: { 200: jsonAnswer(z.object({ data: z.array(ProjectResource) }), 'The projects') },
      }),
      async c => c.json({ data: (await needs.caseProjects()).map(projectResource) }, 200),
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: projects,
        summary: 'Create a project',
        request: jsonBody(
          z.object({
            data: z.strictObject({
              type: z.literal('project'),
              attributes: z.strictObject({
                key: z.string().regex(/^[A-Z][A-Z0-9]{1,9}$/, 'is 2 to 10 capitals and digits, a capital first'),
                name: Name,
              }),
            }),
          }),
        ),
        responses: { 201: jsonAnswer(project, 'The project') },
      }),
      async c => c.json({ data: projectResource(await needs.createCaseProject(c.var.write, c.req.valid('json').data.attributes)) }, 201),
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${projects}/{id}`,
        summary: 'Get a project',
        request: { params: CaseParam },
        responses: { 200: jsonAnswer(project, 'The project') },
      }),
      async c => {
        const { id: which } = c.req.valid('param')
        const found = (await needs.caseProjects()).find(({ id, key }) => id === which || key === which)
        if (!found) throw new Refusal(404, 'resource_not_found', 'project not found')
        return c.json({ data: projectResource(found) }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'patch',
        path: `${projects}/{id}`,
        summary: 'Rename a project; its key stays, since cases are named by it',
        request: {
          params: CaseParam,
          ...jsonBody(
            z.object({
              data: z.strictObject({ type: z.literal('project'), attributes: z.strictObject({ name: Name.optional() }).default({}) }),
            }),
          ),
        },
        responses: { 200: jsonAnswer(project, 'The project') },
      }),
      async c => {
        const { name } = c.req.valid('json').data.attributes
        const change = name === undefined ? {} : { name }
        return c.json({ data: projectResource(await needs.changeCaseProject(c.var.write, c.req.valid('param').id, change)) }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'delete',
        path: `${projects}/{id}`,
        summary: 'Delete a project that has no cases',
        request: { params: CaseParam },
        responses: { 204: emptyAnswer('It is gone') },
      }),
      async c => {
        await needs.deleteCaseProject(c.var.write, c.req.valid('param').id)
        return c.body(null, 204)
      },
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: types,
        summary: 'List types of cases',
        responses: { 200: jsonAnswer(z.object({ data: z.array(TypeResource) }), 'The types') },
      }),
      async c => c.json({ data: (await needs.caseTypes()).map(typeResource) }, 200),
    )
    .openapi(
      route({
        ...writeType,
        method: 'post',
        path: types,
        summary: 'Create a type of cases',
        request: jsonBody(TypeBody),
        responses: { 201: jsonAnswer(type, 'The type') },
      }),
      async c => c.json({ data: typeResource(await needs.createCaseType(c.var.write, wantedType(c.req.valid('json')))) }, 201),
    )
    .openapi(
      route({
        ...writeType,
        method: 'put',
        path: `${types}/{id}`,
        summary: 'Change a type of cases, and with it what its cases are called',
        request: { params: CaseParam, ...jsonBody(TypeBody) },
        responses: { 200: jsonAnswer(type, 'The type') },
      }),
      async c => {
        const changed = await needs.changeCaseType(c.var.write, c.req.valid('param').id, wantedType(c.req.valid('json')))
        return c.json({ data: typeResource(changed) }, 200)
      },
    )
    .openapi(
      route({
        ...writeType,
        method: 'delete',
        path: `${types}/{id}`,
        summary: 'Delete a type of cases: those that are of it stay',
        request: { params: CaseParam },
        responses: { 204: emptyAnswer('No case is made of it any more') },
      }),
      async c => {
        await needs.deleteCaseType(c.var.write, c.req.valid('param').id)
        return c.body(null, 204)
      },
    )
