import { signal } from '@preact/signals'
import { Download, KeyRound, Power, Rss, Trash2, Undo2 } from 'lucide'
import type { FeedRow, OpenFeed } from '../../feed-messages.ts'
import type { Failure } from '../../messages.ts'
import { ask, isFailure } from '../../relay.ts'
import { off } from '../../ui/off.ts'
import { createLoad } from '../load.ts'
import { place, show } from '../place.ts'
import { toasts } from '../surface.ts'

// What the feeds section knows and does. A row changes only when the daemon has answered.

export const list = createLoad('feeds')
export const open = createLoad('openFeeds')
/** Feeds whose change is under way. */
export const busy = signal<ReadonlySet<string>>(new Set())

/** What was loaded last and refused, base64: it may be used all the same. */
export const refusedContent = signal<{ id: string; content: string } | undefined>(undefined)

export const reload = () => Promise.all([list.load({}), open.load({})])

function renew(row: FeedRow): void {
  const rows = list.value.value?.rows ?? []
  const known = rows.some(({ id }) => id === row.id)
  list.value.value = { rows: known ? rows.map(one => (one.id === row.id ? row : one)) : [...rows, row] }
}

/** Make one change of a feed at a time; the answer is the failure, if it failed. */
async function making(id: string, work: () => Promise<FeedRow | Failure>, failed: string): Promise<FeedRow | undefined> {
  if (busy.value.has(id)) return undefined
  if (off.value !== undefined) {
    toasts.fail(`${failed}: ${off.value}`)
    return undefined
  }
  busy.value = new Set([...busy.value, id])
  const answer = await work()
  busy.value = new Set([...busy.value].filter(one => one !== id))
  if (isFailure(answer)) {
    toasts.fail(`${failed}: ${answer.error}`)
    // a feed says itself why it could not be updated
    void list.load({})
    return undefined
  }
  renew(answer)
  void open.load({})
  return answer
}

/** Switch a feed; what was done can be undone from the toast. */
export async function turn({ id, name }: FeedRow, on: boolean): Promise<void> {
  const word = on ? 'on' : 'off'
  const row = await making(id, () => ask('switchFeed', { id, on }), `${name} not switched ${word}`)
  if (!row) return
  toasts.show({
    icon: Power,
    text: `${name} switched ${word}`,
    action: { label: 'Undo', icon: Undo2, keys: 'U', run: () => void turn(row, !on) },
  })
}

const loaded = ({ name, entries }: FeedRow) => `${name}: ${entries.toLocaleString('en')} entries`

export async function refresh({ id, name }: FeedRow, force = false): Promise<void> {
  const row = await making(id, () => ask('refreshFeed', { id, force }), `${name} not updated`)
  if (row) toasts.show({ icon: Download, text: loaded(row) })
}

export async function fill({ id, name }: FeedRow, content: string, force = false): Promise<void> {
  const row = await making(id, () => ask('fillFeed', { id, content, force }), `${name} not loaded`)
  refusedContent.value = row ? undefined : { id, content }
  if (row) toasts.show({ icon: Download, text: loaded(row) })
}

/** Keep what the requests of a feed are signed with; null forgets it. */
export async function keepSecret({ id, name }: FeedRow, secret: string | null): Promise<boolean> {
  const row = await making(id, () => ask('setFeedSecret', { id, secret }), `The secret of ${name} not changed`)
  if (row) toasts.show({ icon: KeyRound, text: secret === null ? `The secret of ${name} is forgotten` : `The secret of ${name} is kept` })
  return row !== undefined
}

export async function remove({ id, name }: FeedRow): Promise<void> {
  const answer = await ask('removeFeed', { id })
  if (isFailure(answer)) return toasts.fail(`${name} not removed: ${answer.error}`)
  list.value.value = { rows: (list.value.value?.rows ?? []).filter(row => row.id !== id) }
  if (place.value.with['feed'] === id) show({ feed: undefined })
  toasts.show({ icon: Trash2, text: `${name} removed` })
  void open.load({})
}

/** A feed that was added: in the list. */
export function added(row: FeedRow): void {
  renew(row)
  toasts.show({ icon: Rss, text: row.entries > 0 || !row.refresh ? loaded(row) : `${row.name} is being fetched` })
}

/** Switch on a feed of the catalogue: it is added and fetched. */
export async function enable(listed: OpenFeed): Promise<void> {
  const row = await making(listed.id, () => ask('enableOpenFeed', { id: listed.id }), `${listed.name} not switched on`)
  if (!row) return
  toasts.show({ icon: Rss, text: row.entries > 0 ? loaded(row) : `${row.name} is being fetched` })
  // what comes of the first fetch stands in the feed
  setTimeout(() => void reload(), 3_000)
}
