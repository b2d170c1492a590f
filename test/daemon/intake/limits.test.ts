import { describe, expect, test } from 'vitest'
import { bound, limits } from '../../../daemon/intake/limits.ts'
import { normalise } from '../../../daemon/intake/normalise.ts'
import { get, type Json, type JsonObject } from '../../../shared/json.ts'

const read = (item: Json) => normalise(item, { stream: 'live' }, { now: Date.UTC(2026, 6, 1), zone: 0 })
const truncated = (attributes: JsonObject) => get(attributes, 'signalbox', 'truncated') === true
const bytes = (value: Json) => Buffer.byteLength(JSON.stringify(value))
const many = (count: number): JsonObject => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]))

test('a log within the limits is the same object', () => {
  const log = read('hello')
  expect(bound(log)).toBe(log)
})

describe('a log of more than 1 MB', () => {
  test('loses the end of its message first', () => {
    const log = read({ message: 'é'.repeat(900_000), usr: { name: 'sam' } })
    expect(truncated(log.attributes)).toBe(true)
    expect(log.attributes['usr']).toEqual({ name: 'sam' })
    expect(bytes(log.message)).toBeGreaterThan(limits.bytes - 1000)
    expect(bytes(log.message)).toBeLessThan(limits.bytes)
    expect(log.message).toMatch(/^é+$/)
  })

  test('keeps 900 kB whole', () => {
    const log = read('x'.repeat(900_000))
    expect(log.message).toHaveLength(900_000)
    expect(truncated(log.attributes)).toBe(false)
  })

  test.each([
    ['strings', Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}`, 'x'.repeat(100_000)]))],
    ['a list', { list: Array.from({ length: 500_000 }, (_, i) => i) }],
    ['a deep list', { a: [[{ list: Array.from({ length: 500_000 }, () => 'xy') }]] }],
  ])('of %s keeps the beginning of its message', (_title, attributes) => {
    const log = read({ message: 'hello', ...attributes })
    expect(log.message).toBe('hello')
    expect(truncated(log.attributes)).toBe(true)
    expect(bytes(log.attributes)).toBeLessThan(1.6 * limits.bytes)
  })
})

describe('what has no room of its own stands in signalbox.rest', () => {
  test('1,000 keys are kept as they are', () => expect(read({ message: 'm', ...many(1000) }).attributes).toEqual(many(1000)))

  test('the 1,001st', () => {
    const { attributes } = read({ message: 'm', deep: many(1000) })
    expect(attributes['deep']).toEqual(many(999))
    expect(attributes['signalbox']).toEqual({ rest: '[{"path":"deep.k999","value":999}]', truncated: true })
  })

  test('a key of 513 characters', () => {
    const key = 'k'.repeat(513)
    const { attributes } = read({ message: 'm', [key]: 'v', a: 1, signalbox: 'mine' })
    expect(attributes).toEqual({ a: 1, signalbox: { sent: 'mine', rest: JSON.stringify([{ path: key, value: 'v' }]), truncated: true } })
  })

  test('one of two keys that differ in a lone surrogate only', () =>
    expect(read({ message: 'm', '\ud800': 1, '\ud801': 2 }).attributes).toEqual({
      '\ufffd': 1,
      signalbox: { rest: '[{"path":"\\ud801","value":2}]', truncated: true },
    }))

  test('tags beyond 1,000', () => {
    const log = read({ message: 'm', ddtags: Array.from({ length: 1002 }, (_, i) => `t:${i}`).join(',') })
    expect(log.tags).toHaveLength(1000)
    expect(get(log.attributes, 'signalbox', 'rest')).toBe('[{"path":"ddtags","value":["t:1000","t:1001"]}]')
  })
})

test('an attribute of more than 256 kB is cut', () => {
  const { attributes } = read({ message: 'm', a: 'x'.repeat(300_000) })
  expect(attributes['a']).toHaveLength(limits.string)
  expect(truncated(attributes)).toBe(true)
})

test('NUL stays, a lone surrogate becomes U+FFFD, a pair stays', () => {
  const log = read({ message: 'a\u0000\ud800b😀', '\udc00': ['\udc00'], service: 's\ud800', ddtags: 't:\ud800' })
  expect(log).toMatchObject({ message: 'a\u0000\ufffdb😀', service: 's\ufffd', tags: ['t:\ufffd'], attributes: { '\ufffd': ['\ufffd'] } })
  expect(truncated(log.attributes)).toBe(false)
})
