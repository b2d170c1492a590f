import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { night } from '../../daemon/demo/night.ts'
import { readDefaultRules } from '../../daemon/detect/default-rules/index.ts'
import { createDetector } from '../../daemon/detect/detector.ts'
import { normalise } from '../../daemon/intake/normalise.ts'
import type { Json, JsonObject } from '../../shared/json.ts'
import type { Rule, RuleFile } from '../../shared/rule.ts'

const data = process.env['SIGNALBOX_REAL_DATA'] ?? '../shared/data'
const absent = !['panther', 'stratus', 'crs'].every(name => existsSync(join(data, name)))
if (absent)
  console.warn(`\n*** SKIPPED: panther, stratus or crs is not in ${data}. Set SIGNALBOX_REAL_DATA to the folder that holds them. ***\n`)

const now = Date.UTC(2025, 11, 31)
const files = new Map(readDefaultRules().map(rule => [rule.id, rule]))
const stored = (rule: RuleFile): Rule => ({
  ...rule,
  version: 1,
  seq: 0,
  createdAt: 0,
  updatedAt: 0,
  creationAuthor: '',
  updateAuthor: '',
  isDefault: true,
  isDeleted: false,
})
const all = [...files.values()].map(stored)

/** The signals that logs raise under these rules. */
function signalsOf(items: Json[], rules: Rule[]) {
  const detector = createDetector()
  detector.setRules(rules)
  const logs = items.map((item, i) => ({ ...normalise(item, { stream: 'live' }, { now, zone: 0 }), id: `log-${i}`, seq: i }))
  for (const log of logs.sort((a, b) => a.timestamp - b.timestamp)) detector.judge(log)
  return detector.takeChanges().signals.map(({ detection }) => detection)
}

// rule of panther → rule of ours
const panther: Record<string, string> = {
  okta_account_support_access: 'okta-support-access-granted',
  okta_admin_disabled_mfa: 'okta-mfa-policy-deactivated',
  okta_admin_role_assigned: 'okta-admin-role-assigned',
  okta_anonymizing_vpn_login: 'okta-login-through-proxy',
  okta_api_key_created: 'okta-api-token-created',
  okta_api_key_revoked: 'okta-api-token-revoked',
  okta_app_refresh_access_token_reuse: 'okta-refresh-token-reused',
  okta_app_unauthorized_access_attempt: 'okta-app-access-denied',
  okta_group_admin_role_assigned: 'okta-group-admin-role-assigned',
  okta_idp_create_modify: 'okta-identity-provider-changed',
  okta_idp_signin: 'okta-identity-provider-login',
  okta_new_behavior_accessing_admin_console: 'okta-admin-console-new-behavior',
  okta_org2org_creation_modification: 'okta-org2org-changed',
  okta_password_extraction_via_scim: 'okta-passwords-pushed-by-scim',
  okta_phishing_attempt_blocked_by_fastpass: 'okta-fastpass-stopped-phishing',
  okta_rate_limits: 'okta-rate-limit-violated',
  okta_support_reset: 'okta-reset-by-support',
  okta_threatinsight_security_threat_detected: 'okta-threat-insight',
  okta_user_account_locked: 'okta-account-locked',
  okta_user_mfa_factor_suspend: 'okta-mfa-factor-suspended',
  okta_user_mfa_reset: 'okta-mfa-factor-removed',
  okta_user_mfa_reset_all: 'okta-mfa-factors-reset',
  okta_user_reported_suspicious_activity: 'okta-user-reported-activity',
  github_advanced_security_change: 'github-advanced-security-disabled',
  github_branch_policy_override: 'github-branch-protection-overridden',
  github_branch_protection_disabled: 'github-branch-protection-removed',
  github_org_auth_modified: 'github-organisation-login-changed',
  github_org_ip_allowlist: 'github-ip-allow-list-changed',
  github_org_moderators_add: 'github-moderator-added',
  github_org_modified: 'github-member-changed',
  github_organization_app_integration_installed: 'github-app-installed',
  github_public_repository_created: 'github-public-repository-created',
  github_pull_request_target_usage: 'github-pull-request-target',
  github_repo_archived: 'github-repository-archived',
  github_repo_collaborator_change: 'github-collaborator-changed',
  github_repo_hook_modified: 'github-webhook-changed',
  github_repo_ruleset_modified: 'github-ruleset-changed',
  github_repo_visibility_change: 'github-visibility-changed',
  github_repo_vulnerability_dismissed: 'github-vulnerability-dismissed',
  github_repository_transfer: 'github-repository-transferred',
  github_secret_scanning_alert_created: 'github-secret-found',
  github_shai_hulud_repo_created: 'github-shai-hulud-repository',
  github_supply_chain_suspicious_user_agents: 'github-package-manager-agent',
  github_team_modified: 'github-team-changed',
  github_user_access_key_created: 'github-key-added',
  github_user_role_updated: 'github-role-changed',
  github_webhook_modified: 'github-webhook-changed',
  github_workflow_dispatch_by_github_bot: 'github-workflow-started-by-bot',
  github_workflow_permission_modified: 'github-workflow-permissions-changed',
  github_workflow_skip_commits: 'github-checks-skipped',
}

interface Labelled {
  Name: string
  ExpectedResult: boolean
  Log: JsonObject
}

describe.skipIf(absent)('labelled events of Okta and GitHub', () => {
  const cases = absent
    ? []
    : Object.entries(panther).flatMap(([theirs, ours]) => {
        const source = theirs.slice(0, theirs.indexOf('_'))
        const { Tests: tests } = parse(readFileSync(join(data, `panther/rules/${source}_rules/${theirs}.yml`), 'utf8')) as {
          Tests: Labelled[]
        }
        return tests.map(({ Name: name, ExpectedResult: expected, Log: event }) => ({
          ours,
          name,
          expected,
          log: { ddsource: source, ...event },
        }))
      })

  test('50 rules, 162 events', () => {
    expect(Object.keys(panther)).toHaveLength(50)
    expect(cases).toHaveLength(162)
  })
  test.each(cases)('$ours: $name: $expected', ({ ours, expected, log }) => {
    expect(signalsOf([log], [stored(files.get(`default-${ours}`)!)]).length > 0).toBe(expected)
  })
})

describe.skipIf(absent)('AWS attack techniques in CloudTrail', () => {
  const folder = join(data, 'stratus/docs/detonation-logs')
  const techniques: Record<string, [rule: string, tactic: string, technique: string]> = {
    'aws.credential-access.ec2-get-password-data': ['aws-windows-passwords-read', 'credential-access', 'T1552'],
    'aws.discovery.ec2-download-user-data': ['aws-user-data-read', 'discovery', 'T1580'],
    'aws.execution.ec2-launch-unusual-instances': ['aws-gpu-instances-started', 'execution', 'T1578'],
    'aws.execution.ec2-user-data': ['aws-user-data-changed', 'execution', 'T1059'],
    'aws.impact.bedrock-invoke-model': ['aws-bedrock-model-enabled', 'impact', 'T1496'],
    'aws.initial-access.console-login-without-mfa': ['aws-console-login-without-mfa', 'initial-access', 'T1078'],
    'aws.lateral-movement.ec2-serial-console-send-ssh-public-key': ['aws-serial-console-key', 'lateral-movement', 'T1021'],
    'aws.persistence.iam-backdoor-user': ['aws-access-key-created', 'persistence', 'T1098'],
    'aws.persistence.lambda-overwrite-code': ['aws-lambda-code-changed', 'persistence', 'T1546'],
    'aws.persistence.rolesanywhere-create-trust-anchor': ['aws-roles-anywhere-trust-anchor', 'persistence', 'T1098'],
    'aws.persistence.sts-federation-token': ['aws-federation-token', 'persistence', 'T1078'],
    'aws.privilege-escalation.iam-update-user-login-profile': ['aws-login-profile-changed', 'privilege-escalation', 'T1098'],
  }
  const names = absent ? [] : readdirSync(folder).map(name => name.replace(/\.json$/, ''))
  test('twelve files, each with its rule', () => expect(names).toEqual(Object.keys(techniques).sort()))

  test.each(names)('%s', name => {
    const [rule, tactic, technique] = techniques[name]!
    const events = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as JsonObject[]
    const tagged = all.filter(({ id }) => id === `default-${rule}`)
    expect(tagged[0]!.tags).toEqual(
      expect.arrayContaining([expect.stringMatching(`^tactic:TA\\d{4}-${tactic}$`), expect.stringMatching(`^technique:${technique}-`)]),
    )
    // with its source named by the sender, and known by its form
    expect(
      signalsOf(
        events.map(event => ({ ddsource: 'cloudtrail', ...event })),
        tagged,
      ).length,
    ).toBeGreaterThan(0)
    expect(signalsOf(events, all).map(({ title }) => title.split(' - ')[0])).toContain(tagged[0]!.name)
  })
})

interface Request {
  method?: string
  uri?: string
  data?: string
  headers?: Record<string, string>
}
interface RequestTest {
  stages: { input: Request; output?: { log?: { expect_ids?: number[] } } }[]
}

const escaped = (text: string, characters: RegExp, mark: string) =>
  text.replace(characters, found => [...Buffer.from(found)].map(byte => mark + byte.toString(16).toUpperCase().padStart(2, '0')).join(''))

/** The request as nginx writes it down. A body, which no access log has, is taken for a query, as if a form had been sent by GET. */
function accessLine({ method = 'GET', uri = '/', data, headers = {} }: Request, client: string): string {
  const header = (name: string) => {
    const value = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1]
    return value === undefined ? '-' : escaped(String(value), /["\\\x00-\x1f\x7f-\uffff]/g, '\\x')
  }
  const whole = data === undefined ? uri : `${uri}${uri.includes('?') ? '&' : '?'}${data}`
  const url = escaped(whole, /[\s"\\\x00-\x1f\x7f-\uffff]/g, '%')
  return `${client} - - [10/Dec/2024:06:00:00 +0000] "${method} ${url} HTTP/1.1" 200 512 "${header('referer')}" "${header('user-agent')}"`
}

describe.skipIf(absent)('attacks on web servers in access logs', () => {
  const requests = (folder: string) => {
    const path = join(data, 'crs/tests/regression/tests', folder)
    return readdirSync(path)
      .flatMap(name => (parse(readFileSync(join(path, name), 'utf8')) as { tests: RequestTest[] }).tests)
      .flatMap(({ stages }) => stages)
      .filter(({ output }) => output?.log?.expect_ids?.length)
      .map(({ input }) => input)
  }
  const web = (id: string) => all.filter(rule => rule.id === `default-web-${id}` || rule.id === 'default-web-injection-hints')

  // all of them, those too whose attack stands in a cookie or a header that no access log has
  test.each([
    ['XSS', 'REQUEST-941-APPLICATION-ATTACK-XSS', 'xss', 207, 0.9],
    ['SQL injection', 'REQUEST-942-APPLICATION-ATTACK-SQLI', 'sql-injection', 868, 0.97],
  ] as const)('%s: at least 90 %% raise a signal', (_, folder, id, count, share) => {
    const attacks = requests(folder)
    expect(attacks).toHaveLength(count)
    const rules = web(id)
    const clients = attacks.map((_, i) => `198.18.${i >> 8}.${i & 255}`)
    const signals = signalsOf(
      attacks.map((input, i) => accessLine(input, clients[i]!)),
      rules,
    )
    const raised = new Set(signals.map(({ group }) => Object.values(group)[0]))
    expect(raised.size / count).toBeGreaterThanOrEqual(share)
  })

  test('the ordinary access log of the demonstration: none', () => {
    const items = night(now)
      .ordinary.map(({ text, sender }) => ({ message: text, ...sender }) as Json)
      .filter(
        item =>
          (normalise(item, { stream: 'live' }, { now, zone: 0 }).attributes['evt'] as JsonObject | undefined)?.['name'] === 'http_request',
      )
    expect(items.length).toBeGreaterThan(1000)
    const rules = all.filter(rule => rule.id.startsWith('default-web-'))
    expect(signalsOf(items, rules)).toEqual([])
  })
})
