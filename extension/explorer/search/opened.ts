import { useEffect, useState } from 'preact/hooks'
import { ask, isFailure } from '../../relay.ts'
import type { FoundRow } from '../../search-messages.ts'
import { place, show } from '../place.ts'
import { toasts } from '../surface.ts'
import type { Surface } from './types.ts'

/** The row that the URL names: from the list, else asked for by its id. It stays while the list changes. */
export function useOpened(surface: Surface): FoundRow | undefined {
  const id = place.value.with['row']
  const [kept, keep] = useState<FoundRow>()
  void surface.rows.changed.value
  const index = id === undefined ? -1 : surface.rows.indexOf(id)
  const listed = index < 0 ? undefined : surface.rows.at(index)
  useEffect(() => {
    if (listed) keep(listed)
  }, [listed])
  const isThere = surface.found.value !== null
  useEffect(() => {
    if (id === undefined || listed || kept?.id === id || !isThere) return
    void ask('foundRows', { track: surface.track, ids: [id] }).then(answer => {
      if (place.value.with['row'] !== id) return
      const [row] = isFailure(answer) ? [] : answer.rows
      if (row) return keep(row)
      toasts.fail(isFailure(answer) ? answer.error : 'What this link opens is not there any more, or hidden from you.')
      show({ row: undefined })
    })
  }, [id, isThere])
  return listed ?? (kept?.id === id ? kept : undefined)
}
