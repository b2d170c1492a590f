import { isObject, type Json } from '../json.ts'
import type { Doc } from '../log.ts'
import type { Field } from './ast.ts'

export type Value = string | number | boolean

// This runs for every condition on every document: values are gathered into arrays, because a callback for each look costs more than the look.

/** The attributes that bare words look at, beside the message. */
const textPaths = ['title', 'error.message', 'error.stack']

const reserved = ['service', 'source', 'host', 'status'] as const

/** What a field holds in a document, each value once: own keys only, dots in keys equal to nesting, arrays and objects in arrays flattened, no nulls. */
export function valuesAt(doc: Doc, field: Field): Value[] {
  const values: Value[] = []
  switch (field.scope) {
    case 'text':
    case 'message':
      if (doc.message !== undefined) values.push(doc.message)
      if (field.scope === 'text') for (const path of textPaths) addAttribute(values, doc, path)
      break
    case 'reserved':
      addReserved(values, doc, field.name)
      // signals carry their source as a tag; a status is never a tag
      if (field.name !== 'status') addTags(values, doc, field.name)
      break
    case 'tags':
      for (const tag of doc.tags) values.push(tag)
      break
    case 'tag':
      addTags(values, doc, field.key)
      break
    case 'attribute':
      addAttribute(values, doc, field.path)
      break
    case 'any':
      if (doc.message !== undefined) values.push(doc.message)
      for (const name of reserved) addReserved(values, doc, name)
      addTags(values, doc)
      addScalars(values, doc.attributes, true)
  }
  return values.length < 2 ? values : [...new Set(values)]
}

/** Paths of attributes to look for together, with all that lies on the way to them. */
export interface Paths {
  wanted: ReadonlySet<string>
  ways: ReadonlySet<string>
}

export function pathsOf(wanted: Iterable<string>): Paths {
  const set = new Set(wanted)
  const ways = new Set<string>()
  for (const path of set) for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) ways.add(path.slice(0, dot))
  return { wanted: set, ways }
}

/** What `valuesAt` says of those of many attributes that a document has: in one walk over what it holds, not one for each path. */
export function valuesAtAll(doc: Doc, paths: Paths): Map<string, readonly Value[]> {
  const found = new Map<string, Value[]>()
  walk(found, doc.attributes, '', paths)
  for (const [path, values] of found) if (values.length > 1) found.set(path, [...new Set(values)])
  return found
}

function walk(found: Map<string, Value[]>, node: Json, before: string, paths: Paths): void {
  if (Array.isArray(node)) for (const item of node) walk(found, item, before, paths)
  else if (isObject(node))
    for (const key of Object.keys(node)) {
      const path = before + key
      const value = node[key]!
      if (paths.wanted.has(path)) {
        const known = found.get(path)
        if (known) addScalars(known, value, false)
        else if (typeof value !== 'object') found.set(path, [value])
        else {
          const values: Value[] = []
          addScalars(values, value, false)
          if (values.length > 0) found.set(path, values)
        }
      }
      if (typeof value === 'object' && paths.ways.has(path)) walk(found, value, `${path}.`, paths)
    }
}

/** Whether a field has a value, or an attribute below it has one. Null, `[]` and `{}` are none; an empty string is one. */
export function hasValue(doc: Doc, field: Field): boolean {
  if (field.scope !== 'attribute') return valuesAt(doc, field).length > 0
  const members: Json[] = []
  addMembers(members, doc.attributes, field.path, true)
  return members.some(holdsScalar)
}

function addReserved(values: Value[], doc: Doc, name: (typeof reserved)[number]): void {
  const value = doc[name]
  if (typeof value === 'string') values.push(value)
  else if (value) for (const one of value) values.push(one)
}

/** The values of tags, of one key where it is given. A key ends at the first colon; a bare tag has neither key nor value. */
function addTags(values: Value[], doc: Doc, key?: string): void {
  for (const tag of doc.tags) {
    const colon = tag.indexOf(':')
    if (colon >= 0 && (key === undefined || (colon === key.length && tag.startsWith(key)))) values.push(tag.slice(colon + 1))
  }
}

function addAttribute(values: Value[], doc: Doc, path: string): void {
  const members: Json[] = []
  addMembers(members, doc.attributes, path, false)
  for (const member of members) addScalars(values, member, false)
}

/**
 * Every member at a path; with `below` also those whose key goes on from it, as `http.method` does from `http`. A member has one path
 * only, so this visits no part of a document twice, however the keys are cut.
 */
function addMembers(members: Json[], node: Json, path: string, below: boolean): void {
  if (Array.isArray(node)) {
    for (const item of node) addMembers(members, item, path, below)
  } else if (isObject(node)) {
    // by the keys it has, not by the dots asked for: of those a query can hold thousands
    const first = path.charCodeAt(0)
    for (const key of Object.keys(node)) {
      // most keys are told from the path by their first letter
      if (key !== '' && path !== '' && key.charCodeAt(0) !== first) continue
      if (key === path) members.push(node[key]!)
      else if (path.startsWith(key) && path[key.length] === '.') addMembers(members, node[key]!, path.slice(key.length + 1), below)
      else if (below && key.startsWith(path) && key[path.length] === '.') members.push(node[key]!)
    }
  }
}

/** Every scalar of a value and the arrays in it; with `below` those of its members too. */
function addScalars(values: Value[], node: Json, below: boolean): void {
  if (Array.isArray(node)) for (const item of node) addScalars(values, item, below)
  else if (isObject(node)) {
    if (below) for (const key of Object.keys(node)) addScalars(values, node[key]!, below)
  } else if (node !== null) values.push(node)
}

function holdsScalar(node: Json): boolean {
  if (Array.isArray(node)) return node.some(holdsScalar)
  return isObject(node) ? Object.values(node).some(holdsScalar) : node !== null
}
