import type { Log } from '../../shared/log.ts'
import type { Field } from '../../shared/query/ast.ts'
import { type Paths, pathsOf, textsAt, textsIn } from '../../shared/query/match.ts'
import { type Atom, bestOf, type Clause, worth } from './clauses.ts'
import { createLiterals } from './literals.ts'
import { sourceNames } from './sources.ts'

/** What may match a log: `clauses` by query, any of which may match. */
export interface Gated {
  sources: ReadonlySet<string> | undefined
  clauses: readonly (readonly Clause[])[]
}

/**
 * Finds what may match a log, without asking each: by log source first, and among those of a source by one thing that each of their queries
 * needs, the rarest that can be told. In the given order.
 */
export function indexCandidates<T extends Gated>(items: readonly T[]): (log: Log) => readonly T[] {
  const named = new Set(items.flatMap(({ sources }) => [...(sources ?? [])]))
  const finders = new Map<string | undefined, (log: Log) => readonly T[]>()
  const finderOf = (name: string | undefined) => {
    const known = finders.get(name)
    if (known) return known
    const made = createFinder(items.filter(({ sources }) => !sources || (name !== undefined && sources.has(name))))
    finders.set(name, made)
    return made
  }
  return log => {
    const names = sourceNames(log)
    if (names.length < 2) return finderOf(named.has(names[0] ?? '') ? names[0] : undefined)(log)
    return items.filter(item => !item.sources || names.some(name => item.sources!.has(name)))
  }
}

/** What is looked for at one field: items by a whole value, and by a text in one. */
interface Looked {
  field: Field
  equal: Map<string, number[]>
  literals: ReturnType<typeof createLiterals<number>>
}

const none: readonly number[] = []
const keyOf = ({ field, equal, text }: Atom) => `${JSON.stringify(field)}${equal ? '=' : '~'}${text}`

function createFinder<T extends Gated>(items: readonly T[]): (log: Log) => readonly T[] {
  const counts = new Map<string, number>()
  for (const atom of items.flatMap(({ clauses }) => clauses.flat(2))) counts.set(keyOf(atom), (counts.get(keyOf(atom)) ?? 0) + 1)
  const looked = new Map<string, Looked>()
  const always: number[] = []
  for (const [index, { clauses }] of items.entries()) {
    const chosen = clauses.map(list => bestOf(list, clause => worth(clause, atom => counts.get(keyOf(atom))!)))
    const atoms = chosen.flatMap(clause => clause ?? [])
    if (chosen.length === 0 || chosen.includes(undefined) || !atoms.every(atom => look(looked, atom, index))) always.push(index)
  }
  for (const { literals } of looked.values()) literals.build()
  const byPath = new Map<string, Looked>()
  for (const one of looked.values()) if (one.field.scope === 'attribute') byPath.set(one.field.path, one)
  const paths: Paths = pathsOf(byPath.keys())
  const others = [...looked.values()].filter(({ field }) => field.scope !== 'attribute')

  // which log an item was last found for
  const seen = new Uint32Array(items.length)
  let turn = 0
  let found: number[] = []
  const visit = (index: number) => {
    if (seen[index] === turn) return
    seen[index] = turn
    found.push(index)
  }
  const ask = ({ equal, literals }: Looked, texts: readonly { plain: string }[]) => {
    for (const { plain } of texts) {
      for (const index of equal.get(plain) ?? none) visit(index)
      literals.find(plain, visit)
    }
  }
  return log => {
    if (looked.size === 0) return items
    if (++turn > 0xffffffff) {
      seen.fill(0)
      turn = 1
    }
    found = []
    for (const index of always) visit(index)
    textsAt(log, paths, (path, texts) => ask(byPath.get(path)!, texts))
    for (const one of others) ask(one, textsIn(log, one.field))
    return found.sort((a, b) => a - b).map(index => items[index]!)
  }
}

/** False where there is no room for it. */
function look(looked: Map<string, Looked>, { field, equal, text }: Atom, index: number): boolean {
  const key = JSON.stringify(field)
  const at = looked.get(key) ?? { field, equal: new Map<string, number[]>(), literals: createLiterals<number>() }
  looked.set(key, at)
  if (!equal) return at.literals.add(text, index)
  const known = at.equal.get(text)
  if (!known) at.equal.set(text, [index])
  else if (known.at(-1) !== index) known.push(index)
  return true
}
