import type { Actor } from '../../shared/audit.ts'
import type { Person } from '../../shared/triage.ts'

/** Who writes, and how they asked for it. `idempotency.request` is a hash of method, path and body. */
export interface WriteContext {
  actor: Actor
  dryRun?: boolean
  idempotency?: { key: string; request: string }
}

/** The daemon itself, where nobody asked. */
export const system: Actor = { uuid: null, handle: 'signalbox', name: 'Signalbox', auth_method: 'system' }

export const personOf = ({ uuid, handle, name }: Actor): Person => ({ uuid: uuid ?? '', handle, name })
