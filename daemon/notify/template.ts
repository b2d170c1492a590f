import { readSum, type Sum, SumError } from './expression.ts'
import { isVariable, timeVariables } from './variables.ts'

/** Why a template is none; `at` is the half-open range in it. */
export class TemplateError extends Error {
  readonly at: readonly [number, number]
  constructor(message: string, at: readonly [number, number]) {
    super(message)
    this.at = at
  }
}

/** What a template comes to, in order. `written` is how it stands there. */
export type Node =
  | { kind: 'text'; text: string }
  | { kind: 'value'; name: string; written: string }
  | { kind: 'urlencode'; name: string }
  | { kind: 'local_time'; name: string; zone: string }
  | { kind: 'eval'; sum: Sum }
  | { kind: 'block'; test: Test; inside: Node[]; otherwise: Node[] }

/** `if`: has a value; `is_match`: one holds one of the words; `is_exact_match`: one is one of them, and nothing is ''. */
export interface Test {
  name: 'if' | 'is_match' | 'is_exact_match'
  negated: boolean
  variable: string
  words: string[]
}

const longest = 16_384
const deepest = 10
const mostNodes = 2000

const raw = /\{\{\{\{\s*raw\s*\}\}\}\}([\s\S]*?)\{\{\{\{\s*\/\s*raw\s*\}\}\}\}/y
const tag = /\{\{((?:"[^"]*"|'[^']*'|(?!\}\})[^"']|["'](?![^"']*["']))*?)\}\}/y
const word = /\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))\s*/y
const blocks = ['if', 'is_match', 'is_exact_match'] as const

interface Opened {
  name: string
  at: [number, number]
  node: Extract<Node, { kind: 'block' }>
}

/**
 * Read a template: Datadog's, without what runs. `lenient`: what is no variable here stays as it is written, as rules that come from elsewhere
 * want it. Throws a TemplateError.
 */
export function readTemplate(text: string, { lenient = false } = {}): Node[] {
  if (text.length > longest) throw new TemplateError(`is longer than ${longest} characters`, [longest, text.length])
  const root: Node[] = []
  const open: Opened[] = []
  let into = root
  let count = 0
  let at = 0

  const add = (node: Node, place: [number, number]) => {
    if (++count > mostNodes) throw new TemplateError(`holds more than ${mostNodes} parts`, place)
    into.push(node)
  }
  const addText = (to: number) => {
    if (to > at) add({ kind: 'text', text: text.slice(at, to) }, [at, to])
  }

  for (let next = text.indexOf('{{', at); next !== -1; next = text.indexOf('{{', at)) {
    addText(next)
    at = next
    raw.lastIndex = next
    const plain = raw.exec(text)
    if (plain) {
      add({ kind: 'text', text: plain[1]! }, [next, raw.lastIndex])
      at = raw.lastIndex
      continue
    }
    tag.lastIndex = next
    const found = tag.exec(text)
    if (!found) throw new TemplateError('has {{ without }}', [next, next + 2])
    const place: [number, number] = [next, tag.lastIndex]
    at = tag.lastIndex
    const inner = found[1]!
    const sign = inner.trimStart()[0] ?? ''
    if (sign === '/') close(inner.trim().slice(1).trim(), place)
    else if (inner.trim() === 'else') elseOf(place)
    else if (sign === '#' || sign === '^') begin(sign, inner.trim().slice(1), place)
    else add(nodeOf(inner, place), place)
  }
  addText(text.length)
  const last = open.at(-1)
  if (last) throw new TemplateError(`{{#${last.name}}} is not closed: {{/${last.name}}} is missing`, last.at)
  return root

  function wordsOf(inner: string, place: [number, number]): string[] {
    const words: string[] = []
    for (word.lastIndex = 0; word.lastIndex < inner.length; ) {
      const one = word.exec(inner)
      if (!one) throw new TemplateError('has a quote that is not closed', place)
      words.push((one[1] ?? one[2] ?? one[3])!)
    }
    return words
  }
  function variable(name: string | undefined, what: string, place: [number, number]): string {
    if (name === undefined) throw new TemplateError(`${what} must name a variable`, place)
    if (!isVariable(name)) throw unknown(name, place)
    return name
  }

  function begin(sign: string, inner: string, place: [number, number]): void {
    const [name = '', first, ...words] = wordsOf(inner, place)
    const kind = blocks.find(one => one === name)
    if (!kind) throw new TemplateError(`there is no {{#${name}}}: there are ${blocks.map(one => `{{#${one}}}`).join(', ')}`, place)
    if (open.length >= deepest) throw new TemplateError(`is nested more than ${deepest} deep`, place)
    if (kind !== 'if' && words.length === 0) throw new TemplateError(`{{${sign}${name}}} must say what to compare with`, place)
    const test = { name: kind, negated: sign === '^', variable: variable(first, `{{${sign}${name}}}`, place), words }
    const node = { kind: 'block' as const, test, inside: [], otherwise: [] }
    add(node, place)
    open.push({ name, at: place, node })
    into = node.inside
  }
  function elseOf(place: [number, number]): void {
    const last = open.at(-1)
    if (!last || into === last.node.otherwise) throw new TemplateError('{{else}} stands in no {{#if}}', place)
    into = last.node.otherwise
  }
  function close(name: string, place: [number, number]): void {
    const last = open.pop()
    if (last?.name !== name) throw new TemplateError(last ? `{{/${last.name}}} must come first` : `{{/${name}}} closes nothing`, place)
    const outer = open.at(-1)
    // a block lies where the outer one was when it began
    into = !outer ? root : outer.node.otherwise.includes(last.node) ? outer.node.otherwise : outer.node.inside
  }

  function nodeOf(inner: string, place: [number, number]): Node {
    const words = wordsOf(inner, place)
    const [name = ''] = words
    const written = text.slice(...place)
    if (words.length === 1 && isVariable(name)) return { kind: 'value', name, written }
    switch (words.length > 1 ? name : '') {
      case 'urlencode':
        return { kind: 'urlencode', name: variable(words[1], '{{urlencode}}', place) }
      case 'local_time':
        return localTime(words, place)
      case 'eval':
        return { kind: 'eval', sum: sumOf(words.slice(1).join(' '), place) }
    }
    if (lenient) return words.length === 1 ? { kind: 'value', name, written } : { kind: 'text', text: written }
    throw unknown(words.join(' '), place)
  }
  function localTime([, name = '', zone = '']: string[], place: [number, number]): Node {
    if (!timeVariables.includes(name)) throw new TemplateError(`{{local_time}} takes one of ${timeVariables.join(', ')}`, place)
    if (!isZone(zone)) throw new TemplateError(`“${zone}” is no time zone, such as Europe/Paris`, place)
    return { kind: 'local_time', name, zone }
  }
  function sumOf(sum: string, place: [number, number]): Sum {
    // where the sum stands in the tag
    const from = place[0] + Math.max(0, text.slice(...place).indexOf(sum))
    try {
      return readSum(sum, (name, [start, end]) => {
        if (!isVariable(name)) throw unknown(name, [from + start, from + end])
      })
    } catch (error) {
      if (error instanceof SumError) throw new TemplateError(`{{eval}} ${error.message}`, [from + error.at[0], from + error.at[1]])
      throw error
    }
  }
}

const unknown = (name: string, at: [number, number]) =>
  new TemplateError(
    name.trim() === ''
      ? 'has {{}} without a variable'
      : `there is no variable “${name.slice(0, 100)}”${/^\w+$/.test(name) ? `; of a tag it is {{${name}.name}}, of an attribute {{@${name}}}` : ''}`,
    at,
  )

function isZone(zone: string): boolean {
  try {
    return zone !== '' && new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined
  } catch {
    return false
  }
}
