import type { Table, TableFeed, TableRow } from '../../../shared/reference-table.ts'
import type { Feeds } from '../feeds.ts'

interface Needs {
  feeds: Feeds
  table(id: string): Promise<Table>
  listRows(id: string, after: string, most: number): Promise<TableRow[]>
}

const page = 5000
/** Columns that speak for their row by their own name. */
const own = ['category', 'subcategory', 'intention', 'score']

/** What a new feed of a table is. */
export function feedOf({ table_name, schema }: Table, { category, intention, column }: TableFeed) {
  const value = column ?? schema.primary_keys[0]!
  const others = schema.fields.filter(({ name }) => name !== value && /^\w{1,50}$/.test(name)).slice(0, 28)
  return {
    ...{ name: `Table ${table_name}`, format: 'json', category, intention },
    columns: {
      value,
      ...Object.fromEntries(others.map(({ name }) => [own.includes(name.toLowerCase()) ? name.toLowerCase() : name, name])),
    },
  }
}

/** Keeps the feeds that are made of tables as their rows are: the whole of a table at a time, however many changes there were meanwhile. */
export function createTableFeeds({ feeds, table, listRows }: Needs) {
  const waiting = new Map<string, Promise<void>>()
  const running = new Map<string, Promise<void>>()

  async function load(id: string): Promise<void> {
    const { feed } = await table(id)
    if (!feed) return
    const lines: string[] = []
    for (let rows = await listRows(id, '', page); rows.length > 0; rows = await listRows(id, rows.at(-1)!.id, page))
      for (const { values } of rows) lines.push(JSON.stringify(values))
    // a feed without an entry is a failure anywhere else
    if (lines.length > 0) await feeds.load(feed.id, lines.join('\n'), { force: true })
    const known = feeds.list().find(({ id }) => id === feed.id)
    if (known && known.enabled !== lines.length > 0) await feeds.setEnabled(feed.id, lines.length > 0)
  }

  /** Resolves when the feed holds what the table held at the call; a table that no feed can be made of shows that in its feed. */
  function refresh(id: string): Promise<void> {
    const next =
      waiting.get(id) ??
      (running.get(id) ?? Promise.resolve()).then(() => {
        waiting.delete(id)
        const loading = load(id).catch(() => {})
        running.set(id, loading)
        return loading
      })
    waiting.set(id, next)
    return next
  }
  /** Bring up to date what a kill has left behind. */
  async function open(tables: readonly Table[]): Promise<void> {
    for (const { id, feed, updated_at } of tables)
      if (feed && updated_at > (feeds.list().find(({ id }) => id === feed.id)?.updated_at ?? 0)) await refresh(id)
  }
  return { refresh, open }
}
export type TableFeeds = ReturnType<typeof createTableFeeds>
