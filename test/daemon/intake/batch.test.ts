import { describe, expect, test } from 'vitest'
import { intakeBatch } from '../../../daemon/intake/batch.ts'
import { findFault } from '../../../daemon/intake/json-fault.ts'
import { Refusal } from '../../../daemon/lib/errors.ts'

const context = { now: Date.UTC(2026, 6, 1, 12), zone: 0 }
const take = (text: string, type: string | undefined = 'application/json', sender = {}) => [
  ...intakeBatch(text, type, sender, context).logs,
]

function refusal(text: string, type?: string): Refusal {
  try {
    take(text, type)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('was taken')
}

test.each([
  ['[]', 'application/json', []],
  ['[{"message":"a"},{"message":"b"}]', 'application/json', ['a', 'b']],
  ['{"message":"a"}', 'application/json; charset=utf-8', ['a']],
  ['{"message":"a"}', '', ['a']],
  ['["a"]', 'application/json', ['a']],
  ['{"Records":[{"message":"a"},{"message":"b"}]}', 'application/json', ['a', 'b']],
  ['{"Records":[]}', 'application/json', []],
  ['[{"records":[{"message":"a"}]},{"message":"b"}]', 'application/json', ['a', 'b']],
  ['{"Records":[{"message":"a"},{"message":"b"}]}\n{"message":"c"}', 'application/x-ndjson', ['a', 'b', 'c']],
  ['{"@odata.context":"x","value":[{"message":"a"}],"@odata.nextLink":"y"}', 'application/json', ['a']],
  // logs that have lists of their own
  ['{"message":"a","Records":[{"message":"b"}]}', 'application/json', ['a']],
  ['{"message":"a","events":[{"message":"b"}]}', 'application/json', ['a']],
  ['{"Records":[1,2]}', 'application/json', 1],
  ['{"Records":{"message":"a"}}', 'application/json', 1],
  ['a\r\n\n  \nb', 'text/plain', ['a', 'b']],
  ['', 'text/plain', []],
  ['a\na', 'Text/Plain;charset=utf-8', ['a', 'a']],
  ['{"message":"a"}\n{"message":"b"}\n', 'application/x-ndjson', ['a', 'b']],
  [
    '66 <40>1 2026-06-30T06:45:29+00:00 host app web.3 - Starting up: ä\n.66 <40>1 2026-06-30T06:45:29+00:00 host app web.3 - Starting up: ä\n.',
    'application/logplex-1',
    2,
  ],
])('%j as %s', (text, type, expected) => {
  const messages = take(text, type).map(log => log.message)
  if (typeof expected === 'number') expect(messages).toHaveLength(expected)
  else expect(messages).toEqual(expected)
})

test('the query speaks for all logs', () => {
  const sender = { ddsource: 'app', ddtags: 'a:b,c:d', hostname: 'h', service: 's' }
  expect(take('x', 'text/plain', sender)[0]).toMatchObject({ source: 'app', tags: ['a:b', 'c:d'], host: 'h', service: 's', stream: 'live' })
  expect(take('{"message":"x","ddtags":"e:f"}', undefined, sender)[0]).toMatchObject({ tags: ['e:f', 'a:b', 'c:d'] })
})

test('an event of aws cloudtrail lookup-events', () => {
  const event = { eventVersion: '1.08', eventSource: 'iam.amazonaws.com', eventName: 'CreateUser', eventTime: '2026-06-01T10:00:00Z' }
  const sent = { EventId: '1', EventTime: 1748772000, Username: 'ann', CloudTrailEvent: JSON.stringify(event) }
  expect(take(JSON.stringify({ Events: [sent] }))).toMatchObject([
    { source: 'cloudtrail', timestamp: Date.UTC(2026, 5, 1, 10), attributes: { eventName: 'CreateUser', EventId: '1' } },
  ])
})

test('an import names its stream and its format', () => {
  const { count, logs } = intakeBatch('Jun  1 06:55:46 w1 app: x', 'text/plain', {}, context, { stream: 'import:1', format: 'plain' })
  expect(count).toBe(1)
  expect([...logs][0]).toMatchObject({ stream: 'import:1', message: 'Jun  1 06:55:46 w1 app: x' })
})

describe('refused, with the place', () => {
  test.each([
    ['[{"message":"a"},{"message":}]', 'application/json', 400, '[1]'],
    ['{"message":"a"', 'application/json', 400, undefined],
    ['', 'application/json', 400, undefined],
    ['[{"message":"a"},{"message":5}]', 'application/json', 400, '[1].message'],
    ['[{"message":["a"]}]', 'application/json', 400, '[0].message'],
    ['{"Records":[{"message":"a"},{"message":5}]}', 'application/json', 400, 'Records[1].message'],
    [`{"Records":[${'{},'.repeat(1000)}{}]}`, 'application/json', 413, undefined],
    ['{"message":"a","ddtags":5}', 'application/json', 400, 'ddtags'],
    ['{"message":"a","service":{}}', 'application/json', 400, 'service'],
    ['{"message":"a","hostname":[]}', 'application/json', 400, 'hostname'],
    ['{"message":"a","ddsource":true}', 'application/json', 400, 'ddsource'],
    ['[{"message":"a"},7]', 'application/json', 422, '[1]'],
    ['[null]', 'application/json', 422, '[0]'],
    ['[[]]', 'application/json', 422, '[0]'],
    ['5', 'application/json', 422, undefined],
    [`[{"message":"a"},${'['.repeat(70)}${']'.repeat(70)}]`, 'application/json', 400, '[1]'],
    ['{"message":"a"}\n{"message":', 'application/x-ndjson', 400, 'line 2'],
    ['99 <40>1 x', 'application/logplex-1', 400, 'frame 1'],
    ['a=1', 'application/x-www-form-urlencoded', 415, undefined],
    [`[${'"a",'.repeat(1000)}"a"]`, 'application/json', 413, undefined],
    ['a\n'.repeat(1001), 'text/plain', 413, undefined],
  ])('%.60s as %s → %i at %s', (text, type, status, field) => {
    const { status: given, problems } = refusal(text, type)
    expect(given).toBe(status)
    expect(problems[0]?.field).toBe(field)
  })

  test('100,000 opening brackets, in no time', () => {
    const start = performance.now()
    expect(refusal('['.repeat(100_000)).status).toBe(400)
    expect(performance.now() - start).toBeLessThan(500)
  })

  test('1,000 logs are taken', () => expect(take(`[${'"a",'.repeat(999)}"a"]`)).toHaveLength(1000))
})

describe('where JSON goes wrong', () => {
  test.each([
    ['{"a":a}', 5, undefined],
    ['[1,]', 3, 1],
    ['{"a":1', 6, undefined],
    ['[{"a":1},{"b" 2}]', 14, 1],
    ['[1 2]', 3, 0],
    ['{"a":1,}', 7, undefined],
    ['"\\x"', 0, undefined],
    ['1 2', 2, undefined],
    ['[01]', 2, 0],
    ['[1}', 2, 0],
    ['', 0, undefined],
  ])('%s at %i', (text, offset, index) => expect(findFault(text)).toEqual({ offset, index }))

  test.each(['[]', '{}', ' {"a":[1,-2.5e3,"x\\u0000",null,true,{}]} ', '"a"', '0'])('%s is faultless', text =>
    expect(findFault(text)).toBeUndefined())
})
