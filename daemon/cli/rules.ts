import type { JsonObject } from '../../shared/json.ts'
import { allPages } from './all-pages.ts'
import type { Client } from './client.ts'
import { type Call, defineCommand, WrongUsage } from './command.ts'
import { Refused } from './refused.ts'
import { type FindFault, faultsIn, payloadOf, readEach, type Unread, type Written } from './rule-files.ts'
import { importSigma, isSigma } from './sigma.ts'
import { exitCodes } from './surroundings.ts'
import { table } from './table.ts'

export interface Rule extends JsonObject {
  id: string
  name: string
  isEnabled: boolean
  isDefault: boolean
  cases: { status: string }[]
}

const path = '/api/v2/security_monitoring/rules'
export const rulesOf = (client: Client) => allPages<Rule>(client, path)

/** `signalbox rules list`. */
export const rulesList = defineCommand({
  name: 'rules list',
  usage: '',
  does: 'List the detection rules',
  async run({ connect, show }) {
    const data = await rulesOf(connect())
    show({ data }, () =>
      table(
        ['Id', 'Name', 'Enabled', 'Severity', 'Comes with'],
        data.map(({ id, name, isEnabled, isDefault, cases }) => {
          const severities = [...new Set(cases.map(({ status }) => status))].join(', ')
          return [id, name, isEnabled ? 'yes' : 'no', severities, isDefault ? 'Signalbox' : '']
        }),
      ),
    )
  },
})

export interface Result {
  file: string
  ok: boolean
  problem?: string
  id?: string
  change?: 'created' | 'updated' | 'unchanged'
}

/** One rule after the other: what is wrong with one does not keep the others from their turn. */
export async function each(rules: readonly (Written | Unread)[], work: (written: Written) => Promise<Partial<Result>>): Promise<Result[]> {
  const results: Result[] = []
  for (const written of rules) {
    if ('problem' in written) {
      results.push({ file: written.at, ok: false, problem: written.problem })
      continue
    }
    try {
      results.push({ file: written.at, ok: true, ...(await work(written)) })
    } catch (error) {
      const problem = faultsIn(written, error)
      if (problem === undefined) throw error
      results.push({ file: written.at, ok: false, problem })
    }
  }
  return results
}

/** Whether the daemon would take them. */
const validate = (client: Client, rules: readonly (Written | Unread)[]) =>
  each(rules, async ({ rule }) => {
    await client.send('POST', `${path}/validation`, { json: payloadOf(rule) })
    return {}
  })

/** Show what became of each; the exit code. */
export function conclude(
  { show, tell }: Pick<Call, 'show' | 'tell'>,
  results: readonly Result[],
  sentence: (result: Result) => string,
): number {
  const good = results.filter(({ ok }) => ok)
  const rows = () => good.map(result => [result.file, sentence(result)])
  show({ data: results }, () => (good.length > 0 ? table(['Rule', 'Result'], rows()) : ''))
  for (const { problem } of results) if (problem !== undefined) tell(problem)
  return good.length === results.length ? exitCodes.done : exitCodes.failed
}

/** `signalbox rules validate FILE…`: the daemon says whether it would take them. */
export const rulesValidate = (findFault: FindFault) =>
  defineCommand({
    name: 'rules validate',
    usage: 'FILE…',
    does: 'Say whether the daemon would take rules, and if not, why',
    takes: [1, 1000],
    async run(call) {
      const results = await validate(call.connect(), await readEach(call.args, call.io, findFault))
      return conclude(call, results, () => 'is good')
    },
  })

/**
 * `signalbox rules import PATH…`: rules of ours, all of which are checked before the first is written, or Sigma rules, of which those are
 * imported that can be.
 */
export const rulesImport = (findFault: FindFault) =>
  defineCommand({
    name: 'rules import',
    usage: 'PATH… [--dry-run]',
    does: 'Add rules: files of ours, of which one that has the name of a rule of yours takes its place, and none is written unless all are good; or Sigma rules, as files, folders or archives',
    takes: [1, 1000],
    flags: { 'dry-run': { type: 'boolean', does: 'say what would become of them, and write nothing' } },
    async run(call) {
      const client = call.connect()
      const isDry = call.flags['dry-run'] === true
      const sigma = call.args.filter(isSigma)
      if (sigma.length > 0 && sigma.length < call.args.length)
        throw new WrongUsage('Sigma rules and rules in JSON are imported one kind at a time')
      if (sigma.length > 0) return importSigma(call, client, sigma, isDry)
      const read = await readEach(call.args, call.io, findFault)
      const checked = await validate(client, read)
      if (checked.some(({ ok }) => !ok)) return conclude(call, checked, () => 'is good, but nothing was written')
      const rules = read.filter(one => 'rule' in one)
      const known = await rulesOf(client)
      const ofSignalbox = refuseDefaults(rules, known)
      if (ofSignalbox.some(({ ok }) => !ok)) return conclude(call, ofSignalbox, () => 'is good, but nothing was written')
      const results = await each(rules, async ({ rule }) => {
        const payload = payloadOf(rule)
        const before = known.find(({ name }) => name === payload['name'])
        if (isDry) return before ? { id: before.id, change: holds(before, payload) ? 'unchanged' : 'updated' } : { change: 'created' }
        if (!before) return { id: (await client.send<Rule>('POST', path, { json: payload })).id, change: 'created' }
        if (holds(before, payload)) return { id: before.id, change: 'unchanged' }
        await client.send('PUT', `${path}/${encodeURIComponent(before.id)}`, { json: payload })
        return { id: before.id, change: 'updated' }
      })
      const would = (change: string) => (change === 'unchanged' ? 'would stay as it is' : `would be ${change}`)
      const code = conclude(call, results, ({ id = '', change = '' }) => `${isDry ? would(change) : change} ${id}`.trimEnd())
      if (isDry) call.tell('Nothing was written.')
      else if (results.some(({ change }) => change !== 'unchanged')) call.tell(fromNowOn)
      return code
    },
  })

const fromNowOn = 'It applies to logs that come from now on: those that are there already are not judged again.'

/** A file with the name of a default rule: a second rule of that name would raise every signal twice. */
const refuseDefaults = (rules: readonly Written[], known: readonly Rule[]): Result[] =>
  rules.map(({ at, rule }) => {
    const { id } = known.find(({ name, isDefault }) => isDefault && name === rule['name']) ?? {}
    if (id === undefined) return { file: at, ok: true }
    const what = `this is the default rule ${id}. Switch it with \`signalbox rules enable ${id}\`, or disable; under another name it can be yours.`
    return { file: at, ok: false, problem: `${at}: ${what}` }
  })

const toggle = (name: string, isEnabled: boolean, does: string) =>
  defineCommand({
    name,
    usage: 'ID',
    does,
    takes: [1, 1],
    async run({ args: [id = ''], connect, show, tell }) {
      const data = await connect().send<Rule>('PUT', `${path}/${encodeURIComponent(id)}`, { json: { isEnabled } })
      show(data, () => '')
      tell(`“${data.name}” is ${isEnabled ? `on. ${fromNowOn}` : 'off.'}`)
    },
  })

/** `signalbox rules enable ID`. */
export const rulesEnable = toggle('rules enable', true, 'Switch a rule on')

/** `signalbox rules disable ID`. */
export const rulesDisable = toggle('rules disable', false, 'Switch a rule off; its signals stay')

/** `signalbox rules delete ID`. */
export const rulesDelete = defineCommand({
  name: 'rules delete',
  usage: 'ID',
  does: 'Delete a rule of yours; its signals stay. One that comes with Signalbox can only be disabled',
  takes: [1, 1],
  async run({ args: [id = ''], connect, show, tell }) {
    await connect()
      .send('DELETE', `${path}/${encodeURIComponent(id)}`)
      .catch(error => {
        if (!(error instanceof Refused) || error.status !== 400) throw error
        throw new Error(`${id} comes with Signalbox and cannot be deleted. Switch it off with: signalbox rules disable ${id}`)
      })
    show({ data: { id } }, () => '')
    tell(`Deleted the rule ${id}.`)
  },
})

/** Whether everything that is written is there already: what the daemon filled in by itself does not count. */
export function holds(there: unknown, written: unknown): boolean {
  if (Array.isArray(written))
    return Array.isArray(there) && there.length === written.length && written.every((item, i) => holds(there[i], item))
  if (typeof written !== 'object' || written === null) return there === written
  if (typeof there !== 'object' || there === null || Array.isArray(there)) return false
  return Object.entries(written).every(([key, item]) => Object.hasOwn(there, key) && holds((there as JsonObject)[key], item))
}
