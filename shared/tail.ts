/** What the daemon pushes over a live tail (`/api/local/live/logs?query=…`), as JSON text frames. */
export type TailEvent =
  /** Logs that the query finds, as they are committed, in that order. */
  | { type: 'logs'; data: { id: string; type: 'log'; attributes: Record<string, unknown> }[] }
  /** Logs that were not sent, because more came than can be: search for them. Some of them may not have been looked at. */
  | { type: 'skipped'; count: number }
  /** At least every 20 s. */
  | { type: 'ping' }
