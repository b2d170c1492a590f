import type { Doc } from '../../shared/log.ts'
import { otherRuleTypes, ownRuleTypes } from '../../shared/notice.ts'
import { type NotificationRule, NotificationRulePayload } from '../../shared/notification.ts'
import { QueryError } from '../../shared/query/ast.ts'
import { toPredicate } from '../../shared/query/match.ts'
import { parse } from '../../shared/query/parse.ts'
import type { Signal } from '../../shared/signal.ts'
import { signalDoc } from '../engine/docs.ts'
import type { Problem } from '../lib/errors.ts'
import { problemsOf, Refusal } from '../lib/errors.ts'
import { readTarget, targetForms } from './targets.ts'
import { readTemplate, TemplateError } from './template.ts'

/** Whether a rule tells of a signal as it is now. Throws what the query throws. */
export function toMatch({ selectors }: Pick<NotificationRulePayload, 'selectors'>): (signal: Signal, doc?: () => Doc) => boolean {
  const { trigger_source, rule_types, severities, query } = selectors
  if (trigger_source !== 'security_signals') return () => false
  const keep = query.trim() === '' ? undefined : toPredicate(parse(query))
  return (signal, doc = () => signalDoc(signal)) =>
    (severities.length === 0 || severities.includes(signal.detection.severity)) &&
    (rule_types.length === 0 || (rule_types as string[]).includes(signal.detection.rule.type)) &&
    (!keep || keep(doc()))
}

const at = 'data.attributes'

/** Check what somebody wrote as a notification rule. Throws a Refusal (400) with every problem by its field. */
export function checkNotificationRule(payload: unknown): NotificationRulePayload {
  const result = NotificationRulePayload.safeParse(payload)
  const problems = result.success ? problemsIn(result.data) : problemsOf(result.error.issues, ['data', 'attributes'])
  if (result.success && problems.length === 0) return { ...result.data, targets: [...new Set(result.data.targets)] }
  throw new Refusal(400, 'invalid_notification_rule', `Invalid notification rule: ${problems[0]!.field} ${problems[0]!.message}`, {
    problems,
  })
}

function problemsIn({ selectors, targets, x_local }: NotificationRulePayload): Problem[] {
  const problems: Problem[] = []
  const attempt = (field: string, work: () => unknown) => {
    try {
      work()
    } catch (error) {
      if (!(error instanceof QueryError || error instanceof TemplateError)) throw error
      problems.push({ field: `${at}.${field}`, message: error.message, ...(error.at && { at: error.at }) })
    }
  }
  attempt('selectors.query', () => toMatch({ selectors }))
  for (const [i, target] of targets.entries())
    if (!readTarget(target)) problems.push({ field: `${at}.targets.${i}`, message: `must be one of ${targetForms()}` })
  attempt('x_local.title', () => readTemplate(x_local.title))
  attempt('x_local.message', () => readTemplate(x_local.message))
  return problems
}

/** Why a rule that is right tells nobody, or not all whom it names. `silent`: why a target is told nothing, where that is so. */
export function doubtsAbout(
  { selectors, targets }: NotificationRule,
  silent: (target: string) => string | undefined,
): { field: string; message: string }[] {
  const { trigger_source, rule_types } = selectors
  const doubts = targets.flatMap((text, i) => {
    const why = silent(text)
    return why === undefined ? [] : [{ field: `targets.${i}`, message: `${text} is told nothing: ${why}` }]
  })
  if (trigger_source === 'security_findings') doubts.push({ field: 'selectors.trigger_source', message: 'there are no findings here' })
  const foreign = rule_types.filter(type => (otherRuleTypes as readonly string[]).includes(type))
  if (foreign.length > 0 && foreign.length === rule_types.length)
    doubts.push({ field: 'selectors.rule_types', message: `there are signals of ${ownRuleTypes.join(', ')} here, and of no other type` })
  return doubts
}
