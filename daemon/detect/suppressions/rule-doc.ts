import type { Doc } from '../../../shared/log.ts'
import { casesOf, type Rule, type RulePayload } from '../../../shared/rule.ts'
import { rank } from '../../../shared/severity.ts'

/**
 * A rule as a suppression's `rule_query` sees it: its tags, and beside them `type:`, `ruleId:`, `name:` and a `severity:` for each case. `status:`
 * is the highest of these, and bare words are looked for in the name.
 */
export function ruleDoc(rule: RulePayload & Partial<Pick<Rule, 'id'>>): Doc {
  const severities = [...new Set(casesOf(rule).map(({ status }) => status))].sort((a, b) => rank(b) - rank(a))
  return {
    timestamp: 0,
    message: rule.name,
    status: severities[0]!,
    tags: [
      ...rule.tags,
      `type:${rule.type}`,
      `name:${rule.name}`,
      ...severities.map(severity => `severity:${severity}`),
      ...(rule.id === undefined ? [] : [`ruleId:${rule.id}`]),
    ],
    attributes: {},
  }
}
