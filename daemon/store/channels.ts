import type { Channel } from '../../shared/notice.ts'
import type { Database } from './sqlite.ts'

/** Channels by what rules call them, without their secrets. */
export function openChannels(db: Database) {
  const upsert = db.prepare(
    'INSERT INTO channel VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET target = excluded.target, body = excluded.body',
  )
  const select = db.prepare('SELECT body FROM channel WHERE id = ?')
  const selectFor = db.prepare('SELECT body FROM channel WHERE target = ?')
  const selectAll = db.prepare('SELECT body FROM channel ORDER BY target')
  const remove = db.prepare('DELETE FROM channel WHERE id = ?')
  const read = (row: unknown) => JSON.parse((row as { body: string }).body) as Channel
  const readOne = (row: unknown) => (row === undefined ? undefined : read(row))
  return {
    get: (id: string): Channel | undefined => readOne(select.get(id)),
    /** The channel that a target such as `@slack-soc` means. */
    for: (target: string): Channel | undefined => readOne(selectFor.get(target)),
    all: (): Channel[] => selectAll.all().map(read),
    put: (channel: Channel, target: string): void => void upsert.run(channel.id, target, JSON.stringify(channel)),
    remove: (id: string): void => void remove.run(id),
  }
}
