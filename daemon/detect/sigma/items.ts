import { readBlock } from '../../../shared/block.ts'
import type { Json } from '../../../shared/json.ts'
import { type Field, isText, type Piece, type Query, QueryError } from '../../../shared/query/ast.ts'
import { valueRegex } from '../../../shared/query/leaf.ts'
import { CannotImport } from './refused.ts'
import { base64, base64Offsets, encoded, literalOf, open, readPattern, withDashes } from './strings.ts'
import { allOf, anyOf, noneOf } from './tree.ts'

const at = [0, 0] as const

/** What reading the parts of a rule needs, and tells. */
export interface Reading {
  /** The fields of logs that a field of Sigma's stands for: any of them may hold it. */
  fieldsOf(name: string): Field[]
  /** Something that the rule of ours does not mean as Sigma does. */
  lose(what: string): void
}
type Path = readonly (string | number)[]

/** A text on its way through the modifiers; `bytes`: its characters are bytes. */
interface Text {
  pieces: Piece[]
  bytes: boolean
}
type Working = Text | number | boolean | null

type Step = (text: Text, path: Path) => Text[]
const opened =
  (before: boolean, behind: boolean): Step =>
  ({ pieces, bytes }) => [{ pieces: open(pieces, before, behind), bytes }]
const spelled =
  (make: (text: string, bytes: boolean) => string[], bytes = false): Step =>
  (text, path) => {
    const literal = literalOf(text.pieces)
    if (literal === undefined) throw new CannotImport('a text with wildcards cannot be encoded', path)
    return make(literal, text.bytes).map(made => ({ pieces: [{ literal: made }], bytes }))
  }

/** Modifiers that make other texts of a text. */
const steps: Record<string, Step> = {
  contains: opened(true, true),
  startswith: opened(false, true),
  endswith: opened(true, false),
  windash: ({ pieces, bytes }) => withDashes(pieces).map(one => ({ pieces: one, bytes })),
  base64: spelled((text, bytes) => [base64(text, bytes)]),
  base64offset: spelled(base64Offsets),
  wide: spelled(text => [encoded(text, 'utf16le')], true),
  utf16le: spelled(text => [encoded(text, 'utf16le')], true),
  utf16be: spelled(text => [encoded(text, 'utf16be')], true),
  utf16: spelled(text => [encoded(text, 'utf16')], true),
}
/** Modifiers that say how the whole is taken. */
const plain = new Set(['all', 'cased', 'neq'])
/** Modifiers that compare otherwise than by a pattern. */
const comparisons: Record<string, (field: Field, value: Json, flags: string, path: Path, reading: Reading) => Query> = {
  re: regex,
  cidr(field, value, _, path) {
    const block = String(value)
    if (!readBlock(block)) throw new CannotImport(`“${block}” is no block of addresses`, path)
    return { kind: 'cidr', field, blocks: [{ text: block, at }], at }
  },
  exists(field, value, _, path) {
    if (typeof value !== 'boolean') throw new CannotImport('exists takes true or false', path)
    const exists: Query = { kind: 'exists', field, at }
    return value ? exists : noneOf(exists)
  },
  lt: range((value, field) => ({ kind: 'range', field, low: null, high: { value, inclusive: false }, at })),
  lte: range((value, field) => ({ kind: 'range', field, low: null, high: { value, inclusive: true }, at })),
  gt: range((value, field) => ({ kind: 'range', field, low: { value, inclusive: false }, high: null, at })),
  gte: range((value, field) => ({ kind: 'range', field, low: { value, inclusive: true }, high: null, at })),
}
const regexFlags = new Set(['i', 'm', 's', 'ignorecase', 'multiline', 'dotall'])

function range(make: (value: number, field: Field) => Query) {
  return (field: Field, value: Json, _: string, path: Path): Query => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    if (typeof number !== 'number' || !Number.isFinite(number)) throw new CannotImport('compares with what is no number', path)
    return make(number, field)
  }
}

function regex(field: Field, value: Json, flags: string, path: Path, { lose }: Reading): Query {
  if (typeof value !== 'string' || value === '') throw new CannotImport('an expression must be a text', path)
  const query = { kind: 'regex' as const, field, source: flags === '' ? value : `(?${flags})${value}`, in: at, at }
  try {
    valueRegex(query)
  } catch (error) {
    if (error instanceof QueryError) throw new CannotImport(error.message, path)
    throw error
  }
  if (isText(field) && !flags.includes('i') && !value.includes('(?i)')) lose('an expression is looked for in texts whatever their case')
  return query
}

/** One `field|modifier: values` of a search; without a field its values are words anywhere in the log. */
export function readItem(key: string, value: Json, path: Path, reading: Reading): Query {
  const [name = '', ...modifiers] = key.split('|')
  const unknown = modifiers.find(
    one => !Object.hasOwn(steps, one) && !plain.has(one) && !Object.hasOwn(comparisons, one) && !regexFlags.has(one),
  )
  if (unknown !== undefined) throw new CannotImport(refusalOf(unknown, value), path)
  const values = Array.isArray(value) ? value : [value]
  if (values.length === 0) throw new CannotImport('an empty list', path)
  for (const [i, one] of values.entries())
    if (typeof one === 'object' && one !== null)
      throw new CannotImport('a value must be a text, a number, true, false or null', [...path, i])
  const fields: Field[] = name === '' ? [{ scope: 'any' }] : reading.fieldsOf(name)
  const compare = modifiers.find(one => Object.hasOwn(comparisons, one))
  const joins = modifiers.includes('all') ? allOf : anyOf
  const isCased = modifiers.includes('cased')
  if (isCased && name === '') reading.lose('words without a field are found whatever their case')
  let query: Query
  if (compare !== undefined) {
    const odd = modifiers.find(one => Object.hasOwn(steps, one))
    if (odd !== undefined) throw new CannotImport(`the modifiers ${compare} and ${odd} do not go together`, path)
    const flags = [...new Set(modifiers.filter(one => regexFlags.has(one)).map(one => (one[0] === 'd' ? 's' : one[0]!)))].join('')
    const place = (i: number) => (Array.isArray(value) ? [...path, i] : path)
    query = joins(values.map((one, i) => anyOf(fields.map(field => comparisons[compare]!(field, one, flags, place(i), reading)))))
  } else {
    const groups = values.map(one => spell(one, modifiers, name === '', path))
    const match = (list: readonly Working[]) => anyOf(fields.map(field => matchAny(field, list, isCased)))
    query = modifiers.includes('all') ? allOf(groups.map(match)) : match(groups.flat())
  }
  return modifiers.includes('neq') ? noneOf(query) : query
}

const refusals: Record<string, (value: Json) => string> = {
  // a column knows its own values, not which of another column stands in the same row
  fieldref: value => `compares a field with another field (${String(value).slice(0, 100)}), which queries cannot`,
  expand(value) {
    const names = JSON.stringify(value).match(/%[^%"\\]{1,100}%/g) ?? []
    return `needs values for ${[...new Set(names)].slice(0, 5).join(', ') || 'a placeholder'} (expand): write them in its place, without the modifier, and import it again`
  },
}
const refusalOf = (modifier: string, value: Json): string =>
  Object.hasOwn(refusals, modifier) ? refusals[modifier]!(value) : `the modifier “${modifier}” is not known`

/** Every form that a value takes with its modifiers. */
function spell(value: Json, modifiers: readonly string[], anywhere: boolean, path: Path): Working[] {
  if (value === null || (typeof value !== 'string' && !anywhere && !modifiers.some(one => Object.hasOwn(steps, one))))
    return [value as number | boolean | null]
  let texts: Text[] = [{ pieces: readPattern(String(value)), bytes: false }]
  for (const modifier of modifiers) {
    const step = Object.hasOwn(steps, modifier) ? steps[modifier]! : undefined
    if (step) texts = texts.flatMap(text => step(text, path))
  }
  return anywhere ? texts.map(({ pieces, bytes }) => ({ pieces: open(pieces, true, true), bytes })) : texts
}

function matchAny(field: Field, values: readonly Working[], isCased: boolean): Query {
  const absent = values.some(value => value === null) ? [noneOf({ kind: 'exists', field, at })] : []
  const patterns = values.flatMap(value =>
    value === null ? [] : [typeof value === 'object' ? value.pieces : [{ literal: String(value) }]],
  )
  if (patterns.length === 0) return anyOf(absent)
  return anyOf([...absent, withPatterns(field, patterns, isCased)])
}

function withPatterns(field: Field, patterns: Piece[][], isCased: boolean): Query {
  const isSame = (piece: Piece) =>
    typeof piece === 'string' || (piece.literal.toLowerCase() === piece.literal.toUpperCase() && !/\P{ASCII}/u.test(piece.literal))
  // numbers and the like read better as plain values
  if (!isText(field) && (isCased || patterns.every(pieces => pieces.every(isSame))))
    return anyOf(
      patterns.map((pieces): Query => {
        if (pieces.length === 1 && pieces[0] === '*') return { kind: 'exists', field, at }
        const literal = literalOf(pieces)
        return { kind: 'term', field, pieces, quoted: literal !== undefined && !/^\d+$/.test(literal), at }
      }),
    )
  return { kind: 'anycase', field, patterns, at }
}
