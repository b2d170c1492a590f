import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { maxPathLength, maxQueryLength } from '../../shared/query/limits.ts'
import { parseTime, TimeError } from '../../shared/time.ts'
import { openDocument, type Writing } from '../lib/document.ts'
import { Refusal } from '../lib/errors.ts'

/** Views of one person, and in all. */
const mostOf = 200
const mostInAll = 2000

const Path = z.string().min(1).max(maxPathLength)
const word = z.string().min(1).max(64)
const dayNames = ['today', 'yesterday']
const anyTime = z.union([z.string().max(64), z.number()])
const time = anyTime.superRefine((value, ctx) => {
  try {
    if (!dayNames.includes(String(value))) parseTime(value, 0)
  } catch (error) {
    if (!(error instanceof TimeError)) throw error
    ctx.addIssue({ code: 'custom', message: error.message })
  }
})

/** What a person chooses of a view: everything that the explorer shows by. */
export const ViewFields = {
  name: z.string().trim().min(1).max(100),
  track: z.enum(['logs', 'signals', 'audit']),
  shared: z.boolean(),
  query: z.string().max(maxQueryLength),
  from: time,
  to: time,
  columns: z.array(z.strictObject({ path: Path, width: z.number().int().min(16).max(4000).optional() })).max(50),
  sort: z
    .string()
    .max(maxPathLength + 1)
    .optional(),
  visualisation: z
    .strictObject({
      kind: word,
      measure: z
        .string()
        .max(maxPathLength + 32)
        .optional(),
      group_by: z.array(Path).max(4).optional(),
      interval: word.optional(),
      limit: z.number().int().min(1).max(10_000).optional(),
    })
    .optional(),
  facets: z.array(Path).max(50),
  timeline: z.boolean(),
}
const Chosen = z.strictObject(ViewFields)
export type ChosenView = z.output<typeof Chosen>

/** Someone's view, with how often it was changed. Times are ms UTC. */
const View = z.looseObject({
  ...ViewFields,
  // one that was kept before times were looked at is opened all the same
  ...{ from: anyTime, to: anyTime },
  id: z.string(),
  owner: z.looseObject({ uuid: z.string(), handle: z.string(), name: z.string() }),
  version: z.number(),
  created_at: z.number(),
  modified_at: z.number(),
})
export type View = z.output<typeof View>
/** views.json: views, and which of them each person begins with. */
const File = z.looseObject({ views: z.array(View).default([]), defaults: z.record(z.string(), z.string()).default({}) })

/** Who asks. `mayManage`: may change what others share. */
export interface Viewer {
  uuid: string
  handle: string
  name: string
  mayManage: boolean
}
/** What a change of a view was and is. */
export interface Changed {
  before: View
  after: View
}

const noView = () => new Refusal(404, 'not_found', 'View not found')
const isSeen = ({ shared, owner }: View, { uuid }: Viewer) => shared || owner.uuid === uuid

export type Views = Awaited<ReturnType<typeof openViews>>

/** Saved views, private ones and those that are shared, in a document that a person may edit. */
export async function openViews(file: string, now: () => number) {
  const stored = await openDocument(file, File)
  const seen = (views: readonly View[], viewer: Viewer, id: string): View => {
    const view = views.find(view => view.id === id && isSeen(view, viewer))
    if (!view) throw noView()
    return view
  }
  function own(views: readonly View[], viewer: Viewer, id: string, version?: number): View {
    const view = seen(views, viewer, id)
    if (view.owner.uuid !== viewer.uuid && !viewer.mayManage)
      throw new Refusal(403, 'not_own', `Only ${view.owner.handle}, whose view this is, can change it`)
    if (version !== undefined && version < view.version)
      throw new Refusal(409, 'stale_version', `The view has changed since: it is at version ${view.version}`, {
        problems: [{ field: 'data.attributes.version', message: `is ${version}, the view is at ${view.version}` }],
      })
    return view
  }

  return {
    /** What somebody may see, by name; `default` is the one that they begin with. */
    list(viewer: Viewer): { views: View[]; default: string | null } {
      const { views, defaults } = stored.current()
      const shown = views.filter(view => isSeen(view, viewer)).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
      const chosen = Object.hasOwn(defaults, viewer.uuid) ? defaults[viewer.uuid]! : null
      return { views: shown, default: shown.some(({ id }) => id === chosen) ? chosen : null }
    },
    get: (viewer: Viewer, id: string): View => seen(stored.current().views, viewer, id),
    create: ({ mayManage: _, ...owner }: Viewer, chosen: ChosenView, how: Writing<View>): Promise<View> =>
      stored.change(file => {
        const most = file.views.filter(view => view.owner.uuid === owner.uuid).length >= mostOf ? mostOf : mostInAll
        if (most === mostOf || file.views.length >= mostInAll)
          throw new Refusal(409, 'too_many', `There are ${most} views. Delete one that nobody needs first.`)
        const view: View = { ...chosen, id: randomUUID(), owner, version: 1, created_at: now(), modified_at: now() }
        return { next: { ...file, views: [...file.views, view] }, result: view }
      }, how),
    update: (
      viewer: Viewer,
      id: string,
      { version, ...chosen }: Partial<ChosenView> & { version?: number },
      how: Writing<Changed>,
    ): Promise<Changed> =>
      stored.change(file => {
        const before = own(file.views, viewer, id, version)
        const after = { ...before, ...chosen, version: before.version + 1, modified_at: now() }
        return { next: { ...file, views: file.views.map(view => (view.id === id ? after : view)) }, result: { before, after } }
      }, how),
    remove: (viewer: Viewer, id: string, how: Writing<View>): Promise<View> =>
      stored.change(file => {
        const view = own(file.views, viewer, id)
        const defaults = Object.fromEntries(Object.entries(file.defaults).filter(([, chosen]) => chosen !== id))
        return { next: { ...file, views: file.views.filter(view => view.id !== id), defaults }, result: view }
      }, how),
    /** Choose the view that somebody begins with; null: none. */
    setDefault: (viewer: Viewer, id: string | null, how: Writing<View | null>): Promise<View | null> =>
      stored.change(file => {
        const view = id === null ? null : seen(file.views, viewer, id)
        const { [viewer.uuid]: _, ...others } = file.defaults
        return { next: { ...file, defaults: view ? { ...others, [viewer.uuid]: view.id } : others }, result: view }
      }, how),
  }
}
