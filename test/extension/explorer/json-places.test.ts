import { describe, expect, test } from 'vitest'
import { JsonFault, lineOf, placesOf, rangeOf } from '../../../extension/explorer/json-places.ts'

const text = `{
  "name": "a \\"b\\"",
  "queries": [{ "query": "x" }, { "query": "y:" }],
  "empty": {}
}`
const at = (path: string, within?: [number, number]) => {
  const range = rangeOf(placesOf(text), path, within)
  return range && text.slice(...range)
}

test.each([
  ['name', '"a \\"b\\""'],
  ['queries.1.query', '"y:"'],
  ['queries.0', '{ "query": "x" }'],
  ['empty', '{}'],
  ['queries.1.missing', '{ "query": "y:" }'],
  ['nowhere.at.all', text],
])('%s stands at %s', (path, expected) => expect(at(path)).toBe(expected))

test('a range in a text is one in the whole', () => expect(at('queries.1.query', [0, 2])).toBe('y:'))

describe('no JSON', () => {
  test.each([
    ['', 0, 'a value should stand here, but the text ends'],
    ['{"a": }', 6, 'a value should stand here, but there is }'],
    ['{"a": 1 "b"}', 8, 'a comma or } should stand here, but there is "'],
    ['{a: 1}', 1, 'a name in double quotes should stand here, but there is a'],
    ['[1, ]', 4, 'a value should stand here, but there is ]'],
    ['{"a" 1}', 5, 'a colon should stand here, but there is 1'],
    ['[1] x', 4, 'nothing should stand here, but there is x'],
    ['"open', 0, 'a value should stand here, but there is "'],
    [`${'['.repeat(200)}`, 101, 'something less deep should stand here, but there is ['],
  ])('%s: at %i', (text, place, message) => {
    const fault = (() => {
      try {
        placesOf(text)
      } catch (error) {
        return error as JsonFault
      }
    })()
    expect(fault).toBeInstanceOf(JsonFault)
    expect([fault!.at, fault!.message]).toEqual([place, message])
  })
})

test('whatever JSON.stringify writes is read', () => {
  const value = { a: [1, -2.5e-7, true, null, 'ü\u2028"\\'], b: { '': {} } }
  expect(() => placesOf(JSON.stringify(value, null, 2))).not.toThrow()
})

test('the line of an offset', () => expect([lineOf('a\nb', 0), lineOf('a\nb', 2)]).toEqual([1, 2]))
