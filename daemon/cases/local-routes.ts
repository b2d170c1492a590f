import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type Case, defaultProject, type NewInsight, securityCase } from '../../shared/case.ts'
import type { Job } from '../../shared/job.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, type Env, jsonAnswer, requires, route } from '../lib/http.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { NewCase } from './asked.ts'
import { localBase as base, type CaseNeeds, caseBody, checkSignals, seenBy, tags, write } from './needs.ts'
import { CaseId, CaseParam, CaseText, caseAnswer, caseResource, Day, Insight, mostInsights, Priority, Title } from './wire.ts'

interface Needs extends CaseNeeds {
  selectionIntoCase(
    only: Restrictions,
    ctx: WriteContext,
    selection: string,
    target: { case: string } | { make: NewCase },
  ): Promise<{ job: Job; file: Case }>
}

const Signals = z.array(z.string().min(1).max(128)).max(mostInsights)
const newFields = {
  title: Title,
  description: CaseText.default(''),
  priority: Priority.default('NOT_DEFINED'),
  type_id: z.string().max(64).default(securityCase.id),
  project: CaseId.default(defaultProject.key),
  assignee_id: z.string().min(1).max(64).optional(),
  due_date: Day.optional(),
}
const Fresh = z.strictObject(newFields)
type Fresh = z.output<typeof Fresh>
/** No union: what is wrong with one member would be said of all. */
const IntoCase = Fresh.extend({ case_id: CaseId.optional(), title: Title.optional() }).refine(
  ({ case_id: known, title }) => (known === undefined) !== (title === undefined),
  { path: ['title'], message: 'is needed for a new case, and not where case_id names one' },
)
const newCaseOf = ({ type_id: type, assignee_id: assignee, due_date: due, ...given }: Fresh, insights: NewInsight[] = []): NewCase => ({
  ...given,
  ...(due !== undefined && { due_date: due }),
  type,
  insights,
  ...(assignee !== undefined && { assignee }),
})
const signalInsights = (ids: readonly string[]): NewInsight[] =>
  // half of a character has no place in an address, and no signal has it in its id
  ids.map(id => ({
    type: 'SECURITY_SIGNAL',
    resource_id: id,
    ref: `/security?event=${encodeURIComponent(id.replace(/\p{Surrogate}/gu, '\ufffd'))}`,
  }))
/** What the core says of Datadog's body, said of ours. */
async function inOurWords<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'unknown_project')) throw error
    const problems = error.problems.map(problem => ({ ...problem, field: 'data.attributes.project' }))
    throw new Refusal(error.status, error.code, error.message, { problems })
  }
}
const change = { 'Signalbox-Change': { description: 'Puts the state of its signals back', schema: { type: 'string' as const } } }
const tellChange = (c: Context<Env>, id: string) => {
  if (!c.var.write.dryRun) c.header('Signalbox-Change', id)
}

/** What Datadog's wire of cases has no word for: cases made of signals, of very many too, merged, split and exported. */
export const localCaseRoutes = (needs: Needs) =>
  createRouter()
    .openapi(
      route({
        ...write,
        method: 'post',
        path: base,
        summary: 'Create a case with signals and evidence, which go under review with it',
        request: caseBody(
          z.strictObject({
            ...newFields,
            signals: Signals.default([]),
            insights: z
              .array(Insight.extend({ title: Title.optional() }))
              .max(mostInsights)
              .default([]),
          }),
        ),
        responses: { 201: { ...jsonAnswer(caseAnswer, 'The case'), headers: change } },
      }),
      async c => {
        const { signals, insights, ...given } = c.req.valid('json').data.attributes
        const all = [...signalInsights(signals), ...insights] as NewInsight[]
        checkSignals(c, all)
        const made = await inOurWords(needs.createCase(seenBy(c), c.var.write, newCaseOf(given, all)))
        tellChange(c, made.change)
        return c.json({ data: caseResource(made.file) }, 201)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: `${base}/{id}/signals`,
        summary: 'Add signals to a case; those that are open go under review',
        request: { params: CaseParam, ...caseBody(z.strictObject({ signals: Signals.min(1) })) },
        responses: {
          200: {
            ...jsonAnswer(caseAnswer.extend({ meta: z.object({ added: z.number() }) }), 'The case, and how many were not in it before'),
            headers: change,
          },
        },
      }),
      async c => {
        const insights = signalInsights(c.req.valid('json').data.attributes.signals)
        checkSignals(c, insights)
        const { file, added, change } = await needs.addCaseInsights(seenBy(c), c.var.write, c.req.valid('param').id, insights)
        tellChange(c, change)
        return c.json({ data: caseResource(file), meta: { added } }, 200)
      },
    )
    .openapi(
      route({
        tags,
        middleware: [...write.middleware, requires('security_monitoring_signals_read'), requires('security_monitoring_signals_write')],
        method: 'post',
        path: '/api/local/signals/selections/{id}/case',
        summary: 'Add every signal of a selection to a case that is there, or to a new one',
        request: {
          params: CaseParam,
          ...caseBody(IntoCase),
        },
        responses: {
          202: jsonAnswer(
            z.object({
              data: z.object({ id: z.string(), type: z.literal('job'), attributes: z.looseObject({ total: z.number() }) }),
              meta: z.object({ case: z.object({ id: z.string(), key: z.string() }) }),
            }),
            'The job that adds them, and the case',
          ),
        },
      }),
      async c => {
        const { case_id: known, title = '', ...fresh } = c.req.valid('json').data.attributes
        const target = known === undefined ? { make: newCaseOf({ ...fresh, title }) } : { case: known }
        const { job, file } = await inOurWords(needs.selectionIntoCase(seenBy(c), c.var.write, c.req.valid('param').id, target))
        const { id, ...rest } = job
        return c.json({ data: { id, type: 'job' as const, attributes: rest }, meta: { case: { id: file.id, key: file.key } } }, 202)
      },
    )
