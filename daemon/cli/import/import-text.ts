import { createHash } from 'node:crypto'
import { beginning, createCutter } from './cutter.ts'
import { findStart, fingerprintOf } from './find-start.ts'
import type { Desk } from './send.ts'
import { firstLine, type Source } from './source.ts'

/** What has become of the lines of one file; blank ones are not counted. */
export interface Tally {
  file: string
  lines: number
  added: number
  already_there: number
}

/** An import under way: bytes go in, whole lines go to the daemon, one request after the other. */
export interface Running {
  take(chunk: Buffer): Promise<void>
  /** Send the whole lines that there are; at the `end` of the text the last one too. */
  flush(end: boolean): Promise<void>
  /** Bytes taken so far, those of earlier imports included. */
  readonly offset: number
}

/** Find out what is there already and begin after it; undefined while there is no first line. `ended`: nothing will be added to the text. */
export async function beginImport(source: Source, desk: Desk, tally: Tally, ended: boolean): Promise<Running | undefined> {
  const line = await firstLine(source, ended)
  if (!line) return undefined
  const fingerprint = fingerprintOf(line, desk.words)
  const checkpoints = await desk.checkpoints(fingerprint)
  const start = checkpoints.length > 0 ? await findStart(source.read(0), checkpoints, source.forget) : beginning()
  source.forget(start.offset)
  tally.lines += start.lines
  tally.already_there += start.lines
  let { stream } = start
  const cutter = createCutter(start)

  async function send(batch: Parameters<Desk['send']>[0]): Promise<void> {
    stream ??= `import:${streamOf(batch.hash, desk.words)}`
    const { count, duplicate } = await desk.send(batch, { fingerprint, stream })
    tally.lines += batch.lines
    if (duplicate) tally.already_there += batch.lines
    else tally.added += count
  }

  return {
    async take(chunk) {
      for (const batch of cutter.push(chunk)) await send(batch)
      source.forget(cutter.offset)
    },
    async flush(end) {
      const batch = cutter.flush(end)
      if (batch) await send(batch)
    },
    get offset() {
      return cutter.offset
    },
  }
}

/** Texts that begin alike but are not the same import must not share a stream: each has a time of its own. */
const streamOf = (hash: string, words: string) =>
  (words === '' ? hash : createHash('sha256').update(`${hash}\n${words}`).digest('hex')).slice(0, 16)

/** When nothing comes for so long, ms, what there is is sent: the other end of a pipe may be a live log. */
const idle = 500

/** Import all of a text. `stop` ends it early, between two requests. */
export async function importText(source: Source, desk: Desk, tally: Tally, stop: Promise<void>, tell: () => void): Promise<void> {
  const running = await beginImport(source, desk, tally, true)
  if (!running) return
  try {
    for await (const chunk of untilStopped(source.read(running.offset), stop)) {
      if (chunk === 'stopped') return
      if (chunk === 'idle') await running.flush(false)
      else await running.take(chunk)
      tell()
    }
  } catch (error) {
    // a packed file that is cut off still has whole lines
    await running.flush(false).catch(() => {})
    throw error
  }
  await running.flush(true)
}

async function* untilStopped(chunks: AsyncIterable<Buffer>, stop: Promise<void>): AsyncGenerator<Buffer | 'idle' | 'stopped'> {
  const iterator = chunks[Symbol.asyncIterator]()
  const stopped = stop.then(() => 'stopped' as const)
  while (true) {
    const next = iterator.next()
    let timer: NodeJS.Timeout | undefined
    const nothing = new Promise<'idle'>(resolve => (timer = setTimeout(resolve, idle, 'idle')))
    let got = await Promise.race([stopped, next, nothing])
    clearTimeout(timer)
    if (got === 'idle') {
      yield 'idle'
      got = await Promise.race([stopped, next])
    }
    if (got === 'stopped') return yield 'stopped'
    if (got.done) return
    yield got.value
  }
}
