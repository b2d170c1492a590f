import { expect, test } from 'vitest'
import { startDaemon } from '../daemon.ts'

// what feeds say of an address is one word for whoever asks, and pages mark by it
const { standard } = await startDaemon()
const said: [ip: string, rows: [category: string, intention: string][], verdict: string | null, mark?: 'match'][] = [
  ['203.0.113.1', [['scanner', 'malicious']], 'malicious', 'match'],
  ['203.0.113.2', [['attack', 'suspicious']], 'suspicious', 'match'],
  ['203.0.113.3', [['tor', 'suspicious']], 'anonymizer', 'match'],
  ['203.0.113.4', [['corp_vpn', 'benign']], 'benign'],
  ['203.0.113.5', [['hosting', 'unknown']], 'unknown'],
  [
    '203.0.113.6',
    [
      ['tor', 'suspicious'],
      ['scanner', 'suspicious'],
    ],
    'suspicious',
    'match',
  ],
  ['203.0.113.7', [], null],
]

test('by feed, category and intention', async () => {
  for (const place of [0, 1]) {
    const attributes = { name: `list ${place}`, format: 'csv', category: 'attack', intention: 'unknown' }
    const made = await standard.post('/api/local/feeds', { data: { attributes } })
    const rows = said.flatMap(([ip, rows]) => (rows[place] ? [[ip, ...rows[place]].join()] : []))
    const text = ['ip,category,intention', ...rows].join('\n')
    const loaded = await standard.put(`/api/local/feeds/${made.at('data.id')}/content`, text, { 'content-type': 'text/plain' })
    expect(loaded.status).toBe(200)
  }
  const found = []
  for (const [ip] of said) found.push([ip, (await standard.get(`/api/local/ip/${ip}`)).at('data.attributes.verdict')])
  expect(found).toEqual(said.map(([ip, , verdict]) => [ip, verdict]))
  const marks = await standard.post('/api/local/marks', { data: { type: 'marks', attributes: { values: said.map(([ip]) => ip) } } })
  expect(marks.at('data.attributes.kinds')).toEqual(Object.fromEntries(said.flatMap(([ip, , , mark]) => (mark ? [[ip, mark]] : []))))
})
