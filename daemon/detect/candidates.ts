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

/** What is looked for at one field: marks of items by a whole value, and by a text in one. */
interface Looked {
  field: Field
  equal: Map<string, number[]>
  literals: ReturnType<typeof createLiterals<number>>
}

/** An item has one or two things that a log must have; a mark is the item's place with which of the two it stands for. */
const marks = 2
const none: readonly number[] = []
const keyOf = ({ field, equal, text }: Atom) => `${JSON.stringify(field)}${equal ? '=' : '~'}${text}`

function createFinder<T extends Gated>(items: readonly T[]): (log: Log) => readonly T[] {
  const counts = new Map<string, number>()
  for (const atom of items.flatMap(({ clauses }) => clauses.flat(2))) counts.set(keyOf(atom), (counts.get(keyOf(atom)) ?? 0) + 1)
  const looked = new Map<string, Looked>()
  const always: number[] = []
  /** By item, the marks that it needs. */
  const needs = new Uint8Array(items.length)
  for (const [index, { clauses }] of items.entries()) {
    const needed = neededOf(clauses, atom => counts.get(keyOf(atom))!)
    const kept = needed.filter((clause, which) => clause.every(atom => look(looked, atom, index * marks + which)))
    if (needed.length === 0 || kept.length < needed.length) always.push(index)
    needs[index] = 2 ** needed.length - 1
  }
  for (const { literals } of looked.values()) literals.build()
  const byPath = new Map<string, Looked>()
  for (const one of looked.values()) if (one.field.scope === 'attribute') byPath.set(one.field.path, one)
  const paths: Paths = pathsOf(byPath.keys())
  const others = [...looked.values()].filter(({ field }) => field.scope !== 'attribute')

  /** Which log an item was last looked at for, and its marks then. */
  const seen = new Uint32Array(items.length)
  const has = new Uint8Array(items.length)
  let turn = 0
  let found: number[] = []
  const visit = (mark: number) => {
    const index = mark >> 1
    if (seen[index] !== turn) {
      seen[index] = turn
      has[index] = 0
    }
    const before = has[index]!
    const after = before | (1 << (mark & 1))
    has[index] = after
    if (after !== before && after === needs[index]) found.push(index)
  }
  const ask = ({ equal, literals }: Looked, texts: readonly { plain: string }[]) => {
    for (const { plain } of texts) {
      for (const mark of equal.get(plain) ?? none) visit(mark)
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
    textsAt(log, paths, (path, texts) => ask(byPath.get(path)!, texts))
    for (const one of others) ask(one, textsIn(log, one.field))
    return always.length + found.length === 0 ? [] : inOrder(found).map(index => items[index]!)
  }

  function inOrder(some: number[]): readonly number[] {
    if (some.length === 0) return always
    return [...new Set([...always, ...some])].sort((a, b) => a - b)
  }
}

/** The clauses of an item that are looked for: its two best, or, where it has several queries, the best of each taken as one. */
function neededOf(clauses: readonly (readonly Clause[])[], shared: (atom: Atom) => number): Clause[] {
  const value = (clause: Clause) => worth(clause, shared)
  const best = clauses.map(list => bestOf(list, value))
  if (best.length === 0 || best.includes(undefined)) return []
  if (best.length > 1) return [best.flatMap(clause => clause ?? [])]
  const second = bestOf(
    clauses[0]!.filter(clause => clause !== best[0]),
    value,
  )
  return second ? [best[0]!, second] : [best[0]!]
}

/** False where there is no room for it. */
function look(looked: Map<string, Looked>, { field, equal, text }: Atom, mark: number): boolean {
  const key = JSON.stringify(field)
  const at = looked.get(key) ?? { field, equal: new Map<string, number[]>(), literals: createLiterals<number>() }
  looked.set(key, at)
  if (!equal) return at.literals.add(text, mark)
  const known = at.equal.get(text)
  if (!known) at.equal.set(text, [mark])
  else if (known.at(-1) !== mark) known.push(mark)
  return true
}
