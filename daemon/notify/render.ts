import type { Piece } from '../../shared/notice.ts'
import type { Signal } from '../../shared/signal.ts'
import { hasVariables, messageOf } from '../engine/message.ts'
import { type Node, readTemplate, TemplateError, type Test } from './template.ts'
import { variablesOf } from './variables.ts'

/** Values of one variable that are named; more are counted. */
const mostValues = 5
const longestValue = 2000
const longestMessage = 8000
/** All of what is written, characters. */
const longest = 32_768

type Values = (name: string) => string[]
interface How {
  valuesOf: Values
  /** What has no value stays as it is written, instead of being nothing. */
  keepUnknown?: boolean
}

const clip = (text: string, most: number) => (text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`)
const joined = (values: string[]) =>
  values.slice(0, mostValues).join(', ') + (values.length > mostValues ? ` and ${values.length - mostValues} more` : '')
/** Control characters, and those that turn the direction of what comes after them. */
const treacherous = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]+/gu
/** A value on one line: it must not look like lines of the template. */
export const onOneLine = (text: string) => text.replace(treacherous, ' ')
/** A message may have lines of its own. */
export const inLines = (text: string) => text.split(/\r?\n/).map(onOneLine).join('\n')

const holds: Record<Test['name'], (values: string[], words: string[]) => boolean> = {
  if: values => values.some(value => value !== '' && value !== '0' && value !== 'false'),
  is_match: (values, words) => values.some(value => words.some(word => word !== '' && value.includes(word))),
  is_exact_match: (values, words) => (values.length === 0 ? words.includes('') : values.some(value => words.includes(value))),
}

/** Write down what a template says of a signal. What comes from the signal is marked as given. */
export function render(nodes: readonly Node[], { valuesOf, keepUnknown = false }: How): Piece[] {
  const pieces: Piece[] = []
  let left = longest
  const put = (piece: 'own' | 'given', text: string) => {
    const taken = clip(text, left)
    left -= taken.length
    if (taken !== '') pieces.push(piece === 'own' ? { own: taken } : { given: taken })
  }
  const numberOf = (name: string) => Number(valuesOf(name)[0] ?? Number.NaN)

  function walk(inside: readonly Node[]): void {
    for (const node of inside) {
      if (left <= 0) return
      switch (node.kind) {
        case 'text':
          put('own', node.text)
          break
        case 'value': {
          const values = valuesOf(node.name)
          const said =
            node.name === 'message' ? clip(inLines(joined(values)), longestMessage) : clip(onOneLine(joined(values)), longestValue)
          if (values.length > 0) put('given', said)
          else if (keepUnknown) put('own', node.written)
          break
        }
        case 'urlencode':
          put('given', encodeURIComponent(clip(joined(valuesOf(node.name)), longestValue).replace(/\p{Surrogate}/gu, '\ufffd')))
          break
        case 'local_time':
          put('given', localTime(numberOf(`${node.name}_epoch`), node.zone))
          break
        case 'eval': {
          const result = node.sum(numberOf)
          if (Number.isFinite(result)) put('given', String(Math.round(result * 1e6) / 1e6))
          break
        }
        case 'block':
          walk(holds[node.test.name](valuesOf(node.test.variable), node.test.words) !== node.test.negated ? node.inside : node.otherwise)
      }
    }
  }
  walk(nodes)
  return pieces
}

/** `2026-03-14 13:00 CET` */
function localTime(time: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' },
  }).formatToParts(time)
  const at = (type: Intl.DateTimeFormatPartTypes) => parts.find(part => part.type === type)?.value ?? ''
  return `${at('year')}-${at('month')}-${at('day')} ${at('hour')}:${at('minute')} ${at('timeZoneName')}`
}

/** What was read of templates; there are as many as rules. */
const read = new Map<string, readonly Node[]>()
const mostRead = 200
function nodesOf(text: string, lenient = false): readonly Node[] {
  const key = `${lenient}${text}`
  const nodes = read.get(key) ?? readTemplate(text, { lenient })
  read.delete(key)
  read.set(key, nodes)
  if (read.size > mostRead) read.delete(read.keys().next().value!)
  return nodes
}

/** What the detection rule says of a signal; where that is no template, with its variables filled in. */
function saidOf(signal: Signal, valuesOf: Values): string {
  if (!hasVariables(signal.detection)) return signal.detection.message
  try {
    return textOf(render(nodesOf(signal.detection.message, true), { valuesOf, keepUnknown: true }))
  } catch (error) {
    if (error instanceof TemplateError) return messageOf(signal.detection)
    throw error
  }
}

/** Write a template down for a signal. */
export function written(template: string, signal: Signal): Piece[] {
  let isInside = false
  const valuesOf: Values = variablesOf(signal, () => {
    // a message may not hold itself
    if (isInside) return ''
    isInside = true
    try {
      return saidOf(signal, valuesOf)
    } finally {
      isInside = false
    }
  })
  return render(nodesOf(template), { valuesOf })
}

/** Pieces as they are, for where nothing in a text means anything. */
export const textOf = (pieces: readonly Piece[]): string => pieces.map(piece => ('own' in piece ? piece.own : piece.given)).join('')
