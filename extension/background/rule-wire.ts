import { get, isObject, type Json, type JsonObject } from '../../shared/json.ts'
import { isSeverity, rank, type Severity, severities } from '../../shared/severity.ts'
import type { Problem } from '../messages.ts'
import type {
  Backtest,
  ImportedRule,
  ImportReport,
  RuleAccess,
  RuleDetails,
  RuleNoise,
  RuleRow,
  RuleTestResult,
  RuleVersion,
  SuppressionRow,
} from '../rule-messages.ts'
import { count, object, objects, text, texts } from './read.ts'

// The daemon's documents about rules into what the explorer shows. A value of the wrong type is left out, not shown.

/** What the daemon says of a rule that a person cannot change. */
const readOnly = new Set(
  'id version createdAt creationAuthorId updatedAt updateAuthorId isDefault isDeleted isPartner isDeprecated x_local'.split(' '),
)

const toSeverity = (value: Json | undefined): Severity => (isSeverity(value) ? value : 'info')
const time = (value: Json | undefined): number | null => (typeof value === 'number' ? value : null)

/** Cases of a rule; those of a third party's alerts have a query where others have a condition. */
function casesOf(rule: JsonObject): RuleDetails['cases'] {
  const thirdParty = get(rule, 'options', 'thirdPartyRuleOptions')
  const own = isObject(thirdParty)
    ? [...objects(rule['thirdPartyCases']), { status: thirdParty['defaultStatus'] ?? 'info' }]
    : rule['cases']
  return objects(own).map(one => ({
    name: text(one['name']),
    severity: toSeverity(one['status']),
    condition: text(one['condition']) || text(one['query']),
  }))
}

export function toRuleRow(rule: JsonObject): RuleRow {
  const tags = texts(rule['tags'])
  const tagged = (key: string) => tags.find(tag => tag.startsWith(key))?.slice(key.length) ?? null
  const worst = casesOf(rule).sort((a, b) => rank(b.severity) - rank(a.severity))[0]
  return {
    id: text(rule['id']),
    version: count(rule['version']),
    name: text(rule['name']) || 'Unnamed rule',
    type: text(rule['type']),
    method: text(get(rule, 'options', 'detectionMethod')),
    severity: worst?.severity ?? null,
    enabled: rule['isEnabled'] === true,
    isDefault: rule['isDefault'] === true,
    imported: get(rule, 'x_local', 'imported') !== undefined,
    source: tagged('source:'),
    tags,
    updatedAt: count(rule['updatedAt']),
  }
}

export function toRuleDetails(rule: JsonObject): RuleDetails {
  const roots = get(rule, 'options', 'thirdPartyRuleOptions', 'rootQueries')
  const payload = Object.fromEntries(Object.entries(rule).filter(([key]) => !readOnly.has(key)))
  return {
    row: toRuleRow(rule),
    message: text(rule['message']),
    queries: objects(roots ?? rule['queries']).map(query => ({
      name: text(query['name']),
      query: text(query['query']),
      aggregation: text(query['aggregation']),
      of: [...texts(query['distinctFields']), ...texts(query['metrics']), ...texts(query['metric'])],
      groupBy: [...texts(query['groupByFields']), ...texts(query['correlatedByFields'])],
      rule: text(query['ruleId']) || null,
    })),
    cases: casesOf(rule),
    filters: objects(rule['filters']).map(({ action, query }) => ({ action: text(action), query: text(query) })),
    options: object(rule['options']),
    tests: objects(rule['tests']).map(one => ({
      name: text(one['name']),
      logs: Array.isArray(one['logs']) ? one['logs'].length : 0,
      expects: objects(one['signals']).map(({ status, group }) => (text(group) ? `${text(status)} for ${text(group)}` : text(status))),
    })),
    createdAt: count(rule['createdAt']),
    author: text(get(rule, 'x_local', 'creationAuthor')),
    updatedBy: text(get(rule, 'x_local', 'updateAuthor')),
    source: JSON.stringify(payload, null, 2),
  }
}

/** Signals a rule made, from an answer that was grouped by the rule's id. */
export function toCountsByRule(answer: JsonObject): Map<string, number> {
  const buckets = objects(get(answer, 'meta', 'buckets'))
  return new Map(buckets.map(bucket => [text(object(bucket['by'])['@workflow.rule.id']), count(object(bucket['computes'])['c0'])]))
}

/** `GET /api/local/rules/statistics`, and how many signals each rule made in the last 7 and 30 days. */
export function toNoise(statistics: Json | undefined, week: Map<string, number>, month: Map<string, number>): Record<string, RuleNoise> {
  const rows = objects(statistics).map(({ id, attributes }): [string, RuleNoise] => {
    const said = object(attributes)
    return [
      text(id),
      {
        week: week.get(text(id)) ?? 0,
        month: month.get(text(id)) ?? 0,
        total: count(get(said, 'signals', 'total')),
        falsePositives: time(said['false_positive_share']),
        last: time(said['last_signal']),
        lastTruePositive: time(said['last_true_positive']),
        hidden: count(get(said, 'hidden', 'signals')),
      },
    ]
  })
  return Object.fromEntries(rows)
}

export const toTestResults = (data: Json | undefined): RuleTestResult[] =>
  objects(data).map(({ attributes }) => {
    const { name, passed, missing, unexpected } = object(attributes)
    return { name: text(name), passed: passed === true, missing: texts(missing), unexpected: texts(unexpected) }
  })

export function toBacktest(answer: JsonObject): Backtest {
  const meta = object(answer['meta'])
  const counts = object(meta['severities'])
  const cut = object(meta['cut'])
  return {
    logs: count(meta['logs']),
    signals: count(meta['signals']),
    severities: Object.fromEntries(severities.filter(one => count(counts[one]) > 0).map(one => [one, count(counts[one])])),
    hidden: { signals: count(get(meta, 'hidden', 'signals')), logs: count(get(meta, 'hidden', 'logs')) },
    late: count(meta['late']),
    from: count(meta['from']),
    to: count(meta['to']),
    took_ms: count(meta['took_ms']),
    cut: isObject(meta['cut']) ? { by: cut['by'] === 'signals' ? 'signals' : 'time', at: count(cut['at']) } : null,
    first: objects(answer['data']).map(({ id, attributes }) => {
      const said = object(attributes)
      return {
        id: text(id),
        title: text(said['title']),
        severity: toSeverity(said['severity']),
        group: Object.values(object(said['group'])).map(text).join(', '),
        first_seen: count(said['first_seen']),
        last_seen: count(said['last_seen']),
        events: count(said['events_matched']),
      }
    }),
  }
}

/** Versions of `GET …/version_history`, newest first. */
export function toVersions(answer: JsonObject): RuleVersion[] {
  const versions = Object.entries(object(get(answer, 'data', 'attributes', 'data')))
  return versions
    .map(([version, said]) => ({
      version: Number(version) || 0,
      at: count(get(object(said), 'rule', 'updatedAt')),
      by: text(get(object(said), 'rule', 'x_local', 'updateAuthor')),
      changes: objects(object(said)['changes']).map(change => ({
        field: text(change['field']),
        before: text(get(change, 'x_local', 'before')),
        after: text(change['change']),
      })),
    }))
    .sort((a, b) => b.version - a.version)
}

export const toSuppressions = (data: Json | undefined): SuppressionRow[] =>
  objects(data).map(({ id, attributes }) => {
    const said = object(attributes)
    const hidden = object(get(said, 'x_local', 'hidden'))
    return {
      id: text(id),
      name: text(said['name']),
      enabled: said['enabled'] === true,
      reason: text(said['reason']),
      by: text(get(said, 'creator', 'name')) || text(get(said, 'creator', 'handle')),
      rules: text(said['rule_query']),
      hides: text(said['suppression_query']),
      leavesOut: text(said['data_exclusion_query']),
      start: time(said['start_date']),
      end: time(said['expiration_date']),
      hidden: { signals: count(hidden['signals']), logs: count(hidden['logs']), last: time(hidden['last']) },
    }
  })

const outcomes = ['imported', 'imported_with_loss', 'refused'] as const

export function toImportReport(answer: JsonObject): ImportReport {
  const rules = objects(get(answer, 'data', 'attributes', 'rules')).map((said): ImportedRule => {
    const problem = object(said['problem'])
    return {
      file: text(said['file']),
      line: count(said['line']),
      title: text(said['title']),
      outcome: outcomes.find(one => one === said['outcome']) ?? 'refused',
      change: text(said['change']),
      losses: texts(said['losses']),
      problem: [text(problem['field']), text(problem['message'])].filter(Boolean).join(': '),
      id: text(said['id']) || null,
    }
  })
  return { rules }
}

/** An import of which nothing could be taken: the refusal names each rule as `file:line`. */
export const toRefusedReport = (problems: readonly Problem[]): ImportReport => ({
  rules: problems.map(({ field, message }) => {
    const [, file = field, line = '1'] = /^(.*):(\d+)$/s.exec(field) ?? []
    return { file, line: Number(line), title: '', outcome: 'refused', change: '', losses: [], problem: message, id: null }
  }),
})

export function toRuleAccess(policy: JsonObject): RuleAccess {
  const bindings = objects(get(policy, 'data', 'attributes', 'bindings'))
  const named = (relation: string) =>
    bindings.flatMap(binding => (binding['relation'] === relation ? texts(binding['principals']) : [])).sort()
  return { editors: named('editor'), viewers: named('viewer') }
}
