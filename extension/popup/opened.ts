import { signal } from '@preact/signals'
import type { SignalDetails, SignalRow } from '../messages.ts'
import type { ask as Ask } from '../relay.ts'
import { isFailure } from '../relay.ts'

/** The one signal that is being read, if any. Its row is there at once, the rest when the daemon has answered. */
export type Opened = ReturnType<typeof createOpened>

export function createOpened(ask: typeof Ask) {
  const row = signal<SignalRow | null>(null)
  const about = signal<SignalDetails | null>(null)
  const failure = signal<string | null>(null)
  let asked = 0

  /** Take the row, unless a newer one is shown. */
  function put(next: SignalRow) {
    if (row.value?.id === next.id && row.value.version <= next.version) row.value = next
  }
  async function load(): Promise<void> {
    const id = row.value?.id
    if (id === undefined) return
    const mine = ++asked
    const answer = await ask('signal', { id })
    if (mine !== asked || row.value?.id !== id) return
    failure.value = isFailure(answer) ? answer.error : null
    if (isFailure(answer)) return
    about.value = answer
    put(answer.row)
  }
  return {
    row,
    about,
    failure,
    load,
    open(next: SignalRow) {
      if (row.value?.id === next.id) return
      row.value = next
      about.value = failure.value = null
      void load()
    },
    close() {
      row.value = about.value = failure.value = null
    },
    /** Signals as they are after a change. */
    renew: (changed: readonly SignalRow[]) => changed.forEach(put),
  }
}
