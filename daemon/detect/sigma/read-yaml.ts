import { isAlias, isCollection, isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, visit } from 'yaml'
import { type Json, put } from '../../../shared/json.ts'

/** Largest text, most documents in it, and how deep they may nest. */
const maxBytes = 256 * 1024
const maxDocuments = 500
const maxDepth = 64

/** A document of a text, with the line that it and each of its members begin on, by path: `detection.selection.0`. */
export interface Document {
  value: Json
  line: number
  lineOf(path: readonly (string | number)[]): number
}

/** What is wrong with a text, and where; line and column are counted from 1. */
export class YamlError extends Error {
  readonly line: number
  readonly column: number
  constructor(message: string, line = 1, column = 1) {
    super(message)
    this.line = line
    this.column = column
  }
}

/**
 * Read the documents of a YAML text as plain data. Whatever rules never need, and attacks do, is refused: anchors, aliases, tags, keys that are
 * no texts or stand twice, deep nesting. Throws a YamlError.
 */
export function readYaml(text: string): Document[] {
  if (Buffer.byteLength(text) > maxBytes) throw new YamlError(`is larger than ${maxBytes / 1024} kB`)
  if ((text.match(/^---/gm)?.length ?? 0) > maxDocuments) throw new YamlError(`holds more than ${maxDocuments} documents`)
  checkDepth(text)
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { schema: 'core', uniqueKeys: true, logLevel: 'error', stringKeys: false, lineCounter: lines })
  const list = Array.isArray(documents) ? documents : []
  const fail = (message: string, offset: number | undefined): never => {
    const { line, col } = lines.linePos(offset ?? 0)
    throw new YamlError(message, line, col)
  }
  return list.flatMap(document => {
    const [error] = document.errors
    if (error) fail(error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, ''), error.pos[0])
    visit(document, {
      Node(_, node) {
        if (isAlias(node)) fail('has an alias; rules need none', node.range?.[0])
        const { anchor, tag, range } = node as Node & { anchor?: string; tag?: string }
        if (anchor !== undefined) fail('has an anchor; rules need none', range?.[0])
        if (tag !== undefined) fail('has a tag; rules need none', range?.[0])
      },
      Pair(_, { key }) {
        const name = isScalar(key) ? key.value : undefined
        if (typeof name !== 'string' && typeof name !== 'number' && typeof name !== 'boolean')
          fail('has a key that is no text', (key as Node | null)?.range?.[0])
      },
    })
    const lineAt = (node: unknown) => lines.linePos((node as Node | null)?.range?.[0] ?? 0).line
    if (!document.contents) return []
    return [
      {
        value: plain(document.contents),
        line: lineAt(document.contents),
        lineOf: (path: readonly (string | number)[]) => {
          let node: unknown = document.contents
          for (const key of path) {
            const next = isCollection(node) ? memberOf(node, key) : undefined
            if (next === undefined) break
            node = next
          }
          return lineAt(node)
        },
      },
    ]
  })
}

function memberOf(node: unknown, key: string | number): unknown {
  if (isSeq(node)) return node.items[Number(key)]
  if (!isMap(node)) return undefined
  const pair = node.items.find(item => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key))
  return pair ? (pair.value ?? pair.key) : undefined
}

function plain(node: unknown): Json {
  if (isSeq(node)) return node.items.map(plain)
  if (isMap(node)) {
    const object = {}
    for (const { key, value } of node.items) put(object, String(isScalar(key) ? key.value : ''), plain(value))
    return object
  }
  const value = isScalar(node) ? node.value : null
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}

/**
 * Deep nesting ends the process of who parses it, so it is refused before: indentation, lists in lists on one line and brackets, counted on the
 * safe side of what is text and what is structure.
 */
function checkDepth(text: string): void {
  let indents: number[] = []
  let brackets = 0
  for (const [index, line] of text.split('\n').entries()) {
    if (line.startsWith('---')) {
      indents = []
      brackets = 0
    }
    const [lead = '', rest = ''] = [/^[\s\-?]*/.exec(line)?.[0], line.trim()]
    if (rest === '' || rest.startsWith('#')) continue
    const indent = line.length - line.trimStart().length
    while (indents.length > 0 && indents.at(-1)! >= indent) indents.pop()
    indents.push(indent)
    const signs = lead.replace(/\s/g, '').length
    // a bracket opens where a value may begin; anywhere else it is text
    for (const [match] of line.matchAll(/(?<=^|[[{,:\-?])\s*[[{]|[\]}]/g)) {
      brackets = /[\]}]/.test(match) ? Math.max(0, brackets - 1) : brackets + 1
      if (brackets > maxDepth) throw new YamlError(`nests deeper than ${maxDepth} levels`, index + 1)
    }
    if (indents.length + signs + brackets > maxDepth && !/^-+$/.test(rest))
      throw new YamlError(`nests deeper than ${maxDepth} levels`, index + 1)
  }
}
