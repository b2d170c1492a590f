import { resolve } from 'node:path'
import { Unusable } from '../lib/unusable.ts'
import { defineCommand } from './command.ts'
import { createProgress } from './progress.ts'
import { count, many, time } from './table.ts'
import { clean } from './text.ts'

/** What a restore has done. */
export interface Restored {
  directory: string
  /** Where what was there before lies; null where there was nothing. */
  aside: string | null
  made_at: number
  seq: number
  files: number
  bytes: number
  /** Whether keys.json was there: backups hold none. */
  has_keys: boolean
}

/** Puts a backup into a data directory that no daemon has. `me`: our user id. Throws an Unusable, or an Error where the backup is no good. */
export type Restore = (from: string, dir: string, me: number | undefined, tell: (text: () => string) => void) => Promise<Restored>

/** `signalbox restore DIR`. */
export const restore = (putBack: Restore) =>
  defineCommand({
    name: 'restore',
    usage: 'DIR',
    does: 'Put a backup into the data directory while no daemon runs on it. What is there now is kept aside',
    takes: [1, 1],
    // half of it done is not to be left behind lightly
    endsItself: true,
    async run({ args: [from = ''], io, place, show, tell }) {
      const daemon = place.daemon()
      if (daemon?.runs)
        throw new Unusable('locked', `A daemon runs on ${place.dir} (process ${daemon.pid}). Stop it first. Nothing was changed.`)
      const progress = createProgress(io)
      const done = await putBack(resolve(from), resolve(place.dir), io.uid, progress.tell).finally(() => progress.clear())
      show({ data: done }, () => `${clean(done.directory)}\n`)
      tell(
        `Put back the backup of ${time(done.made_at)}: ${many(done.files, 'file')}, ${count(done.bytes)} bytes, everything up to ${done.seq}.`,
      )
      if (done.aside !== null) tell(`What was there before lies in ${done.aside}; remove it when you no longer need it.`)
      if (!done.has_keys) tell('Keys work as they did then, but a backup holds no keys.json: put yours into the data directory.')
    },
  })
