import { isObject, type JsonObject } from '../../../shared/json.ts'
import type { RulePayload } from '../../../shared/rule.ts'
import { Refusal } from '../../lib/errors.ts'
import { checkRule } from '../check.ts'
import type { SigmaFile } from './archive.ts'
import { readCorrelation } from './correlation.ts'
import { type Document, readYaml, YamlError } from './read-yaml.ts'
import { CannotImport } from './refused.ts'
import { type Draft, own, readRule, type SingleRule } from './rule.ts'

/** What became of one document of a file. `line` is where the rule, or what is wrong with it, stands. */
export interface Read {
  file: string
  line: number
  title?: string
  outcome: 'imported' | 'imported_with_loss' | 'refused'
  /** What the rule of ours does not mean as Sigma does. */
  losses: string[]
  /** Why there is no rule; `field` is its path in the document. */
  problem?: { field?: string; message: string }
  rule?: { id: string; payload: RulePayload }
}

interface Seen {
  file: string
  document: Document
  value: JsonObject
}

/** Make rules of Sigma files. Nothing of one document keeps another from its turn; correlations may name any rule of the files. */
export function readSigma(files: readonly SigmaFile[]): Read[] {
  const report: Read[] = []
  const correlations: Seen[] = []
  const singles = new Map<string, SingleRule>()
  const drafts: { seen: Seen; draft: Draft; covers: string[] }[] = []
  const ids = new Set<string>()

  const refuse = ({ file, document, value }: Seen, message: string, path: readonly (string | number)[]) => {
    const title = own(value, 'title')
    report.push({
      file,
      line: document.lineOf(path),
      ...(typeof title === 'string' && { title: title.slice(0, 512) }),
      outcome: 'refused',
      losses: [],
      problem: { ...(path.length > 0 && { field: path.join('.') }), message },
    })
  }
  const attempt = (seen: Seen, work: () => void) => {
    try {
      work()
    } catch (error) {
      if (!(error instanceof CannotImport)) throw error
      refuse(seen, error.message, error.path)
    }
  }
  const claim = (id: string) => {
    if (ids.has(id)) throw new CannotImport(`another rule of the import has the id ${id}`, ['id'])
    ids.add(id)
  }

  for (const { path: file, text } of files) {
    for (const document of documentsOf(file, text, report)) {
      const { value } = document
      const seen = { file, document, value: isObject(value) ? value : {} }
      if (!isObject(value)) refuse(seen, 'a rule is a map', [])
      else if (own(value, 'correlation') !== undefined) correlations.push(seen)
      else
        attempt(seen, () => {
          if (own(value, 'action') !== undefined) throw new CannotImport('collections by action are an old form', ['action'])
          if (own(value, 'filter') !== undefined)
            throw new CannotImport('filters of other rules are not evaluated: add them to the rule as a suppression', ['filter'])
          const rule = readRule(value)
          claim(rule.id)
          for (const name of [rule.id, rule.name ?? rule.id]) singles.set(name, rule)
          drafts.push({ seen, draft: rule, covers: [] })
        })
    }
  }
  for (const seen of correlations)
    attempt(seen, () => {
      const { covers, ...draft } = readCorrelation(seen.value, reference => singles.get(reference))
      claim(draft.id)
      drafts.push({ seen, draft, covers })
    })

  const covered = new Set(drafts.flatMap(({ covers }) => covers))
  for (const { seen, draft } of drafts)
    attempt(seen, () => {
      const payload = checked(covered.has(draft.id) ? { ...draft.payload, isEnabled: false } : draft.payload)
      report.push({
        file: seen.file,
        line: seen.document.line,
        title: draft.title,
        outcome: draft.losses.length > 0 ? 'imported_with_loss' : 'imported',
        losses: draft.losses,
        rule: { id: draft.id, payload },
      })
    })
  const place = new Map(files.map(({ path }, i) => [path, i]))
  return report.sort((a, b) => place.get(a.file)! - place.get(b.file)! || a.line - b.line)
}

function documentsOf(file: string, text: string, report: Read[]): Document[] {
  try {
    const documents = readYaml(text)
    if (documents.length === 0) report.push({ file, line: 1, outcome: 'refused', losses: [], problem: { message: 'holds no rule' } })
    return documents
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    report.push({
      file,
      line: error.line,
      outcome: 'refused',
      losses: [],
      problem: { message: `${error.message} (column ${error.column})` },
    })
    return []
  }
}

/** A rule of Sigma's is held to what any rule is. */
function checked(payload: Record<string, unknown>): RulePayload {
  try {
    return checkRule(payload)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const [first] = error.problems
    throw new CannotImport(first ? `as a rule of ours: ${first.field ?? ''} ${first.message}` : error.message)
  }
}
