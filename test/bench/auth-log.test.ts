import { expect, test } from 'vitest'
import { normalise } from '../../daemon/intake/normalise.ts'
import { makeAuthLog } from './auth-log.ts'

const { lines, attackers } = makeAuthLog(20_000, 1)
const failures = new Map<string, number>()
for (const line of lines) {
  const [, from] = /Failed password for .* from (\S+) port/.exec(line) ?? []
  if (from !== undefined) failures.set(from, (failures.get(from) ?? 0) + 1)
}

test('a seed makes the same lines again, another seed others', () => {
  const textOf = (seed: number) => makeAuthLog(20_000, seed).lines.join('\n')
  expect(textOf(1) === lines.join('\n')).toBe(true)
  expect(textOf(2) === lines.join('\n')).toBe(false)
})
test('as many lines as asked for, in the order of time', () => {
  expect(lines).toHaveLength(20_000)
  const times = lines.map(line => line.slice(0, 15))
  expect(times.findIndex((time, i) => i > 0 && time < times[i - 1]!)).toBe(-1)
})
test('attackers fail dozens of times, nobody else as often as rules look for', () => {
  expect(attackers.size).toBeGreaterThan(10)
  expect([...attackers].filter(address => (failures.get(address) ?? 0) < 30)).toEqual([])
  const others = [...failures].filter(([address]) => !attackers.has(address))
  expect(others.length).toBeGreaterThan(0)
  expect(others.filter(([, count]) => count > 5)).toEqual([])
})
test('every line of sshd with an address is read', () => {
  const context = { now: Date.UTC(2026, 0, 1), zone: 0 }
  const unread = lines.filter(line => {
    if (!/ sshd\[\d+\]: (?!pam_unix)/.test(line)) return false
    const { attributes } = normalise(line, { stream: 'live' }, context)
    return (attributes['network'] as { client?: { ip?: string } } | undefined)?.client?.ip === undefined
  })
  expect(unread).toEqual([])
})
