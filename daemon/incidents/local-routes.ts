import { z } from '@hono/zod-openapi'
import type { IncidentCell, IncidentPart, IncidentPartKind } from '../../shared/incident.ts'
import { incidentKey } from '../../shared/incident.ts'
import { longestNote } from '../../shared/note.ts'
import type { Signal } from '../../shared/signal.ts'
import type { WriteContext } from '../lib/actor.ts'
import { createRouter, jsonAnswer, jsonBody, may, requires, restrictionsBeside, route } from '../lib/http.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import { partResource } from './part-wire.ts'
import { type Postmortem, postmortemText } from './postmortem.ts'
import { Param, shownTo } from './routes.ts'
import { IncidentResource, type Shown, text } from './wire.ts'

interface Needs {
  getIncident(only: Restrictions, id: string): Promise<Shown>
  incidentParts<K extends IncidentPartKind>(id: string, kind: K): Promise<IncidentPart<K>[]>
  incidentTimeline(only: Restrictions, id: string): Promise<IncidentCell[]>
  addIncidentNote(ctx: WriteContext, id: string, text: string): Promise<IncidentCell>
  /** Those that may be seen. */
  incidentSignals(only: Restrictions, id: string): Promise<Signal[]>
  linkSignals(
    only: Restrictions,
    ctx: WriteContext,
    id: string,
    signals: string[],
    isIn: boolean,
  ): Promise<{ incident: Shown; change: string }>
  linkCase(only: Restrictions, ctx: WriteContext, id: string, which: string): Promise<Shown>
  unlinkCase(only: Restrictions, ctx: WriteContext, id: string, which: string): Promise<Shown>
  resource(signal: Signal): object
}

const base = '/api/local/incidents/{id}'
const tags = ['Incidents']
const read = { tags, middleware: [requires('incident_read')] }
const write = { tags, middleware: [requires('incident_write')] }
const CellResource = z
  .object({
    id: z.string(),
    type: z.literal('timeline_entry'),
    attributes: z.looseObject({ time: z.number(), kind: z.string(), text: z.string() }),
  })
  .openapi('IncidentTimelineEntry')
const cellResource = ({ seq, time, kind, by, text, about }: IncidentCell): z.input<typeof CellResource> => ({
  id: String(seq),
  type: 'timeline_entry',
  attributes: {
    time,
    kind,
    by: { ...by },
    text,
    ...(about && { about: { ...about, ...(about.type === 'signal' && { link: `/api/v2/security_monitoring/signals/${about.id}` }) } }),
  },
})
const Linked = z.strictObject({
  data: z
    .array(z.strictObject({ id: z.string().min(1).max(128), type: z.enum(['signal']).optional() }))
    .min(1)
    .max(199, 'holds more than 199 signals'),
})
const types = { md: 'text/markdown; charset=utf-8', json: 'application/json' } as const

/** What Datadog's API has no name for: the timeline of an incident, its signals, and all of it as a document. */
export function incidentLocalRoutes(needs: Needs) {
  const { getIncident, incidentParts, incidentTimeline, addIncidentNote, incidentSignals, linkSignals, linkCase, unlinkCase, resource } =
    needs
  const links = {
    tags,
    middleware: [...write.middleware, requires('security_monitoring_signals_write')],
    path: `${base}/signals`,
    request: { params: Param, ...jsonBody(Linked) },
    responses: {
      200: {
        ...jsonAnswer(z.object({ data: IncidentResource }), 'The incident as it is now'),
        headers: {
          'Signalbox-Change': { description: 'Undoes this: POST /api/local/changes/{id}/undo', schema: { type: 'string' as const } },
        },
      },
    },
  }
  const caseLink = {
    tags,
    middleware: [...links.middleware, requires('cases_write')],
    path: `${base}/cases/{case}`,
    request: { params: Param.extend({ case: z.string().min(1).max(128).openapi({ description: 'Id, or key' }) }) },
    responses: { 200: jsonAnswer(z.object({ data: IncidentResource }), 'The incident as it is now; signals that came along stay') },
  }
  return createRouter()
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${base}/timeline`,
        summary: 'List what happened to an incident',
        request: { params: Param },
        responses: { 200: jsonAnswer(z.object({ data: z.array(CellResource) }), 'Oldest first') },
      }),
      async c => c.json({ data: (await incidentTimeline(restrictionsBeside(c), c.req.valid('param').id)).map(cellResource) }, 200),
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: `${base}/timeline`,
        summary: 'Write a note into the timeline of an incident',
        request: {
          params: Param,
          ...jsonBody(
            z.strictObject({
              data: z.strictObject({ type: z.string().optional(), attributes: z.strictObject({ text: text(longestNote) }) }),
            }),
          ),
        },
        responses: { 201: jsonAnswer(z.object({ data: CellResource }), 'The note') },
      }),
      async c => {
        const { text } = c.req.valid('json').data.attributes
        return c.json({ data: cellResource(await addIncidentNote(c.var.write, c.req.valid('param').id, text)) }, 201)
      },
    )
    .openapi(
      route({
        tags,
        middleware: [...read.middleware, requires('security_monitoring_signals_read')],
        method: 'get',
        path: `${base}/signals`,
        summary: 'List the signals of an incident',
        request: { params: Param },
        responses: {
          200: jsonAnswer(z.object({ data: z.array(z.looseObject({ id: z.string() })) }), 'Those that may be seen, oldest first'),
        },
      }),
      async c => {
        const signals = await incidentSignals(restrictionsBeside(c), c.req.valid('param').id)
        return c.json({ data: signals.map(signal => ({ id: signal.id, ...resource(signal) })) }, 200)
      },
    )
    .openapi(route({ ...links, method: 'post', summary: 'Add signals to an incident' }), async c => {
      const ids = c.req.valid('json').data.map(({ id }) => id)
      const { incident, change } = await linkSignals(restrictionsBeside(c), c.var.write, c.req.valid('param').id, ids, true)
      if (!c.var.write.dryRun) c.header('Signalbox-Change', change)
      return c.json({ data: shownTo(c)(incident) }, 200)
    })
    .openapi(route({ ...links, method: 'delete', summary: 'Take signals out of an incident' }), async c => {
      const ids = c.req.valid('json').data.map(({ id }) => id)
      const { incident, change } = await linkSignals(restrictionsBeside(c), c.var.write, c.req.valid('param').id, ids, false)
      if (!c.var.write.dryRun) c.header('Signalbox-Change', change)
      return c.json({ data: shownTo(c)(incident) }, 200)
    })
    .openapi(route({ ...caseLink, method: 'put', summary: 'Link a case to an incident, with its signals' }), async c => {
      const { id, case: which } = c.req.valid('param')
      return c.json({ data: shownTo(c)(await linkCase(restrictionsBeside(c), c.var.write, id, which)) }, 200)
    })
    .openapi(route({ ...caseLink, method: 'delete', summary: 'Unlink a case from an incident' }), async c => {
      const { id, case: which } = c.req.valid('param')
      return c.json({ data: shownTo(c)(await unlinkCase(restrictionsBeside(c), c.var.write, id, which)) }, 200)
    })
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${base}/postmortem`,
        summary: 'Export an incident as a document',
        request: { params: Param, query: z.object({ format: z.enum(['md', 'markdown', 'json']).default('md') }) },
        responses: {
          200: {
            description: 'A file',
            content: { 'text/markdown': { schema: z.string() }, 'application/json': { schema: z.looseObject({}) } },
          },
        },
      }),
      async c => {
        const only = restrictionsBeside(c)
        const { id } = c.req.valid('param')
        const asked = c.req.valid('query').format
        const format = asked === 'markdown' ? 'md' : asked
        const incident = await getIncident(only, id)
        const resource = shownTo(c)(incident)
        const all: Postmortem = {
          incident: may(c, 'cases_read') ? incident : { ...incident, cases: [] },
          todos: await incidentParts(id, 'todo'),
          impacts: await incidentParts(id, 'impact'),
          attachments: await incidentParts(id, 'attachment'),
          responders: await incidentParts(id, 'responder'),
          timeline: await incidentTimeline(only, id),
          signals: await incidentSignals(only, id),
        }
        const body =
          format === 'md'
            ? postmortemText(all)
            : JSON.stringify(
                {
                  incident: resource,
                  todos: all.todos.map(part => partResource(part)),
                  impacts: all.impacts.map(part => partResource(part)),
                  attachments: all.attachments.map(part => partResource(part)),
                  responders: all.responders.map(part => partResource(part, incident.commander?.uuid)),
                  timeline: all.timeline.map(cellResource),
                  signals: all.signals.map(shownSignal),
                },
                null,
                2,
              )
        return c.body(body, 200, {
          'Content-Type': types[format],
          'Content-Disposition': `attachment; filename="${incidentKey(incident.public_id)}.${format}"`,
        })
      },
    )
}

const shownSignal = ({ id, timestamp, detection, triage }: Signal) => ({
  id,
  timestamp,
  title: detection.title,
  severity: detection.severity,
  rule: detection.rule.name,
  first_seen: detection.first_seen,
  last_seen: detection.last_seen,
  entities: detection.entities,
  state: triage.state,
})
