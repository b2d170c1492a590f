import { describe, expect, test } from 'vitest'
import { night } from '../../daemon/demo/night.ts'
import { raised } from '../../daemon/demo/story.ts'
import { worthALook } from '../../daemon/demo/worth.ts'
import { logFormats } from '../../daemon/intake/log-formats/index.ts'
import { normalise } from '../../daemon/intake/normalise.ts'
import { findAddresses } from '../../shared/addresses.ts'
import { readAddress, scopeOf } from '../../shared/ip.ts'
import { severities } from '../../shared/severity.ts'
import { judge } from '../daemon/demo/judge.ts'

const noon = Date.UTC(2025, 5, 3, 12)
const times: [name: string, now: number, seed: number][] = [
  ['in the night', Date.UTC(2025, 11, 10, 3, 11, 2, 345), 2],
  ['at New Year', Date.UTC(2026, 0, 1, 0, 30), 2017],
]
const formatOf = (line: string, now: number) =>
  logFormats.find(format => format.recognises(line) && format.read(line, { now, zone: 0 }))!.name

test.each([[7], [2017]])('seed %i', seed => {
  expect(JSON.stringify(night(noon, seed))).toBe(JSON.stringify(night(noon, seed)))
  expect(night(noon, seed).all[0]).not.toEqual(night(noon, seed + 2).all[0])
})

describe.each(times)('%s', (_, now, seed) => {
  const { ordinary, attacks, all } = night(now, seed)

  test('some 5,000 lines of the last 24 hours, in order', () => {
    expect(ordinary.length).toBeGreaterThan(4500)
    expect(ordinary.length).toBeLessThan(6500)
    expect(all).toHaveLength(ordinary.length + attacks.length)
    expect(all.map(({ time }) => time)).toEqual(all.map(({ time }) => time).sort((a, b) => a - b))
    expect(all[0]!.time).toBeGreaterThan(now - 24 * 3_600_000 - 1)
    expect(all.at(-1)!.time).toBeLessThanOrEqual(now)
  })

  test('20 to 40 lines are worth a look, among them the scanner, the login through Tor and the guess that was right', () => {
    const worth = worthALook(attacks).map(({ text }) => text)
    expect(worth.length).toBeGreaterThanOrEqual(20)
    expect(worth.length).toBeLessThanOrEqual(40)
    for (const words of [
      '203.0.113.9 ',
      'UNION',
      'Accepted password for deploy',
      '/etc/shadow',
      'role of ana.admin changed',
      '203.0.113.40',
    ])
      expect(worth.join('\n')).toContain(words)
  })

  test('every line is read, and tells its time', () => {
    const plain = all.filter(({ text }) => formatOf(text, now) === 'plain')
    expect(plain.filter(({ sender }) => sender.service !== 'backup')).toEqual([])
    const wrong = all.filter(({ text, time, sender }) => {
      const { timestamp, service, source, tags } = normalise(text, { stream: 'live', ...sender }, { now, zone: 0 })
      return Math.abs(timestamp - time) >= 1000 || !service || !source || !/\benv:(prod|staging)\b/.test(tags.join())
    })
    expect(wrong).toEqual([])
  })

  test('many formats and services', () => {
    const formats = new Set(all.map(({ text }) => formatOf(text, now)))
    expect([...formats].sort()).toEqual(['access', 'datadog', 'logfmt', 'nginx_error', 'plain', 'rfc3164', 'rfc5424'])
  })

  test('no address that could be somebody’s', () => {
    const scopes = new Set(all.flatMap(({ text }) => findAddresses(text).map(({ address }) => scopeOf(readAddress(address)!))))
    expect([...scopes].sort()).toEqual(['documentation', 'private'])
  })

  test('the background: no signal', async () => expect(await judge(ordinary, now)).toEqual([]))
})

test('the story in the night: its signals', async () => {
  const [, now, seed] = times[0]!
  expect((await judge(night(now, seed).all, now)).sort()).toEqual([...raised].sort())
})

test('the story has every severity', () => {
  expect(new Set(raised.map(signal => signal.split(' ')[0]))).toEqual(new Set(severities))
  expect(raised.length).toBeGreaterThanOrEqual(12)
})
