import { describe, expect, test } from 'vitest'
import { isDocument, recordsOf } from '../../../daemon/cli/import/records.ts'

async function linesOf(text: string, pieces: number): Promise<string[]> {
  const bytes = Buffer.from(text)
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += pieces) yield bytes.subarray(at, at + pieces)
  }
  const made: Buffer[] = []
  try {
    for await (const chunk of recordsOf(chunks())) made.push(chunk)
  } catch (error) {
    made.push(Buffer.from(`! ${(error as Error).message}\n`))
  }
  const out = Buffer.concat(made).toString()
  expect(out === '' || out.endsWith('\n')).toBe(true)
  return out.split('\n').slice(0, -1)
}

describe('the lines of', () => {
  test.each<[string, string[]]>([
    ['{"Records":[{"a":1},{"b":{"c":[1,2]}}]}', ['{"a":1}', '{"b":{"c":[1,2]}}']],
    ['{"Records":[]}', []],
    ['{\n  "Records": [\n    {\r\n "a": 1\n    }\n  ]\n}\n', ['{ "a": 1    }']],
    ['\ufeff{"records":[{"a":"ä"}]}', ['{"a":"ä"}']],
    ['[{"a":1},\n {"b":2}]', ['{"a":1}', '{"b":2}']],
    ['{"Records":[{"a":1}]}\n{"Records":[{"b":2}]}{"c":3}', ['{"a":1}', '{"b":2}', '{"c":3}']],
    ['{"Events":[{"a":"]}"},{"b":"\\\\\\"}{"}],"NextToken":"}"}[{}]', ['{"a":"]}"}', '{"b":"\\\\\\"}{"}', '{}']],
    ['{"nextToken":"x","events":[{"a":1}],"searchedLogStreams":[{"x":1}]}', ['{"a":1}']],
    ['{}{}{}{"a":1}', ['{}', '{}', '{}', '{"a":1}']],
    ['{"Records":[{"a":1}]}\nplain line\n[Sun Dec 4] error\n{"b":2}\n', ['{"a":1}', 'plain line', '[Sun Dec 4] error', '{"b":2}']],
    // an event that has a list of its own stays whole
    ['{\n"user":"x","Records":[{"a":1}]}', ['{"user":"x","Records":[{"a":1}]}']],
    ['{\n"Records":[{"a":1}],"message":"x"}', ['{"a":1}']],
    ['{"Records":[{"a":1},7]}', ['{"a":1}', '! has something else than an event at byte 20; what stands before it is imported']],
    ['{"Records":[{"a":1},{"b', ['{"a":1}', '{"b! is cut off within a JSON document; what stands before that is imported']],
    ['{"Records":[{"a":1}]', ['{"a":1}', '! is cut off within a JSON document; what stands before that is imported']],
  ])('%j', async (text, expected) => {
    for (const pieces of [1, 2, 7, 64 * 1024]) expect(await linesOf(text, pieces), `in pieces of ${pieces}`).toEqual(expected)
  })

  test('a document of 100,000 events in pieces of a kilobyte', async () => {
    const events = Array.from({ length: 100_000 }, (_, i) => ({ eventName: `e${i}`, text: '}],\\"' }))
    const lines = await linesOf(JSON.stringify({ Records: events }), 1024)
    expect(lines.map(line => JSON.parse(line) as object)).toEqual(events)
  })
})

test.each<[string, boolean | undefined]>([
  ['{"Records":[{', true],
  ['{"Records":[', undefined],
  ['{"Rec', undefined],
  ['{', undefined],
  ['', undefined],
  ['[{"a"', true],
  ['[{', true],
  ['{\n  "a": 1', true],
  ['{"a":1}\n{"b":2}', false],
  ['{"message":"x","Records":[{', false],
  ['{"Records":7}', false],
  ['{"Records":["a"]}', false],
  ['{"value":1,"a":2}', false],
  ['[Sun Dec 04 04:47:44 2005] [error] x', false],
  ['[1,2]', false],
  ['Jun  1 06:55:46 w1 app: x', false],
])('%j is a document: %s', (head, expected) => expect(isDocument(Buffer.from(head))).toBe(expected))
test('a text of 5,000 characters that has not closed is no document', () =>
  expect(isDocument(Buffer.from(`{"nextToken":"${'x'.repeat(5000)}`))).toBe(false))
