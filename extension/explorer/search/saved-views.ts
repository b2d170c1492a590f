import { signal } from '@preact/signals'
import { Bookmark, Trash2 } from 'lucide'
import type { Failure } from '../../messages.ts'
import { ask, isFailure } from '../../relay.ts'
import type { NewView, SavedView, Track } from '../../search-messages.ts'
import { go, place, show } from '../place.ts'
import { toasts } from '../surface.ts'
import { printList } from './list.ts'
import type { Surface } from './types.ts'
import { lookOf, printMeasure } from './visuals/asked.ts'

export const views = signal<{ views: SavedView[]; chosen: string | null } | null>(null)
export const trouble = signal<Failure | null>(null)

export async function loadViews(): Promise<void> {
  const answer = await ask('views', {})
  trouble.value = isFailure(answer) ? answer : null
  if (!isFailure(answer)) views.value = answer
}

/** What is shown now, as a view. */
export function pictureOf(surface: Surface, name: string, shared: boolean): NewView {
  const { visual, groups, measure } = lookOf(surface.track, surface.facets.peek()[0])
  const { from, to } = surface.range.peek()
  return {
    name,
    shared,
    track: surface.track,
    query: surface.query.peek(),
    from,
    to,
    sort: surface.sort.peek(),
    columns: surface.columns.peek().map(({ column, width }) => ({ path: column.id, width })),
    facets: [...surface.facets.peek()],
    timeline: place.peek().with['timeline'] !== 'off',
    visualisation: { kind: visual, measure: printMeasure(measure), ...(groups.length > 0 && { group_by: groups }) },
  }
}

/** A view in the words of the URL, which holds all that is shown. */
export function wordsOf(view: SavedView): Record<string, string> {
  const { query, from, to, sort, columns, facets, visualisation: drawn } = view
  const words: Record<string, string | undefined> = {
    saved: view.id,
    query,
    from,
    to,
    sort,
    columns: columns.map(({ path, width }) => `${printList([path])}${width === undefined ? '' : `~${width}`}`).join(','),
    facets: printList(facets),
    show: drawn && drawn.kind !== 'list' ? drawn.kind : undefined,
    group: drawn?.group_by && printList(drawn.group_by),
    measure: drawn?.measure === 'count' ? undefined : drawn?.measure,
    timeline: view.timeline ? undefined : 'off',
  }
  return Object.fromEntries(Object.entries(words).filter((pair): pair is [string, string] => Boolean(pair[1])))
}

export const openView = (view: SavedView, back = true) => go({ section: place.value.section, with: wordsOf(view) }, back)

/** One of a track, as far as it is there and may be seen. */
const viewOf = (track: Track, id: string | null | undefined): SavedView | undefined =>
  views.value?.views.find(view => view.id === id && view.track === track)

/** The view that the address names. */
export const current = (track: Track): SavedView | undefined => viewOf(track, place.value.with['saved'])

/** Whether the address names a view that is not there. */
export const isMissing = (track: Track): boolean =>
  views.value !== null && place.value.with['saved'] !== undefined && current(track) === undefined

/** Begin with the view that the address names and says nothing else of, or with one's own where it names nothing. */
export async function begin(track: Track): Promise<void> {
  const { section } = place.value
  await loadViews()
  if (section !== place.value.section) return
  const { saved, ...words } = place.value.with
  const chosen = saved === undefined ? viewOf(track, views.value?.chosen) : current(track)
  if (chosen && Object.keys(words).length === 0) openView(chosen, false)
}

/** Run a change and load the list anew; whether it was made. */
async function making(work: Promise<object | Failure>, failed: string): Promise<boolean> {
  const answer = await work
  await loadViews()
  if (!isFailure(answer)) return true
  toasts.fail(`${failed}: ${answer.error}`)
  return false
}

export async function save(surface: Surface, name: string, shared: boolean): Promise<boolean> {
  const answer = await ask('saveView', { view: pictureOf(surface, name, shared) })
  if (!(await making(Promise.resolve(answer), 'Not saved'))) return false
  if (!isFailure(answer)) show({ saved: answer.id })
  toasts.show({ icon: Bookmark, text: `Saved the view ${name}` })
  return true
}
export async function change({ id, version, name }: SavedView, view: Partial<NewView>): Promise<boolean> {
  const done = await making(ask('changeView', { id, version, view }), 'Not saved')
  if (done) toasts.show({ icon: Bookmark, text: `Saved the view ${view.name ?? name}` })
  return done
}
export async function remove({ id, name }: SavedView): Promise<void> {
  const answer = await ask('removeView', { id })
  // what one deletes oneself is not missed
  if (!isFailure(answer) && place.value.with['saved'] === id) show({ saved: undefined })
  if (await making(Promise.resolve(answer), 'Not deleted')) toasts.show({ icon: Trash2, text: `Deleted the view ${name}` })
}
export const beginWith = (id: string | null) => making(ask('beginWithView', { id }), 'Not changed')
