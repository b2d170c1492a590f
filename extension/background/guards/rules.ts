import type { RuleAccess, RuleProtocol } from '../../rule-messages.ts'
import { flag, type GuardsOf, list, shape, text } from '../guard.ts'
import { file, id, nothing, version } from './parts.ts'

const ruleSource = text(500_000)
const principals = list(
  text(200, name => /^(?:role|user|org):[\w-]+$/.test(name)),
  0,
  100,
)
const ruleAccess = shape<RuleAccess>({ editors: principals, viewers: principals })

export const ruleGuards: GuardsOf<RuleProtocol> = {
  rules: nothing,
  ruleNoise: nothing,
  rule: shape({ id }),
  checkRule: shape({ source: ruleSource }),
  saveRule: shape({ source: ruleSource }, { id, version }),
  switchRule: shape({ id, version, on: flag }),
  deleteRule: shape({ id }),
  testRule: shape({ id }),
  backtest: shape({ id, from: text(20, from => /^(?:0|now-\d{1,4}[hd])$/.test(from)) }),
  ruleVersions: shape({ id }),
  restoreRule: shape({ id, version }),
  ruleSuppressions: shape({ id }),
  ruleAccess: shape({ id }),
  setRuleAccess: shape({ id, before: ruleAccess, after: ruleAccess, leavesOut: flag }),
  importRules: shape({ files: list(shape({ path: text(1024), text: text(2_000_000) }), 0, 10_000), dryRun: flag }, { archive: file }),
}
