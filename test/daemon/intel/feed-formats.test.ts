import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { feedFormats } from '../../../daemon/intel/feed-formats/index.ts'
import { Refusal } from '../../../daemon/lib/errors.ts'
import { readSpan } from '../../../shared/span.ts'

vi.setConfig({ testTimeout: 60_000 }) // these take a second, but not on a machine that does five other things

function read(name: string, text: string) {
  const skipped: string[] = []
  const entries = [...feedFormats.find(format => format.name === name)!.read(text, (line, why) => skipped.push(`${line}: ${why}`))]
  return { entries, skipped }
}
function refusal(name: string, text: string): Refusal {
  try {
    read(name, text)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('It was not refused.')
}

/** Every feed format must pass these. `wrap` writes addresses as the format does, one a line; `line` is the number of the first. */
const contract = [
  { name: 'netset', line: 1, wrap: (values: string[]) => values.join('\n') },
  { name: 'csv', line: 2, wrap: (values: string[]) => ['ip_address', ...values].join('\n') },
]

test('every format has a contract', () => expect(feedFormats.map(({ name }) => name)).toEqual(contract.map(({ name }) => name)))

describe.each(contract)('$name', ({ name, line, wrap }) => {
  const values = ['203.0.113.9', '198.51.100.0/24', '192.0.2.1-192.0.2.9', '2001:db8::/32', '2001:db8::1']

  test.each([
    ['line feeds', wrap(values)],
    ['carriage returns', wrap(values).replaceAll('\n', '\r\n')],
    ['a line end at the end', `${wrap(values)}\n`],
    ['a byte order mark', `\uFEFF${wrap(values)}`],
    ['empty lines', wrap(values).replaceAll('\n', '\n\n')],
    ['comments', `# a list\n${wrap(values)}\n# the end`],
  ])('reads lines with %s', (_, text) => {
    expect(read(name, text)).toEqual({ entries: values.map(value => ({ value })), skipped: [] })
  })

  test.each([
    ['', 'feed_empty', 'empty'],
    [' \n\t\r\n ', 'feed_empty', 'empty'],
    ['# nothing but a comment\n', 'feed_empty', 'no entries'],
    ['<!DOCTYPE html><html><body>Log in</body></html>', 'feed_html', 'HTML'],
    ['\n  <html>\n203.0.113.9\n</html>', 'feed_html', 'HTML'],
    ['<?xml version="1.0"?><Error/>', 'feed_html', 'HTML'],
    ['\u001f\u008b\u0008\0\0\0', 'feed_not_text', 'binary'],
    ['{"message":"Not Found"}', 'feed_json', 'JSON'],
    ['It works!', 'feed_invalid', 'it works!'],
    [wrap(['nowhere']), 'feed_invalid', `line ${line}: "nowhere"`],
    [wrap(['203.0.113.9', 'a', 'b']), 'feed_invalid', `2 of 3 lines are not valid for the format ${name}; line ${line + 1}: "a"`],
  ])('refuses %j: %s', (text, code, words) => {
    const refused = refusal(name, text)
    expect(refused).toMatchObject({ status: 400, code })
    expect(refused.message.toLowerCase()).toContain(words.toLowerCase())
  })

  test('a few bad lines are told, not fatal', () => {
    const { entries, skipped } = read(
      name,
      wrap(['203.0.113.9', '203.0.113.256', '203.0.113.10', '203.0.113.9-203.0.113.1', '203.0.113.0/33', '2001:db8::/129', ...values]),
    )
    expect(entries.map(({ value }) => value)).toEqual(['203.0.113.9', '203.0.113.10', ...values])
    expect(skipped.map(words => Number.parseInt(words, 10))).toEqual([1, 3, 4, 5].map(at => at + line))
  })

  test('a hostile line is quoted short', () => expect(refusal(name, wrap(['x'.repeat(100_000)])).message.length).toBeLessThan(400))

  test('any text gives entries or a refusal', () => {
    const text = fc.string({ unit: fc.constantFrom(...'019.:/-,;"#\t \r\nip<{x\0'), maxLength: 200 })
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          text.map(text => wrap([text])),
          fc.string(),
        ),
        text => {
          try {
            for (const { value } of read(name, text).entries) expect(readSpan(value)).toBeDefined()
          } catch (error) {
            expect(error).toBeInstanceOf(Refusal)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })
})

describe('netset', () => {
  test.each([
    ['203.0.113.9\t10', { value: '203.0.113.9', additional_data: { lists: '10' } }],
    ['203.0.113.9 # seen twice', { value: '203.0.113.9' }],
    ['203.0.113.0/24 ; SBL1', { value: '203.0.113.0/24' }],
    ['  203.0.113.9  ', { value: '203.0.113.9' }],
    ['203.0.113.9 - 203.0.113.12', { value: '203.0.113.9-203.0.113.12' }],
    ['203.0.113.9 ssh 2026-01-02', { value: '203.0.113.9', additional_data: { column_2: 'ssh', column_3: '2026-01-02' } }],
  ])('%s', (line, entry) => expect(read('netset', line).entries).toEqual([entry]))
})

describe('csv', () => {
  test.each([
    [
      'ip_address,category,subcategory,intention\n203.0.113.9,tor,exit,suspicious',
      { category: 'tor', subcategory: 'exit', intention: 'suspicious' },
    ],
    ['IP,Intention\n203.0.113.9,MALICIOUS', { intention: 'malicious' }],
    ['address;first seen;owner\n203.0.113.9;2026-01-02;', { additional_data: { first_seen: '2026-01-02' } }],
    ['network\tnote\n203.0.113.9\ta, b; c', { additional_data: { note: 'a, b; c' } }],
    ['note,cidr\n"said ""hello"", and\r\nleft",203.0.113.9', { additional_data: { note: 'said "hello", and\nleft' } }],
    ['"indicator","note"\n"203.0.113.9",""', {}],
    [
      'ip,source,additional_data\n203.0.113.9,honeypot,"{""port"":22,""user"":""root""}"',
      { additional_data: { source: 'honeypot', port: '22', user: 'root' } },
    ],
    ['ip,additional_data\n203.0.113.9,{not json', { additional_data: { additional_data: '{not json' } }],
    ['ip,cidr\n203.0.113.9,203.0.113.0/24', { additional_data: { cidr: '203.0.113.0/24' } }],
    ['ip,note,more\n203.0.113.9', {}],
  ])('%j', (text, said) => expect(read('csv', text)).toEqual({ entries: [{ value: '203.0.113.9', ...said }], skipped: [] }))

  test.each([
    ['203.0.113.9', 'quotes', '203.0.113.8,"x" y'],
    ['203.0.113.9', 'has 3 cells where the header has 2', '203.0.113.8,x,y'],
    ['203.0.113.9', 'is not an intention', '203.0.113.8,evil'],
  ])('%s stands, the next row is told: %s', (value, words, row) => {
    const { entries, skipped } = read('csv', `ip,intention\n203.0.113.9,benign\n${row}`)
    expect(entries).toEqual([{ value, intention: 'benign' }])
    expect(skipped[0]).toContain(`3: `)
    expect(skipped[0]).toContain(words)
  })

  test('an open quote costs its own record, not the feed', () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `10.0.${i >> 8}.${i & 255},x`)
    const { entries, skipped } = read('csv', ['ip,note', '203.0.113.9,"open', ...rows].join('\n'))
    expect(skipped).toEqual(['2: its quotes do not match up'])
    expect(entries.length).toBeGreaterThan(10_000)
  })

  test.each(['domain,category\nexample.org,malware', '203.0.113.9,tor\n203.0.113.10,tor'])('without a column for addresses: %j', text => {
    expect(refusal('csv', text).message).toContain('must name the columns, one of them ip_address, ip,')
  })

  test('a column called __proto__ is data', () => {
    const [entry] = read('csv', 'ip,__proto__,constructor\n203.0.113.9,a,b').entries
    expect(Object.entries(entry!.additional_data!)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ])
  })
})
