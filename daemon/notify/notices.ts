import type { Notice, NoticeSignal, Piece, Why } from '../../shared/notice.ts'
import type { NotificationRule } from '../../shared/notification.ts'
import { rank, type Severity } from '../../shared/severity.ts'
import type { Signal } from '../../shared/signal.ts'
import { inLines, onOneLine, written } from './render.ts'

/** What is said where a rule has no words of its own. */
export const usualTitle = '[{{status}}] {{title}}'
export const usualMessage = `{{message}}

Rule: {{rule_name}}{{#if case_name}} ({{case_name}}){{/if}}
Logs: {{events_matched}}, the first {{first_seen}}, the last {{last_seen}}
{{#if entities}}About: {{entities}}
{{/if}}Signal: {{signal_id}}`

/** Signals of one notice that are told of one by one. */
const mostSignals = 50
const mostNames = 20
const longestName = 300

const few = (texts: readonly string[]) => texts.slice(0, mostNames).map(text => text.slice(0, longestName))

const signalOf = ({ id, timestamp, detection: d }: Signal): NoticeSignal => ({
  id,
  title: onOneLine(d.title).slice(0, longestName),
  severity: d.severity,
  rule: { id: d.rule.id, name: d.rule.name.slice(0, longestName), type: d.rule.type },
  timestamp,
  first_seen: d.first_seen,
  last_seen: d.last_seen,
  events_matched: d.events_matched,
  entities: few(d.entities),
  services: few(d.services),
  tags: few(d.tags),
})

type Words = Pick<NotificationRule, 'x_local'>

/** What a rule says of one signal. */
export function noticeOf(rule: (Words & { id: string; name: string }) | null, signal: Signal, why: Why, time: number): Notice {
  const { title = '', message = '' } = rule?.x_local ?? {}
  const before: Partial<Record<Why, Piece[]>> = { raised: [{ own: 'More severe: ' }], test: [{ own: 'Test: ' }] }
  return {
    why,
    rule: rule && { id: rule.id, name: rule.name },
    severity: signal.detection.severity,
    title: [...(before[why] ?? []), ...written(title || usualTitle, signal)],
    text: written(message || usualMessage, signal),
    signals: [signalOf(signal)],
    more: 0,
    time,
  }
}

/** What a step of a workflow says, about its signal or about none. Logs may have had their say in all of it. */
export function noticeOfStep(
  { title, message, severity }: { title: string; message: string; severity?: Severity | undefined },
  workflow: { id: string; name: string },
  signal: Signal | undefined,
  time: number,
): Notice {
  return {
    ...{ why: 'workflow', rule: null, workflow, severity: severity ?? signal?.detection.severity ?? 'info' },
    ...{ title: [{ given: onOneLine(title) }], text: message === '' ? [] : [{ given: inLines(message) }] },
    ...{ signals: signal ? [signalOf(signal)] : [], more: 0, time },
  }
}

/** A notice with a further signal, or with what has become of one of its own. More than one are told of in lines. */
export function withSignal(notice: Notice, signal: Signal): Notice {
  const known = notice.signals.some(({ id }) => id === signal.id)
  const isFull = !known && notice.signals.length >= mostSignals
  const signals = known
    ? notice.signals.map(one => (one.id === signal.id ? signalOf(signal) : one))
    : isFull
      ? notice.signals
      : [...notice.signals, signalOf(signal)]
  const more = notice.more + (isFull ? 1 : 0)
  const all = [...signals.map(({ severity }) => severity), ...(isFull ? [signal.detection.severity] : []), notice.severity]
  const severity = all.reduce((worst, one) => (rank(one) > rank(worst) ? one : worst))
  const lines = signals.flatMap(({ severity, title, id }): Piece[] => [{ own: `[${severity}] ` }, { given: title }, { own: ` · ${id}\n` }])
  return {
    ...notice,
    severity,
    title: [{ own: `[${severity}] ${signals.length + more} signals: ` }, { given: notice.rule?.name ?? '' }],
    text: more === 0 ? lines : [...lines, { own: `and ${more} more` }],
    signals,
    more,
  }
}
