import { expect, test } from 'vitest'
import { differences } from './compare.ts'
import { facets } from './queries.ts'
import type { Answer } from './sides/side.ts'

const count = (value: string, count: number) => ({ value, count })
const answer: Answer = {
  total: 7,
  rows: ['a', 'b'],
  facets: { ...Object.fromEntries(facets.map(path => [path, []])), source: [count('nginx', 4), count('sshd', 2), count('sudo', 1)] },
  histogram: [3, 4],
}
const withSources = (...source: Answer['facets'][string]): Answer => ({ ...answer, facets: { ...answer.facets, source } })

test.each<[string, Answer, number]>([
  ['the same', answer, 0],
  ['another total', { ...answer, total: 8 }, 1],
  ['rows in another order', { ...answer, rows: ['b', 'a'] }, 1],
  ['another histogram', { ...answer, histogram: [4, 3] }, 1],
  ['another count', withSources(count('nginx', 5), count('sshd', 2), count('sudo', 1)), 1],
  ['another frequent value', withSources(count('apache', 4), count('sshd', 2), count('sudo', 1)), 1],
  ['another of the values that are as frequent as the last', withSources(count('nginx', 4), count('sshd', 2), count('cron', 1)), 0],
])('%s → %s differences', (_, other, expected) => expect(differences(other, answer)).toHaveLength(expected))
