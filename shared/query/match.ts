import type { Doc } from '../log.ts'
import type { Field, Query } from './ast.ts'
import { cidrTest, rangeTest, termTest, textTest } from './leaf.ts'
import { hasValue, type Value, valuesAt } from './look.ts'
import { normalise, type Text } from './text.ts'

export { toField } from './field.ts'
export { valuesAt } from './look.ts'

type TextScope = 'text' | 'message' | 'any'

/** A document on its way through predicates: what several terms look at is made once, and only when one asks. */
interface View {
  doc: Doc
  /** Values by the path of an attribute. */
  attributes?: Map<string, readonly Value[]>
  text?: readonly Text[]
  message?: readonly Text[]
  any?: readonly Text[]
}

/** Compile a query. Compile once, run often: the predicate holds every pattern, number and block ready, never throws and changes nothing. */
export function toPredicate(query: Query): (doc: Doc) => boolean {
  const keep = compile(query)
  return doc => keep(viewOf(doc))
}

/** A log goes through all rules in turn, and nobody changes it meanwhile: the last one that was looked at is remembered. */
let last: View | undefined
const viewOf = (doc: Doc): View => (last?.doc === doc ? last : (last = { doc }))

function compile(query: Query): (view: View) => boolean {
  switch (query.kind) {
    case 'all':
      return () => true
    case 'and': {
      const tests = query.items.map(compile)
      return view => tests.every(test => test(view))
    }
    case 'or': {
      const tests = query.items.map(compile)
      return view => tests.some(test => test(view))
    }
    case 'not': {
      const test = compile(query.item)
      return view => !test(view)
    }
    case 'exists':
      return view => hasValue(view.doc, query.field)
    case 'range':
      return some(query.field, rangeTest(query))
    case 'cidr':
      return some(query.field, cidrTest(query))
    case 'term': {
      const { field } = query
      if (field.scope !== 'text' && field.scope !== 'message' && field.scope !== 'any') return some(field, termTest(query))
      const test = textTest(query)
      return view => textsOf(view, field.scope).some(test)
    }
  }
}

const some = (field: Field, test: (value: Value) => boolean) => (view: View) => valuesOf(view, field).some(test)

function valuesOf(view: View, field: Field): readonly Value[] {
  if (field.scope !== 'attribute') return valuesAt(view.doc, field)
  view.attributes ??= new Map()
  let values = view.attributes.get(field.path)
  if (!values) view.attributes.set(field.path, (values = valuesAt(view.doc, field)))
  return values
}

const textsOf = (view: View, scope: TextScope): readonly Text[] =>
  (view[scope] ??= valuesAt(view.doc, { scope }).map(value => ({ plain: normalise(String(value)) })))
