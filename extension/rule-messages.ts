import type { JsonObject } from '../shared/json.ts'
import type { Severity } from '../shared/severity.ts'

// What the explorer asks about detection rules. Times are ms UTC.

export interface RuleRow {
  id: string
  version: number
  name: string
  type: string
  method: string
  /** Of its worst case; null where a rule has none. */
  severity: Severity | null
  enabled: boolean
  isDefault: boolean
  /** Made of a rule in another form, such as Sigma. */
  imported: boolean
  /** Where its logs come from, as its tag `source:` says. */
  source: string | null
  tags: string[]
  updatedAt: number
}

/** What has become of a rule's signals. */
export interface RuleNoise {
  week: number
  month: number
  total: number
  /** Of the archived ones, 0 to 1; null where none is archived. */
  falsePositives: number | null
  last: number | null
  lastTruePositive: number | null
  /** Signals that suppressions and its own filters kept away. */
  hidden: number
}

export interface RuleDetails {
  row: RuleRow
  /** Markdown of its author. */
  message: string
  queries: { name: string; query: string; aggregation: string; of: string[]; groupBy: string[]; rule: string | null }[]
  cases: { name: string; severity: Severity; condition: string }[]
  filters: { action: string; query: string }[]
  options: JsonObject
  tests: { name: string; logs: number; expects: string[] }[]
  createdAt: number
  author: string
  updatedBy: string
  /** What a person may change of it, as JSON. */
  source: string
}

export interface RuleTestResult {
  name: string
  passed: boolean
  missing: string[]
  unexpected: string[]
}

export interface Backtest {
  logs: number
  signals: number
  severities: Partial<Record<Severity, number>>
  hidden: { signals: number; logs: number }
  late: number
  from: number
  to: number
  took_ms: number
  /** Why it ended before the last log, and how far it came. */
  cut: { by: 'time' | 'signals'; at: number } | null
  first: { id: string; title: string; severity: Severity; group: string; first_seen: number; last_seen: number; events: number }[]
}

export interface RuleVersion {
  version: number
  at: number
  by: string
  changes: { field: string; before: string; after: string }[]
}

export interface SuppressionRow {
  id: string
  name: string
  enabled: boolean
  reason: string
  by: string
  rules: string
  hides: string
  leavesOut: string
  start: number | null
  end: number | null
  hidden: { signals: number; logs: number; last: number | null }
}

/** Who may change a rule, as Datadog names them: `role:<id>`, `user:<id>`, `org:<id>` for everybody. Without editors, whoever may write rules. */
export interface RuleAccess {
  editors: string[]
  viewers: string[]
}

/** What became of one rule of a file, or would become of it. */
export interface ImportedRule {
  file: string
  line: number
  title: string
  outcome: 'imported' | 'imported_with_loss' | 'refused'
  /** `created`, `updated`, `unchanged`, or `kept` as a person had changed it since; empty where it was refused. */
  change: string
  /** What the rule does not mean as it did. */
  losses: string[]
  /** Why there is none. */
  problem: string
  id: string | null
}
export interface ImportReport {
  rules: ImportedRule[]
}
export interface RuleFile {
  path: string
  text: string
}

export interface RuleProtocol {
  rules: [object, { rows: RuleRow[] }]
  ruleNoise: [object, { noise: Record<string, RuleNoise> }]
  rule: [{ id: string }, RuleDetails]
  /** Whether the daemon would take it; `source` is JSON. */
  checkRule: [{ source: string }, object]
  /** Without an id a new one. */
  saveRule: [{ source: string; id?: string; version?: number }, RuleRow]
  switchRule: [{ id: string; version: number; on: boolean }, RuleRow]
  deleteRule: [{ id: string }, object]
  testRule: [{ id: string }, { results: RuleTestResult[] }]
  /** `from` such as `now-7d`. */
  backtest: [{ id: string; from: string }, Backtest]
  ruleVersions: [{ id: string }, { versions: RuleVersion[] }]
  restoreRule: [{ id: string; version: number }, RuleRow]
  ruleSuppressions: [{ id: string }, { suppressions: SuppressionRow[] }]
  ruleAccess: [{ id: string }, RuleAccess]
  /** `before` is what was there when the change began; `leavesOut`: also where whoever asks is not among the editors any more. */
  setRuleAccess: [{ id: string; before: RuleAccess; after: RuleAccess; leavesOut: boolean }, RuleAccess]
  /** Sigma rules as files, or an archive of them in base64. A dry run says what would become of each and changes nothing. */
  importRules: [{ files: RuleFile[]; archive?: string; dryRun: boolean }, ImportReport]
}
