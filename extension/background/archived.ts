import type { SignalRow } from '../messages.ts'
import { withArchived } from './details.ts'

type Deeds = Parameters<typeof withArchived>[1]

/** Timelines asked for at once. */
const abreast = 8

/**
 * Tells when rows went into the archive, newest first. The wire says that in a signal's timeline alone, so each is asked for once and kept
 * as long as nobody changes the signal. `timelineOf` answers undefined where a signal has none that can be read.
 */
export function createArchived(timelineOf: (id: string) => Promise<Deeds | undefined>) {
  let known = new Map<string, { version: number; at: number }>()

  async function find(row: SignalRow): Promise<SignalRow> {
    const kept = known.get(row.id)
    if (kept?.version === row.version && row.archive) return { ...row, archive: { ...row.archive, at: kept.at } }
    return withArchived(row, (await timelineOf(row.id)) ?? [])
  }

  return async (rows: readonly SignalRow[]): Promise<SignalRow[]> => {
    const found: SignalRow[] = []
    const left = [...rows]
    const work = async () => {
      for (let row = left.shift(); row; row = left.shift()) found.push(await find(row))
    }
    await Promise.all(Array.from({ length: abreast }, work))
    known = new Map(found.map(({ id, version, archive }) => [id, { version, at: archive?.at ?? 0 }]))
    return found.sort((a, b) => (b.archive?.at ?? 0) - (a.archive?.at ?? 0) || b.last_seen - a.last_seen)
  }
}
