import { z } from '@hono/zod-openapi'
import { longestNote, type Note } from '../../shared/note.ts'
import type { WriteContext } from '../lib/actor.ts'
import { createRouter, emptyAnswer, jsonAnswer, jsonBody, requires, restrictionsOf, route } from '../lib/http.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import { Id, Param } from './moving.ts'

interface Needs {
  notes(only: Restrictions, signal: string): Promise<Note[]>
  addNote(only: Restrictions, ctx: WriteContext, signal: string, text: string): Promise<Note>
  editNote(only: Restrictions, ctx: WriteContext, signal: string, id: string, text: string): Promise<Note>
  deleteNote(only: Restrictions, ctx: WriteContext, signal: string, id: string): Promise<null>
}

const tags = ['Signals']
const path = '/api/local/signals/{id}/notes'
const read = { tags, middleware: [requires('security_monitoring_signals_read')] }
const write = { tags, middleware: [requires('security_monitoring_signals_write')] }
const NoteParam = z.object({ id: Id, note: Id })
const body = jsonBody(
  z.strictObject({
    data: z.strictObject({
      type: z.literal('note').optional(),
      id: z.string().optional(),
      attributes: z.strictObject({
        text: z
          .string()
          .refine(text => text.trim() !== '', 'is empty')
          .refine(text => new TextEncoder().encode(text).length <= longestNote, `is longer than ${longestNote} bytes`)
          .openapi({ description: 'Text, never markup; 10 kB at most', maxLength: longestNote }),
      }),
    }),
  }),
)
const Resource = z
  .object({
    id: z.string(),
    type: z.literal('note'),
    attributes: z.object({
      text: z.string(),
      by: z.object({ uuid: z.string(), handle: z.string(), name: z.string() }),
      at: z.number(),
      edited_at: z.number().optional(),
    }),
  })
  .openapi('Note')
const resource = ({ id, signal_id: _, ...attributes }: Note): z.input<typeof Resource> => ({ id, type: 'note', attributes })
const one = z.object({ data: Resource })

/** What people write beside a signal. The timeline keeps what a note said before an edit, and before it was deleted. */
export const noteRoutes = ({ notes, addNote, editNote, deleteNote }: Needs) =>
  createRouter()
    .openapi(
      route({
        ...read,
        method: 'get',
        path,
        summary: 'List the notes of a signal',
        request: { params: Param },
        responses: { 200: jsonAnswer(z.object({ data: z.array(Resource) }), 'Oldest first') },
      }),
      async c => c.json({ data: (await notes(restrictionsOf(c), c.req.valid('param').id)).map(resource) }, 200),
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path,
        summary: 'Write a note on a signal',
        request: { params: Param, ...body },
        responses: { 201: jsonAnswer(one, 'The note') },
      }),
      async c => {
        const { text } = c.req.valid('json').data.attributes
        return c.json({ data: resource(await addNote(restrictionsOf(c), c.var.write, c.req.valid('param').id, text)) }, 201)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'patch',
        path: `${path}/{note}`,
        summary: 'Edit a note of one’s own',
        request: { params: NoteParam, ...body },
        responses: { 200: jsonAnswer(one, 'The note as it is now') },
      }),
      async c => {
        const { id, note } = c.req.valid('param')
        return c.json(
          { data: resource(await editNote(restrictionsOf(c), c.var.write, id, note, c.req.valid('json').data.attributes.text)) },
          200,
        )
      },
    )
    .openapi(
      route({
        ...write,
        method: 'delete',
        path: `${path}/{note}`,
        summary: 'Delete a note of one’s own',
        request: { params: NoteParam },
        responses: { 204: emptyAnswer('It is gone; the timeline keeps what it said') },
      }),
      async c => {
        const { id, note } = c.req.valid('param')
        await deleteNote(restrictionsOf(c), c.var.write, id, note)
        return c.body(null, 204)
      },
    )
