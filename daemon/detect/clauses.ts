import type { Field, Piece, Query } from '../../shared/query/ast.ts'
import { normalise } from '../../shared/query/text.ts'
import { readNumber } from '../../shared/query/values.ts'

/**
 * What a log has to have at a field: a value that is the text, or one that holds it, both normalised. That one does not have it means that a
 * query cannot match; that it has it means nothing yet.
 */
export interface Atom {
  field: Field
  equal: boolean
  text: string
}

/** Of these a log has at least one, or the query cannot match it. */
export type Clause = readonly Atom[]

/** Most atoms of a clause worth having. */
const most = 4096
/** A longer text need not be looked for to its end. */
const longest = 24

/** Everything that must hold for a query to match, as far as it can be told from single values. */
export function clausesOf(query: Query): Clause[] {
  switch (query.kind) {
    case 'and':
      return query.items.flatMap(clausesOf)
    case 'or': {
      const clauses = query.items.map(item => bestOf(clausesOf(item), clause => worth(clause)))
      const all = clauses.flatMap(clause => clause ?? [])
      return clauses.includes(undefined) || all.length > most ? [] : [all]
    }
    case 'term':
    case 'anycase': {
      if (!canBeAsked(query.field)) return []
      const patterns = query.kind === 'term' ? [query.pieces] : query.patterns
      const atoms = patterns.map(pieces => atomsOf(query.field, pieces))
      return atoms.includes(undefined) ? [] : [atoms.flatMap(list => list ?? [])]
    }
    default:
      return []
  }
}

/** The clause that is worth most; undefined where there is none. */
export function bestOf(clauses: readonly Clause[], worth: (clause: Clause) => number): Clause | undefined {
  let best: Clause | undefined
  for (const clause of clauses) if (!best || worth(clause) > worth(best)) best = clause
  return best
}

/** How much a clause is likely to sort out: as much as the weakest of its atoms. `shared` is how many queries ask for an atom. */
export function worth(clause: Clause, shared: (atom: Atom) => number = () => 1): number {
  let least = Infinity
  for (const atom of clause) least = Math.min(least, Math.min(atom.text.length, 12) + (atom.equal ? 3 : 0) - 3 * Math.log2(shared(atom)))
  return least
}

/** Fields with values of their own. Addresses are stored in a form of their own, and texts are compared by words. */
const canBeAsked = (field: Field) =>
  (field.scope === 'attribute' && field.path !== 'network.ip.list') || field.scope === 'reserved' || field.scope === 'tag'

function atomsOf(field: Field, pieces: readonly Piece[]): Atom[] | undefined {
  const [only] = pieces
  if (pieces.length === 1 && typeof only === 'object') {
    const number = readNumber(only.literal)
    const texts = new Set([normalise(only.literal), ...(number === undefined ? [] : [String(number)])])
    return [...texts].map(text => ({ field, equal: true, text }))
  }
  const text = pieces
    .flatMap(piece => (typeof piece === 'object' ? normalise(piece.literal).split(/[^\0-\x7f]+/) : []))
    .reduce((best, part) => (part.length > best.length ? part : best), '')
  return text.length < 2 ? undefined : [{ field, equal: false, text: text.slice(0, longest) }]
}
