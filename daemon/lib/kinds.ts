import type { Indicator } from '../../shared/indicator.ts'
import type { JsonObject } from '../../shared/json.ts'

// The ways to extend the daemon. Each is one file in the folder named here, and one line in that folder's index.ts.

/** What a log format makes of one line. What it leaves out, intake fills in from the sender's words and the clock. */
export interface ParsedLog {
  /** ms UTC */
  timestamp?: number
  message: string
  status?: string
  host?: string
  service?: string
  source?: string
  tags?: string[]
  attributes: JsonObject
}

export interface ReadContext {
  /** ms UTC: a timestamp without a year takes the latest year that is not after this. */
  now: number
  /** Minutes east of UTC for timestamps that name no zone. */
  zone: number
}

/** intake/log-formats: how one kind of line is read. `read` answers undefined for a line that only looked like its own. */
export interface LogFormat {
  name: string
  /** Asked in the list's order when the sender names no format; must be cheap and must not throw. */
  recognises(line: string): boolean
  read(line: string, context: ReadContext): ParsedLog | undefined
}

/** intel/feed-formats: how one kind of threat feed is read. Yields entries as written; throws a Refusal that names the line where the text is none of its kind. */
export interface FeedFormat {
  name: string
  read(text: string): Iterable<Indicator>
}

// These return what they are given; they are there so that a literal is typed.
export const defineLogFormat = (format: LogFormat) => format
export const defineFeedFormat = (format: FeedFormat) => format
