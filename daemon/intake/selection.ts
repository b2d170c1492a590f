import { evidenceLimits, linesOf } from '../../shared/evidence.ts'
import { type Json, put } from '../../shared/json.ts'
import type { NewLog } from '../../shared/log.ts'
import { JsonError, parseJson } from '../lib/json.ts'
import { eventsOf } from './batch.ts'
import { problemsOf } from './fields.ts'
import { normalise } from './normalise.ts'

/** The evidence that lines are kept as. */
export interface SelectedAs {
  id: string
  /** When they were selected, ms UTC: of a line that names no time. */
  time: number
  /** Minutes east of UTC, for times that name no zone. */
  zone: number
}

/** What only we say of a log. */
const ours = /^(?:evidence|page):/

/**
 * The logs of lines that somebody selected on a page: a log for each line that is not blank, or, where all of it is one JSON document, for each of
 * its events. They say which evidence they are of and have the source `browser`, whatever they claim; `evidence.source` is what they would have
 * had. Each selection is a stream of its own: times on a page are the page's. Read when asked for, so that others get their turn. `now`: ms UTC.
 */
export function* readSelection(text: string, { id, time, zone }: SelectedAs, now: number): Generator<NewLog> {
  const context = { now: Math.min(time, now), zone }
  for (const { value, line } of itemsOf(text)) {
    const { source, ...log } = normalise(value, { stream: `import:evidence-${id}` }, context)
    const attributes = { ...log.attributes }
    put(attributes, 'evidence', { id, line, ...(source !== undefined && { source }) })
    const tags = [...log.tags.filter(tag => !ours.test(tag)), `evidence:${id}`]
    // the order of arrival is that of logs as they come in now, however long ago the lines were selected
    yield { ...log, source: 'browser', received: now, tags, attributes }
  }
}

function itemsOf(text: string): { value: Json; line: number }[] {
  const events = eventsIn(text)
  if (events) return events.map(value => ({ value, line: 1 }))
  return linesOf(text).flatMap((value, i) => (value.trim() === '' ? [] : [{ value, line: i + 1 }]))
}

/** The events of a text that is one JSON document, as viewers show one log spread over lines; undefined for any other text. */
function eventsIn(text: string): Json[] | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    const events = eventsOf(parseJson(text))
    return events.length > 0 && events.length <= evidenceLimits.lines && events.every(event => problemsOf(event).length === 0)
      ? events
      : undefined
  } catch (error) {
    if (error instanceof JsonError) return undefined
    throw error
  }
}
