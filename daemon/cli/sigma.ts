import { statSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import type { Client } from './client.ts'
import type { Call } from './command.ts'
import { during } from './progress.ts'
import { exitCodes } from './surroundings.ts'
import { many, table } from './table.ts'

interface Reported {
  file: string
  line: number
  title?: string
  outcome: 'imported' | 'imported_with_loss' | 'refused'
  losses: string[]
  problem?: { field?: string; message: string }
  id?: string
  change?: 'created' | 'updated' | 'unchanged' | 'kept'
}
interface Answer {
  data: { attributes: { rules: Reported[] } }
}

/** What the daemon takes in one request, unpacked. */
const most = 18 * 1024 * 1024
const archive = /\.(?:zip|tgz|tar|tar\.gz)$/i

/** Whether a path is of Sigma rules: a folder, an archive, or a file of YAML. */
export const isSigma = (path: string): boolean =>
  /\.ya?ml$/i.test(path) || archive.test(path) || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

/** Import Sigma rules and print what became of each that is not simply there now. Files go together, since correlations name rules of other files. */
export async function importSigma(
  { show, tell, io }: Pick<Call, 'show' | 'tell' | 'io'>,
  client: Client,
  paths: readonly string[],
  dryRun: boolean,
): Promise<number> {
  const query = dryRun ? { dry_run: 'true' } : {}
  const send = (request: Parameters<Client['send']>[2]) => client.send<Answer>('POST', '/api/local/rules/import', { ...request, query })
  const files = (await Promise.all(paths.filter(path => !archive.test(path)).map(filesOf))).flat()
  const rules: Reported[] = []
  const work = async () => {
    if (files.length > 0)
      rules.push(...(await send({ json: { data: { type: 'rule_import', attributes: { files } } } })).data.attributes.rules)
    for (const path of paths.filter(path => archive.test(path))) {
      const found = (await send({ text: await readFile(path), type: /\.zip$/i.test(path) ? 'application/zip' : 'application/gzip' })).data
        .attributes.rules
      rules.push(...found.map(rule => ({ ...rule, file: `${basename(path)}:${rule.file}` })))
    }
  }
  await during(io, dryRun ? 'Reading the rules' : 'Importing', work())
  const worth = rules.filter(({ outcome, change }) => outcome !== 'imported' || change === 'kept')
  show({ data: rules }, () =>
    worth.length > 0
      ? table(
          ['Rule', 'Result', 'Why'],
          worth.map(rule => row(rule, dryRun)),
        )
      : '',
  )
  tell(summaryOf(rules, dryRun))
  return rules.some(({ outcome }) => outcome === 'refused') ? exitCodes.failed : exitCodes.done
}

async function filesOf(path: string): Promise<{ path: string; text: string }[]> {
  const isFolder = (await stat(path)).isDirectory()
  const names = isFolder
    ? (await readdir(path, { recursive: true, withFileTypes: true }))
        .filter(entry => entry.isFile() && /\.ya?ml$/i.test(entry.name))
        .map(entry => join(entry.parentPath, entry.name))
        .sort()
    : [path]
  if (names.length === 0) throw new Error(`${path}: there is no .yml file in it`)
  let size = 0
  const files: { path: string; text: string }[] = []
  for (const name of names) {
    const text = await readFile(name, 'utf8')
    if ((size += text.length) > most) throw new Error(`${path}: is more than is taken at once; import its folders one after the other`)
    files.push({ path: isFolder ? relative(path, name).split(sep).join('/') : name, text })
  }
  return files
}

/** What was done to a rule; of a dry run what would be. */
const doneTo = (words: string, dryRun: boolean) => (dryRun ? `would be ${words}` : words)

const row = ({ file, line, outcome, change, losses, problem }: Reported, dryRun: boolean): string[] => {
  const why = problem ? `${problem.field === undefined ? '' : `${problem.field}: `}${problem.message}` : losses.join('; ')
  const at = `${file}:${line}`
  if (change === 'kept') return [at, doneTo('left as it is', dryRun), 'it was changed here since it was imported']
  if (outcome === 'refused') return [at, doneTo('refused', dryRun), why]
  return [at, `${change === 'unchanged' ? change : doneTo(change!, dryRun)}, with loss`, why]
}

function summaryOf(rules: readonly Reported[], dryRun: boolean): string {
  const count = (is: (rule: Reported) => boolean) => rules.filter(is).length
  const parts: [number: number, words: string][] = [
    [count(({ change }) => change === 'created'), doneTo('created', dryRun)],
    [count(({ change }) => change === 'updated'), doneTo('updated', dryRun)],
    [count(({ change }) => change === 'unchanged'), 'unchanged'],
    [count(({ change }) => change === 'kept'), doneTo('left as they are', dryRun)],
    [count(({ outcome }) => outcome === 'refused'), doneTo('refused', dryRun)],
  ]
  const loss = count(({ outcome }) => outcome === 'imported_with_loss')
  const said = parts.flatMap(([number, words]) => (number > 0 ? [`${number} ${words}`] : [])).join(', ')
  return `${many(rules.length, 'rule')}: ${said}${loss > 0 ? `; ${loss} with loss of meaning` : ''}.${dryRun ? ' Nothing was written.' : ''}`
}
