import type { Doc } from '../log.ts'
import { type Field, isText, type Query } from './ast.ts'
import { anycaseTest, cidrTest, rangeTest, termTest, textRegex, textTest, valueRegex } from './leaf.ts'
import { hasValue, type Paths, type Value, valuesAt, valuesAtAll } from './look.ts'
import { normalise, type Text } from './text.ts'

export { toField } from './field.ts'
export { type Paths, pathsOf, valuesAt } from './look.ts'

/** A document on its way through predicates: what several conditions look at is made once, and only when one asks. */
interface View {
  doc: Doc
  /** Never the same for two documents. */
  id: number
  /** Values and their texts by the path of an attribute. */
  attributes?: Map<string, readonly Value[]>
  attributeTexts?: Map<string, readonly Text[]>
  text?: readonly Text[]
  message?: readonly Text[]
  any?: readonly Text[]
}
type Test = (view: View) => boolean

/**
 * Compile a query. Compile once, run often: the predicate holds every pattern, number and block ready, never throws and changes nothing.
 * A `QueryError` where it holds an expression that is none.
 */
export function toPredicate(query: Query): (doc: Doc) => boolean {
  const keep = compile(query)
  return doc => keep(viewOf(doc))
}

/** A log goes through all rules in turn, and nobody changes it meanwhile: the last one that was looked at is remembered. */
let last: View | undefined
let views = 0
const viewOf = (doc: Doc): View => (last?.doc === doc ? last : (last = { doc, id: ++views }))

/** What the values of a field are as texts, normalised; predicates that look at the same document have them too. */
export const textsIn = (doc: Doc, field: Field): readonly Text[] => textsOf(viewOf(doc), field)

/** The same of many attributes at once, for those that the document has. */
export function textsAt(doc: Doc, paths: Paths, visit: (path: string, texts: readonly Text[]) => void): void {
  const view = viewOf(doc)
  const { attributes, attributeTexts } = fieldsOf(view)
  for (const [path, values] of valuesAtAll(doc, paths)) {
    attributes.set(path, values)
    const texts = toTexts(values)
    attributeTexts.set(path, texts)
    visit(path, texts)
  }
}

/** Where what is known of attributes is kept. */
function fieldsOf(view: View): { attributes: Map<string, readonly Value[]>; attributeTexts: Map<string, readonly Text[]> } {
  view.attributes ??= new Map()
  view.attributeTexts ??= new Map()
  return view as ReturnType<typeof fieldsOf>
}

function compile(query: Query): Test {
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
    default:
      return shared(query)
  }
}

type LeafQuery = Exclude<Query, { kind: 'all' | 'and' | 'or' | 'not' }>

/** Conditions that several queries have in common are one, and asked once of a document. Past so many they are begun anew. */
const leaves = new Map<string, Test>()
const mostLeaves = 20_000

function shared(query: LeafQuery): Test {
  const key = JSON.stringify(query, (name, value: unknown) => (name === 'at' || name === 'in' ? undefined : value))
  const known = leaves.get(key)
  if (known) return known
  if (leaves.size >= mostLeaves) leaves.clear()
  const test = leaf(query)
  let asked = 0
  let answer = false
  const once: Test = view => {
    if (asked !== view.id) {
      answer = test(view)
      asked = view.id
    }
    return answer
  }
  leaves.set(key, once)
  return once
}

function leaf(query: LeafQuery): Test {
  const { field } = query
  switch (query.kind) {
    case 'exists':
      return view => hasValue(view.doc, field)
    case 'range':
      return some(field, rangeTest(query))
    case 'cidr':
      return some(field, cidrTest(query))
    case 'anycase': {
      const test = anycaseTest(query)
      return view => textsOf(view, field).some(({ plain }) => test(plain))
    }
    case 'regex': {
      if (!isText(field)) {
        const test = valueRegex(query)
        return some(field, value => test(String(value)))
      }
      const test = textRegex(query)
      return view => textsOf(view, field).some(({ plain }) => test(plain))
    }
    case 'term': {
      if (!isText(field)) return some(field, termTest(query))
      const test = textTest(query)
      return view => textsOf(view, field).some(test)
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

function textsOf(view: View, field: Field): readonly Text[] {
  if (isText(field)) return (view[field.scope] ??= toTexts(valuesAt(view.doc, field)))
  if (field.scope !== 'attribute') return toTexts(valuesAt(view.doc, field))
  view.attributeTexts ??= new Map()
  let texts = view.attributeTexts.get(field.path)
  if (!texts) view.attributeTexts.set(field.path, (texts = toTexts(valuesOf(view, field))))
  return texts
}

const toTexts = (values: readonly Value[]): readonly Text[] => values.map(value => ({ plain: normalise(String(value)) }))
