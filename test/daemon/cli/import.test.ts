import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Batch } from '../../../daemon/cli/import/cutter.ts'
import { type Checkpoint, findStart } from '../../../daemon/cli/import/find-start.ts'
import { importText, type Tally } from '../../../daemon/cli/import/import-text.ts'
import { createDesk, type Desk, Stopped } from '../../../daemon/cli/import/send.ts'
import { openStream } from '../../../daemon/cli/import/source.ts'
import { NoDaemon, Refused } from '../../../daemon/cli/refused.ts'

const never = new Promise<void>(() => {})
const sha = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** A daemon that keeps lines as the real one does; `diesAfter` so many batches it answers no more. */
function fakeDaemon() {
  const known = new Map<string, Checkpoint & { fingerprint: string }>()
  const lines: string[] = []
  const batches: Batch[] = []
  const desk = (diesAfter = Number.POSITIVE_INFINITY, words = ''): Desk => ({
    words,
    checkpoints: async fingerprint => [...known.values()].filter(checkpoint => checkpoint.fingerprint === fingerprint),
    async send(batch, { fingerprint, stream }) {
      if (diesAfter-- <= 0) throw new Stopped()
      const key = `${fingerprint}:${batch.offset}:${batch.hash}`
      if (known.has(key)) return { count: 0, duplicate: true }
      known.set(key, { fingerprint, offset: batch.offset, hash: batch.hash, stream })
      const added = batch.text.split('\n').filter(line => line.trim() !== '')
      lines.push(...added)
      batches.push(batch)
      return { count: added.length, duplicate: false }
    },
  })
  return { lines, batches, known, desk }
}
type Fake = ReturnType<typeof fakeDaemon>

async function bring(
  daemon: Fake,
  text: string | Uint8Array,
  { pieces = 64 * 1024, diesAfter, words }: { pieces?: number; diesAfter?: number; words?: string } = {},
) {
  const bytes = Buffer.from(text)
  const tally: Tally = { file: 'x', lines: 0, added: 0, already_there: 0 }
  const source = await openStream(
    (async function* () {
      for (let at = 0; at < bytes.length; at += pieces) yield bytes.subarray(at, at + pieces)
    })(),
  )
  await importText(source, daemon.desk(diesAfter, words), tally, never, () => {}).catch(error => {
    if (!(error instanceof Stopped)) throw error
  })
  return [tally.lines, tally.added, tally.already_there]
}
const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `line ${from + i}\n`).join('')

describe('[lines, added, already there] of a file', () => {
  test.each<[string, string[], number[][], number]>([
    [
      'the same twice',
      [numbered(2500), numbered(2500)],
      [
        [2500, 2500, 0],
        [2500, 0, 2500],
      ],
      2500,
    ],
    [
      'one that has grown',
      [numbered(2500), numbered(2600)],
      [
        [2500, 2500, 0],
        [2600, 100, 2500],
      ],
      2600,
    ],
    ['equal lines', ['a\na\na\n'], [[3, 3, 0]], 3],
    [
      'two with the same first line',
      ['head\na\n', 'head\nb\n'],
      [
        [2, 2, 0],
        [2, 2, 0],
      ],
      4,
    ],
    [
      'and both again',
      ['head\na\n', 'head\nb\n', 'head\na\n', 'head\nb\nc\n'],
      [
        [2, 2, 0],
        [2, 2, 0],
        [2, 0, 2],
        [3, 1, 2],
      ],
      5,
    ],
    ['an empty one', [''], [[0, 0, 0]], 0],
    ['nothing but line feeds', ['\n\n\r\n'], [[0, 0, 0]], 0],
    [
      'no line feed at the end',
      ['a\nb', 'a\nb'],
      [
        [2, 2, 0],
        [2, 0, 2],
      ],
      2,
    ],
    [
      'which comes later',
      ['a\nb', 'a\nb\n', 'a\nb\nc\n'],
      [
        [2, 2, 0],
        [2, 0, 2],
        [3, 1, 2],
      ],
      3,
    ],
    [
      'CRLF, and which comes later',
      ['a\r\nb', 'a\r\nb\r\nc\r\n'],
      [
        [2, 2, 0],
        [3, 1, 2],
      ],
      3,
    ],
    // the line was not whole: it is imported as it is now
    [
      'a last line that has grown',
      ['a\nb', 'a\nbc\n'],
      [
        [2, 2, 0],
        [3, 1, 2],
      ],
      3,
    ],
  ])('%s', async (_, texts, expected, stored) => {
    for (const pieces of [1, 7, 64 * 1024]) {
      const daemon = fakeDaemon()
      const results = []
      for (const text of texts) results.push(await bring(daemon, text, { pieces }))
      expect(results).toEqual(expected)
      expect(daemon.lines.length).toBe(stored)
    }
  })

  test('killed between any two batches and begun again, it grows meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ lines: fc.nat(2500), diesAfter: fc.nat(3), pieces: fc.integer({ min: 100, max: 20_000 }) }), { maxLength: 5 }),
        async runs => {
          const daemon = fakeDaemon()
          let count = 1
          for (const { lines, ...how } of runs) await bring(daemon, numbered((count += lines)), how)
          await bring(daemon, numbered(count))
          expect(daemon.lines.join('\n')).toBe(numbered(count).trimEnd())
        },
      ),
      { numRuns: 30 },
    )
  })

  test('the same of two hosts: two imports, each with a stream of its own', async () => {
    const daemon = fakeDaemon()
    for (const words of ['', '["web-1"]', '["web-2"]']) {
      expect(await bring(daemon, numbered(5), { words })).toEqual([5, 5, 0])
      expect(await bring(daemon, numbered(7), { words })).toEqual([7, 2, 5])
    }
    expect(new Set([...daemon.known.values()].map(({ stream }) => stream)).size).toBe(3)
  })
  test('packed or not, it is the same file', async () => {
    const daemon = fakeDaemon()
    expect(await bring(daemon, gzipSync(numbered(1500)))).toEqual([1500, 1500, 0])
    expect(await bring(daemon, numbered(1501))).toEqual([1501, 1, 1500])
  })
  test('a packed file that is cut off brings the lines that can be read', async () => {
    const daemon = fakeDaemon()
    const packed = gzipSync(numbered(50_000))
    await expect(bring(daemon, packed.subarray(0, packed.length / 2))).rejects.toThrow('unexpected end of file')
    expect(daemon.lines.length).toBeGreaterThan(1000)
    expect(numbered(50_000)).toContain(daemon.lines.at(-1)!)
    await bring(daemon, packed)
    expect(daemon.lines.length).toBe(50_000)
  })
})

describe('what is sent', () => {
  test('whole lines, at most 1,000, hashed over everything up to their end', async () => {
    const daemon = fakeDaemon()
    await bring(daemon, numbered(2100), { pieces: 1000 })
    expect(daemon.batches.map(({ lines }) => lines)).toEqual([1000, 1000, 100])
    for (const { offset, hash } of daemon.batches) expect(hash).toBe(sha(numbered(2100).slice(0, offset)))
    expect([...daemon.known.values()].map(({ stream }) => stream)).toEqual(Array(3).fill(`import:${daemon.batches[0]!.hash.slice(0, 16)}`))
  })
  test('far below 5 MB, whatever the lines', async () => {
    const daemon = fakeDaemon()
    await bring(daemon, `${'\xff'.repeat(600_000)}\n${'x'.repeat(3_000_000)}\n${numbered(3)}`)
    expect(daemon.batches.every(({ text }) => Buffer.byteLength(text) < 4_000_000)).toBe(true)
    // the daemon cuts at 1,000,000 bytes and says so
    expect(daemon.lines[1]!.length).toBe(1_050_000)
    expect(daemon.lines.length).toBe(5)
  })
  test.each([
    ['a byte order mark', '\ufeffa\nb\n', ['a', 'b']],
    ['CRLF', 'a\r\nb\r\n', ['a', 'b']],
    ['NULs inside', 'a\0b\n', ['a\0b']],
    ['NULs before a line, as a log cut off under its writer has them', `a\n${'\0'.repeat(2_000_000)}b\n`, ['a', 'b']],
    ['bytes that are no UTF-8', Buffer.from([0x61, 0xff, 0x0a]), ['a\ufffd']],
    ['a character in two pieces', 'ä\n', ['ä']],
  ])('%s', async (_, text, expected) => {
    for (const pieces of [1, 64 * 1024]) {
      if (pieces === 1 && text.length > 1000) continue
      const daemon = fakeDaemon()
      await bring(daemon, text, { pieces })
      expect(daemon.lines).toEqual(expected)
    }
  })
})

describe('where to go on', () => {
  const text = 'one\ntwo\nthree\nfour\n'
  const at = (offset: number, stream = 'import:a', hash = sha(text.slice(0, offset))): Checkpoint => ({ offset, hash, stream })
  const other = (offset: number, stream = 'import:b') => at(offset, stream, sha(`${offset}`))
  const chunks = (size: number) =>
    (async function* () {
      for (let i = 0; i < text.length; i += size) yield Buffer.from(text.slice(i, i + size))
    })()
  test.each<[string, Checkpoint[], number, number]>([
    ['no checkpoint', [], 0, 0],
    ['one', [at(4)], 4, 1],
    ['the last of several', [at(4), at(14), at(8)], 14, 3],
    ['none that is of another file', [other(4), other(8)], 0, 0],
    ['past one of another file that began alike', [at(4), other(8, 'import:a'), at(14)], 14, 3],
    ['in the middle of a line', [at(6)], 6, 2],
    ['one beyond the end', [at(8), at(100)], 8, 2],
  ])('%s', async (_, checkpoints, offset, lines) => {
    for (const size of [1, 5, 100]) {
      const start = await findStart(chunks(size), checkpoints)
      expect([start.offset, start.lines]).toEqual([offset, lines])
    }
  })
  test('a file that differs at once is not read to the end for it', async () => {
    let read = 0
    async function* counted() {
      for await (const chunk of chunks(1)) {
        read++
        yield chunk
      }
    }
    await findStart(counted(), [other(4), other(19)])
    expect(read).toBe(4)
  })
})

describe('asking the daemon', () => {
  const batch: Batch = { text: 'a', lines: 1, offset: 2, hash: sha('a\n') }
  const to = { fingerprint: sha('a'), stream: 'import:x' }
  function desk(failures: Error[], { patient = false, stopped = false } = {}) {
    const waits: number[] = []
    let connected = 0
    const answer = async <T>() => {
      const failure = failures.shift()
      if (failure) throw failure
      return { data: { attributes: { count: 1, duplicate: false } } } as T
    }
    const asked = createDesk(
      { tags: 'a:b' },
      {
        connect: () => {
          connected++
          return { get: answer, send: answer }
        },
        pause: async ms => waits.push(ms) > 0 && !stopped,
        patient,
        say: () => {},
      },
    )
    return { asked, waits, connected: () => connected }
  }
  test.each([
    [{}, ''],
    [{ zone: 60 }, ''],
    [{ host: 'web-1' }, '[null,null,null,"web-1",null]'],
    [{ service: 'web-1' }, '[null,"web-1",null,null,null]'],
  ])('what is said of all lines: %j', (said, words) => {
    const none = async () => Promise.reject(new Error('not asked'))
    const desk = createDesk(said, { connect: () => ({ get: none, send: none }), pause: async () => true, patient: false, say: () => {} })
    expect(desk.words).toBe(words)
  })
  test('429: again after the time that it names', async () => {
    const { asked, waits } = desk([new Refused(429, {}, 3), new Refused(429, {}, 0)])
    expect(await asked.send(batch, to)).toEqual({ count: 1, duplicate: false })
    expect(waits).toEqual([3000, 1000])
  })
  test('429, and Ctrl-C while it waits', () =>
    expect(desk([new Refused(429, {})], { stopped: true }).asked.send(batch, to)).rejects.toThrow(Stopped))
  test('no daemon', () => expect(desk([new NoDaemon('away')]).asked.send(batch, to)).rejects.toThrow('away'))
  test('no daemon, following: longer and longer, and each time where it may be by now', async () => {
    const { asked, waits, connected } = desk(
      [...Array(7)].map(() => new NoDaemon('away')),
      { patient: true },
    )
    await asked.send(batch, to)
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
    expect(connected()).toBe(8)
  })
  test('a refusal', () =>
    expect(desk([new Refused(400, { errors: ['no such format'] })], { patient: true }).asked.send(batch, to)).rejects.toThrow(
      'no such format',
    ))
})
