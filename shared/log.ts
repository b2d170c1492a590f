import type { JsonObject } from './json.ts'

/**
 * One stored event. `seq` is the order of commit and the truth for detection; `timestamp` and `received` are ms UTC, `timestamp` the
 * event's own time and `received` when the daemon took it in. `stream` is `live`, or names the import that the log came with.
 */
export interface Log {
  id: string
  seq: number
  stream: string
  timestamp: number
  received: number
  message: string
  service?: string
  source?: string
  host?: string
  /** Lower-case level: emergency, alert, critical, error, warn, notice, info, debug, ok. */
  status: string
  /** As they were sent: `key:value`, or a bare word. */
  tags: string[]
  attributes: JsonObject
}

/** A log as intake hands it on: complete but for what the commit decides. */
export type NewLog = Omit<Log, 'id' | 'seq'>

/** What a query looks at. Logs, signals and audit events all have this shape, so that one matcher serves the three. */
export interface Doc {
  timestamp: number
  message?: string
  service?: string | string[]
  source?: string
  host?: string
  status?: string
  tags: string[]
  attributes: JsonObject
}
