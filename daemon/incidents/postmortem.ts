import { type IncidentCell, type IncidentPart, incidentKey, incidentStateLabels } from '../../shared/incident.ts'
import type { Signal } from '../../shared/signal.ts'
import { withCodes } from '../../shared/unseen.ts'
import { iso, type Shown } from './wire.ts'

/** All that there is of an incident, as far as somebody may see it. */
export interface Postmortem {
  incident: Shown
  todos: IncidentPart<'todo'>[]
  impacts: IncidentPart<'impact'>[]
  attachments: IncidentPart<'attachment'>[]
  responders: IncidentPart<'responder'>[]
  timeline: IncidentCell[]
  signals: Signal[]
}

/** Text that Markdown shows as it is: what attackers write into logs makes no link, no picture and no heading. */
export const asText = (text: string): string =>
  withCodes(text)
    .replace(/[\\`*_{}[\]()<>#+\-.!|~&:@]/g, '\\$&')
    .replace(/\s*\n\s*/g, ' ')
    .trim()
const time = (at: number | null) =>
  at === null
    ? ''
    : iso(at)
        .replace('T', ' ')
        .replace(/\.\d+Z$/, ' UTC')
const took = (from: number, to: number | null) => {
  if (to === null) return ''
  // a clock may have been set back meanwhile
  const minutes = Math.max(0, Math.round((to - from) / 60_000))
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
const table = (head: string[], rows: string[][]) => [
  `| ${head.join(' | ')} |`,
  `|${head.map(() => ' --- |').join('')}`,
  ...rows.map(row => `| ${row.join(' | ')} |`),
]
const section = (title: string, lines: string[]) => (lines.length === 0 ? [] : [`## ${title}`, '', ...lines, ''])

/** The document to begin a postmortem with: what is known is filled in, what people have to think about is asked. */
export function postmortemText({ incident, todos, impacts, attachments, responders, timeline, signals }: Postmortem): string {
  const facts = [
    ['State', incidentStateLabels[incident.state]],
    ['Severity', incident.severity],
    ['Commander', asText(incident.commander?.name ?? 'nobody')],
    ['Responders', responders.map(({ body }) => asText(body.user.name)).join(', ')],
    ['Detected', time(incident.detected)],
    ['Declared', `${time(incident.created)} by ${asText(incident.creator.name)}`],
    ['Resolved', time(incident.resolved)],
    ['Time to resolve', took(incident.created, incident.resolved)],
    ...Object.entries(incident.fields).map(([name, { value }]) => [asText(name), asText([value ?? ''].flat().join(', '))]),
  ].filter(([, value]) => value !== '') as string[][]
  const impact = incident.customer_impacted
    ? [
        `${asText(incident.customer_impact_scope)}, from ${time(incident.customer_impact_start)}${incident.customer_impact_end === null ? '' : ` to ${time(incident.customer_impact_end)}`}`,
        '',
      ]
    : ['No customers are known to be impacted.', '']
  const lines = [
    `# ${incidentKey(incident.public_id)}: ${asText(incident.title)}`,
    '',
    ...table(['', ''], facts),
    '',
    ...section('What happened', ['_To be written._']),
    ...section('Customer impact', [
      ...impact,
      ...impacts.map(({ body }) => `- ${asText(body.description)}: ${time(body.start_at)} to ${time(body.end_at) || 'now'}`),
    ]),
    ...section(
      'Signals',
      signals.length === 0
        ? []
        : table(
            ['Time', 'Severity', 'Title', 'Rule', 'Id'],
            signals.map(({ id, timestamp, detection }) => [
              time(timestamp),
              detection.severity,
              asText(detection.title),
              asText(detection.rule.name),
              id,
            ]),
          ),
    ),
    ...section(
      'Cases',
      incident.cases.map(({ key, title }) => `- ${asText(`${key} ${title}`)}`),
    ),
    ...section(
      'Timeline',
      table(
        ['Time', 'Who', 'What'],
        timeline.map(({ time: at, by, text }) => [time(at), asText(by.name), asText(text)]),
      ),
    ),
    ...section(
      'To-dos',
      todos.map(({ body }) => `- [${body.completed === null ? ' ' : 'x'}] ${asText([body.content, ...body.assignees].join(' '))}`),
    ),
    ...section(
      'Links',
      attachments.map(({ body }) => `- ${asText(body.title)}: <${new URL(body.url).href}>`),
    ),
    ...section('Why it happened', ['_To be written._']),
    ...section('What will be better next time', ['_To be written._']),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}
