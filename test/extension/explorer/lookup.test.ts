import { expect, test } from 'vitest'
import { fileOf, type Row } from '../../../extension/explorer/lookup/desk.ts'

const row: Row = {
  ...{ id: 'url x', value: '=HYPERLINK("x")', type: 'url', verdict: 'malicious', sources: ['+one', 'two'], categories: ['malware'] },
  ...{ knownGood: [], kind: 'match', scope: '', country: '', as: '@SUM(1)' },
  host: { value: '=host', kind: 'match', verdict: 'malicious', sources: ['two'], indicators: ['evil.example'] },
  inside: { count: 1000, more: true, first: [] },
}
test('a value that is a formula: an apostrophe in CSV, as it is in NDJSON', () => {
  const [head, line] = fileOf('csv', [row]).split('\r\n')
  expect(head).toBe(
    '"value","type","kind","verdict","sources","categories","knownGood","scope","country","as","host","hostKind","hostVerdict","hostSources","hostIndicators","inside"',
  )
  expect(line).toBe(
    `"'=HYPERLINK(""x"")","url","match","malicious","'+one; two","malware","","","","'@SUM(1)","'=host","match","malicious","two","evil.example","more than 1,000 listed inside"`,
  )
  const { id: _, ...rest } = row
  expect(JSON.parse(fileOf('ndjson', [row]))).toEqual(rest)
})
