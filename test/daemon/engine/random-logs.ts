import type { Row } from '../../../daemon/engine/segments/segment.ts'
import type { Late } from '../../../daemon/store/log-intel.ts'
import type { Json, JsonObject } from '../../../shared/json.ts'
import { put } from '../../../shared/json.ts'

export type Random = ReturnType<typeof createRandom>

/** Numbers that follow from a seed alone (mulberry32). */
export function createRandom(seed: number) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (n: number) => Math.floor(next() * n)
  return {
    next,
    below,
    chance: (share: number) => next() < share,
    /** The first ones far more often. */
    pick: <T>(list: readonly T[]): T => list[Math.floor(next() ** 1.7 * list.length)]!,
    some: <T>(most: number, make: () => T): T[] => Array.from({ length: below(most + 1) }, make),
  }
}

export const words = [
  ...['failed', 'password', 'for', 'root', 'accepted', 'from', 'port', 'GET', 'Invalid', 'user', 'ssh2', 'x_y', '404', '10', '0', '1'],
  ...[
    'Überfall',
    'u\u0308ber',
    'über',
    'café',
    'cafe\u0301',
    'ΟΔΟΣ',
    'οδος',
    'İstanbul',
    'ß',
    'привет',
    'Мир',
    '東京',
    '東',
    '🔥',
    'a🔥b',
    '\ud800',
    'x\ud83d',
  ],
]
const joints = [' ', ' ', ' ', '-', '.', '/', ', ', '', ' "', '\u00a0', '…']
export const paths = [
  'usr.name',
  'usr',
  'http.status_code',
  'http',
  'a.b',
  'a',
  'a.b.c',
  '__proto__',
  '__proto__.x',
  'constructor',
  'network.ip.list',
  'title',
  'error.message',
  'error.stack',
  'error',
  'trace_id',
  'list',
  'list.k',
  'threat_intel.indicators_matched',
  'threat_intel.results.intention',
  'threat_intel.results.late',
  'threat_intel',
  '',
  'x y',
]
const keys = [
  'usr',
  'name',
  'http',
  'status_code',
  'a',
  'b',
  'c',
  'a.b',
  'b.c',
  '__proto__',
  'x',
  'constructor',
  'list',
  'k',
  '',
  'x y',
  'title',
  'error',
  'message',
  'trace_id',
  'usr.name',
  'a.',
  '.b',
]
export const tagKeys = ['env', 'team', 'service', 'host', 'source', 'status', 'a.b', '__proto__', '']
export const addresses = ['10.0.0.1', '10.0.0.2', '203.0.113.9', '2001:db8::1', '::ffff:10.0.0.1', '10.0.0.0/8']
export const scalars: (string | number | boolean)[] = [
  200,
  '200',
  404,
  '404',
  true,
  'true',
  false,
  'false',
  0,
  -0,
  1.5,
  '1.5',
  1e3,
  '1e3',
  '1000',
  -5,
  '',
  ' ',
  '9007199254740993',
  'alice',
  'Alice',
  'bob',
  'web-1',
  ...addresses,
]

export const day = 86_400_000
/** Times of today and of 2005: more than 2^32 ms apart. */
export const times = [Date.UTC(2026, 10, 20), Date.UTC(2005, 2, 1), Date.UTC(2026, 9, 1)]

export const text = (random: Random, most: number): string => random.some(most, () => random.pick(words) + random.pick(joints)).join('')

const scalar = (random: Random): Json =>
  random.chance(0.1) ? null : random.chance(0.2) ? text(random, 3) : random.chance(0.02) ? random.next() : random.pick(scalars)

function value(random: Random, depth: number): Json {
  if (depth > 0 && random.chance(0.3)) return attributes(random, depth - 1)
  return random.chance(0.2) ? random.some(random.chance(0.05) ? 40 : 3, () => value(random, depth - 1)) : scalar(random)
}

function attributes(random: Random, depth: number): JsonObject {
  const object: JsonObject = {}
  for (const key of random.some(4, () => random.pick(keys))) put(object, key, value(random, depth))
  return object
}

const tag = (random: Random) =>
  random.chance(0.1)
    ? random.pick(words)
    : `${random.pick(tagKeys)}:${random.chance(0.2) ? `${random.pick(words)}:x` : random.pick(scalars)}`

/** What a feed may say of a value. */
export const randomLate = (random: Random, value: string): Late => ({
  values: [value],
  results: random.some(3, () => ({
    indicator: random.pick(addresses),
    type: 'IP',
    category: random.pick(['scanner', 'tor', 'C2']),
    intention: random.pick(['malicious', 'suspicious', 'unknown']),
    ...(random.chance(0.3) && { score: random.pick([1, 0, 1.5, 200]) }),
    source: { name: random.pick(['alice', 'drop', 'bob']) },
  })),
})

/** A log with everything that logs may have, of one of a few streams. */
export function randomLog(random: Random, seq: number, streams: readonly string[] = ['live', 'live', 'import a', 'import b']): Row {
  const maybe = <T>(name: string, share: number, make: () => T) => (random.chance(share) ? { [name]: make() } : {})
  const shape = attributes(random, 3)
  if (random.chance(0.5)) put(shape, 'network', { ip: { list: random.some(3, () => random.pick(addresses)) } })
  if (random.chance(0.2))
    put(shape, 'threat_intel', random.chance(0.2) ? scalar(random) : (randomLate(random, random.pick(addresses)) as unknown as JsonObject))
  if (random.chance(0.3)) put(shape, 'http', { status_code: random.pick([200, 404, '200', 500]) })
  return {
    seq,
    stream: random.pick(streams),
    // a few seconds now and then, so that times are equal; hardly ever years away
    timestamp: random.pick(times) + (random.chance(0.3) ? random.below(5) * 1000 : random.below(day) * (random.chance(0.01) ? 10_000 : 1)),
    ...maybe('message', 0.97, () => (random.chance(0.1) ? '' : random.chance(0.05) ? random.pick(addresses) : text(random, 9))),
    ...maybe('service', 0.8, () => random.pick(['sshd', 'nginx', 'Nginx', '', 'web-1', ...words])),
    ...maybe('source', 0.6, () => random.pick(['sshd', 'nginx', 'auth'])),
    ...maybe('host', 0.6, () => random.pick(['web-1', 'web-2', 'bastion'])),
    ...maybe('status', 0.95, () => random.pick(['info', 'warn', 'error'])),
    tags: random.some(4, () => tag(random)),
    attributes: shape,
  }
}
