import { get, type JsonObject } from '../../shared/json.ts'
import type { Protocol } from '../messages.ts'
import type { RuleProtocol, RuleRow } from '../rule-messages.ts'
import type { Daemon } from './daemon.ts'
import { fromBase64 } from './files.ts'
import { count, objects } from './read.ts'
import {
  toBacktest,
  toCountsByRule,
  toImportReport,
  toNoise,
  toRefusedReport,
  toRuleAccess,
  toRuleDetails,
  toRuleRow,
  toSuppressions,
  toTestResults,
  toVersions,
} from './rule-wire.ts'
import { Refused } from './send.ts'
import { unlessStale } from './unchanged.ts'

type Asked<T extends keyof RuleProtocol> = Protocol[T][0]
export type Rules = { [T in keyof RuleProtocol]: (asked: Asked<T>) => Promise<Protocol[T][1]> }

const base = '/api/v2/security_monitoring/rules'
const suppressions = '/api/v2/security_monitoring/configuration/suppressions'
const policyOf = (rule: string) => `/api/v2/restriction_policy/security-rule:${rule}`
/** Rules of a page, and pages asked for at once. */
const perPage = 100
const abreast = 4
/** A back-test ends before the browser ends a worker for waiting, which it does after 30 s. */
const seconds = { backtest: 20, answer: 28 }

const readSource = (source: string): JsonObject => {
  try {
    return JSON.parse(source) as JsonObject
  } catch (error) {
    throw new Refused(400, `This is not JSON: ${(error as Error).message}`)
  }
}

/** What the explorer asks about rules. Every function throws `Refused` or `Unanswered`. */
export function createRules({ request }: Pick<Daemon, 'request'>): Rules {
  const read = (path: string) => request('GET', path)
  const write = (method: string, path: string, body?: JsonObject) => request(method, path, body, crypto.randomUUID())
  const accessOf = async (rule: string) => toRuleAccess(await read(policyOf(rule)))

  const page = (number: number) => read(`${base}?sort=name&page[size]=${perPage}&page[number]=${number}`)
  async function rules(): Promise<{ rows: RuleRow[] }> {
    const first = await page(0)
    const pages = Math.ceil(count(get(first, 'meta', 'page', 'total_filtered_count')) / perPage)
    const found = [first]
    for (let from = 1; from < pages; from += abreast)
      found.push(...(await Promise.all(Array.from({ length: Math.min(abreast, pages - from) }, (_, i) => page(from + i)))))
    return { rows: found.flatMap(({ data }) => objects(data).map(toRuleRow)) }
  }
  const madeSince = async (from: string) => {
    const group_by = [{ facet: '@workflow.rule.id', limit: 10_000 }]
    const asked = { track: 'signals', query: '', from, to: 'now', limit: 0, compute: [{ aggregation: 'count' }], group_by }
    return toCountsByRule(await request('POST', '/api/local/explorer', asked))
  }

  return {
    rules,
    async ruleNoise() {
      const [statistics, week, month] = await Promise.all([read('/api/local/rules/statistics'), madeSince('now-7d'), madeSince('now-30d')])
      return { noise: toNoise(statistics['data'], week, month) }
    },
    rule: async ({ id }) => toRuleDetails(await read(`${base}/${id}`)),
    checkRule: ({ source }) => request('POST', `${base}/validation`, readSource(source)),
    async saveRule({ source, id, version }) {
      const rule = readSource(source)
      if (id === undefined) return toRuleRow(await write('POST', base, rule))
      return toRuleRow(await write('PUT', `${base}/${id}`, { ...rule, ...(version !== undefined && { version }) }))
    },
    switchRule: async ({ id, version, on }) => toRuleRow(await write('PUT', `${base}/${id}`, { isEnabled: on, version })),
    deleteRule: ({ id }) => write('DELETE', `${base}/${id}`),
    async testRule({ id }) {
      const { data } = await request('POST', `/api/local/rules/${id}/test`, {}, undefined, seconds.answer * 1_000)
      return { results: toTestResults(data) }
    },
    async backtest({ id, from }) {
      const attributes = { from, limit: 50, seconds: seconds.backtest }
      const body = { data: { type: 'backtest', attributes } }
      return toBacktest(await request('POST', `/api/local/rules/${id}/backtest`, body, undefined, seconds.answer * 1_000))
    },
    async ruleVersions({ id }) {
      return { versions: toVersions(await read(`${base}/${id}/version_history?page[size]=50`)) }
    },
    restoreRule: async ({ id, version }) => toRuleRow(await write('POST', `${base}/${id}/restore/${version}`)),
    async ruleSuppressions({ id }) {
      return { suppressions: toSuppressions((await read(`${suppressions}/rules/${id}`))['data']) }
    },
    ruleAccess: ({ id }) => accessOf(id),
    setRuleAccess({ id, before, after, leavesOut }) {
      const asset = { type: 'restriction_policy', id: `security-rule:${id}` }
      const { editors, viewers } = after
      const bindings = [
        { relation: 'editor', principals: editors },
        { relation: 'viewer', principals: viewers },
      ].filter(({ principals }) => principals.length > 0)
      const body = { data: { id: asset.id, type: 'restriction_policy', attributes: { bindings } } }
      return unlessStale(
        request,
        asset,
        before,
        async () => ({ stored: await accessOf(id), version: null }),
        async () =>
          toRuleAccess(
            // viewers alone are no policy: nobody is restricted
            editors.length === 0
              ? await write('DELETE', policyOf(id))
              : await write('POST', `${policyOf(id)}?allow_self_lockout=${leavesOut}`, body),
          ),
      )
    },
    async importRules({ files, archive, dryRun }) {
      const path = `/api/local/rules/import${dryRun ? '?dry_run=true' : ''}`
      const body = archive
        ? fromBase64(archive)
        : { data: { type: 'rule_import', attributes: { files: files.map(file => ({ ...file })) } } }
      try {
        return toImportReport(await request('POST', path, body, crypto.randomUUID(), seconds.answer * 1_000))
      } catch (error) {
        // that nothing could be taken is a report too
        if (error instanceof Refused && error.status === 400 && error.problems.some(({ field }) => /:\d+$/.test(field)))
          return toRefusedReport(error.problems)
        throw error
      }
    },
  }
}
