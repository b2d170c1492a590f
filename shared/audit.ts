import type { JsonObject } from './json.ts'

/** Who did something, from where. `null` uuid: the daemon itself. */
export interface Actor {
  uuid: string | null
  handle: string
  name: string
  auth_method: 'api_key' | 'application_key' | 'session' | 'system'
  ip?: string
  useragent?: string
}

export type AuditAction = 'created' | 'modified' | 'deleted' | 'accessed'

/** One change, one event, in the same transaction as the change. `time` is ms UTC by the daemon's clock. */
export interface NewAuditEvent {
  time: number
  actor: Actor
  action: AuditAction
  asset: { type: string; id: string; name?: string }
  /** One sentence: "archived signal … as false_positive". */
  message: string
  before?: JsonObject | null
  after?: JsonObject | null
  evt_name?: string
}
export interface AuditEvent extends NewAuditEvent {
  id: string
  seq: number
  /** SHA-256 over the previous event's hash, this event's place and its canonical JSON, hex. */
  hash: string
}
