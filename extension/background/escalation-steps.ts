import { get, type Json, type JsonObject } from '../../shared/json.ts'
import { parseUrl } from '../../shared/url.ts'
import type { Draft, Form, Made, Second } from '../evidence-messages.ts'
import { count, object, text } from './read.ts'

/** One more write once the lines are kept, and what its answer says was made. */
interface Step {
  /** POST, unless it says otherwise. */
  method?: 'PUT'
  path: string
  body: JsonObject
  made(answer: JsonObject): Made
}
type Kept = NonNullable<Draft['kept']>

/** Logs that a signal takes as samples, as the daemon has it. */
const mostSamples = 100

const sized = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`
const hostOf = (url: string) => parseUrl(url)?.hostname ?? ''
/** Markdown: names nothing of what the lines say, which not everybody may read who reads this. */
const told = ({ page }: Draft, { id, sha256, logs }: Kept): string =>
  `${sized(logs, 'line')} of ${hostOf(page.url) === '' ? 'a page' : `\`${hostOf(page.url)}\``}, kept as evidence \`${id}\` with the SHA-256 \`${sha256}\`.`
const data = (more: JsonObject): JsonObject => ({ data: more })
const dataOf = (answer: JsonObject, ...path: string[]): Json | undefined => get(answer, 'data', ...path)

/** What is written for each escalation beyond keeping. `target` is what the person named; empty for something new. */
export const steps: Readonly<Record<Second, (draft: Draft, kept: Kept, form: Form) => Step>> = {
  signal: (draft, kept, { title, severity }) => ({
    path: '/api/local/signals',
    body: data({
      attributes: { title, severity, message: told(draft, kept), tags: [`evidence:${kept.id}`], logs: kept.logIds.slice(0, mostSamples) },
    }),
    made: answer => ({ id: text(dataOf(answer, 'id')), name: title, added: false }),
  }),
  case: (draft, kept, { title, target }) => {
    const insights = [
      { type: 'EVIDENCE', resource_id: kept.id, ref: `/api/local/evidence/${kept.id}`, title: `${sized(kept.logs, 'line')} of a page` },
    ]
    const made = (answer: JsonObject) => ({
      id: text(dataOf(answer, 'id')),
      name: text(dataOf(answer, 'attributes', 'key')),
      added: target !== '',
    })
    return target === ''
      ? { path: '/api/local/cases', body: data({ attributes: { title, description: told(draft, kept), insights } }), made }
      : {
          method: 'PUT',
          path: `/api/v2/cases/${encodeURIComponent(target)}/insights`,
          body: data({ type: 'case', attributes: { insights: insights.map(({ title: _, ...insight }) => insight) } }),
          made,
        }
  },
  incident: (draft, kept, { title, incidentSeverity, target }) => {
    const note = told(draft, kept)
    if (target !== '') {
      const id = target.replace(/^INC-/i, '')
      const path = `/api/local/incidents/${encodeURIComponent(id)}/timeline`
      return { path, body: data({ attributes: { text: note } }), made: () => ({ id, name: `INC-${id}`, added: true }) }
    }
    return {
      path: '/api/v2/incidents',
      body: data({
        type: 'incidents',
        attributes: {
          title,
          customer_impacted: false,
          fields: { severity: { type: 'dropdown', value: incidentSeverity } },
          initial_cells: [{ cell_type: 'markdown', content: { content: note } }],
        },
      }),
      made: answer => ({
        id: text(dataOf(answer, 'id')),
        name: `INC-${count(object(dataOf(answer, 'attributes'))['public_id'])}`,
        added: false,
      }),
    }
  },
}
