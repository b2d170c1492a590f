import { isObject, type Json, type JsonObject } from '../../../shared/json.ts'
import { JsonError, parseJson } from '../../lib/json.ts'
import { feedText, linesOf, refuseFeed } from './text.ts'

/** A whole text of JSON, or one JSON a line. Refused where it is neither. */
export function* jsonValues(given: string): Generator<readonly [where: string, value: Json]> {
  const text = feedText(given)
  const first = text.search(/[\r\n]/)
  if (first >= 0 && isJson(text.slice(0, first)) && text.slice(first).trim() !== '') {
    let number = 0
    for (const line of linesOf(text)) {
      number++
      if (line.trim() !== '') yield [`line ${number}`, read(line, `Line ${number}`)]
    }
  } else yield ['the feed', read(text, 'The feed')]
}

const isJson = (text: string) => /^\s*[[{].*[\]}]\s*$/.test(text) && safely(() => parseJson(text)) !== undefined
function safely<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof JsonError) return undefined
    throw error
  }
}

function read(text: string, what: string): Json {
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof JsonError) throw refuseFeed('feed_invalid', `${what} is not JSON: ${error.message.slice(0, 200)}`)
    throw error
  }
}

export const objectsIn = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : [])
export const textIn = (value: Json | undefined): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
