import { wrappers } from '../../lib/wrapped.ts'

/** Bytes within which it shows what a document is. */
const headSize = 4096

const byteOrderMark = [0xef, 0xbb, 0xbf]
const token = /\s*(?:([[\]{},:])|"((?:[^"\\]|\\.)*)"|(true|false|null|-?[\d.eE+-]+))/y

/**
 * What a JSON value is that begins a text, as far as there is one: a list of events (and the index behind its bracket), an event by itself, or
 * undefined where more is needed to tell. `line` is one that says by its form that it is no document: one line, as in NDJSON.
 */
function kindOf(head: string): { kind: 'list' | 'wrapped'; from: number } | { kind: 'event' | 'line' } | undefined {
  token.lastIndex = 0
  const next = () => token.exec(head)
  const open = next()
  if (!open) return head.trim() === '' ? undefined : { kind: 'line' }
  const from = token.lastIndex
  const inside = next()
  // a text that has not closed yet is no token
  if (!inside) return /^\s*("|$)/.test(head.slice(from)) ? undefined : { kind: 'line' }
  if (open[1] === '[') return inside[1] === '{' || inside[1] === ']' ? { kind: 'list', from } : { kind: 'line' }
  if (open[1] !== '{') return { kind: 'line' }
  const other = { kind: /\n/.test(head.slice(from, token.lastIndex)) ? ('event' as const) : ('line' as const) }
  const beside: string[] = []
  for (let key: RegExpExecArray | null = inside; ; key = next()) {
    if (!key) return undefined
    const name = key[2]
    if (name === undefined) return other
    const known = Object.keys(wrappers).filter(list => list === name || wrappers[list]!.includes(name))
    if (known.length === 0) return other
    const colon = next()
    const value = next()
    if (!colon || !value) return undefined
    const isList = value[1] === '['
    if (isList && Object.hasOwn(wrappers, name) && beside.every(key => wrappers[name]!.includes(key))) {
      const from = token.lastIndex
      const first = next()
      if (!first) return undefined
      return first[1] === '{' || first[1] === ']' ? { kind: 'wrapped', from } : other
    }
    // a list or object beside the events would have to be stepped over
    if (value[1] !== undefined) return other
    beside.push(name)
    const comma = next()
    if (!comma) return undefined
    if (comma[1] !== ',') return other
  }
}

/** Whether a text is JSON of more than one line: a list, a document that wraps one, or objects over several lines. Undefined: too early to tell. */
export function isDocument(head: Uint8Array): boolean | undefined {
  const found = kindOf(
    Buffer.from(head.subarray(0, headSize))
      .toString('latin1')
      .replace(/^\xef\xbb\xbf/, ''),
  )
  return found ? found.kind !== 'line' : head.length >= headSize ? false : undefined
}

/**
 * The events of JSON documents as lines of one object each, read in pieces: a document may be larger than memory. What is no JSON between two
 * documents stays a line. Throws, after the events before it, where a list holds something else or the text ends within a document.
 */
export async function* recordsOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let state: 'top' | 'line' | 'list' | 'record' | 'tail' = 'top'
  /** Whether the list stands in an object, whose end is still to come. */
  let isWrapped = false
  let within: 'top' | 'list' = 'top'
  let depth = 0
  let inText = false
  let escaped = false
  let waiting: Buffer = Buffer.alloc(0)
  let read = 0

  function* cut(bytes: Buffer, ended: boolean): Generator<Buffer> {
    // an object has two bytes at least, and gets a line feed
    const out = Buffer.allocUnsafe(Math.ceil(bytes.length * 1.5) + 1)
    let fault: Error | undefined
    let size = 0
    let at = 0
    const put = (from: number, to: number) => {
      size += bytes.copy(out, size, from, to)
    }
    /** Step over bytes of an object until it closes or the bytes end; those of a record are kept, but for its line feeds. */
    const step = (keep: boolean): void => {
      let from = at
      while (at < bytes.length && depth > 0) {
        const byte = bytes[at]!
        if (byte === 10 || byte === 13) {
          if (keep) put(from, at)
          from = at + 1
        } else if (escaped) escaped = false
        else if (inText) {
          if (byte === 92) escaped = true
          else if (byte === 34) inText = false
        } else if (byte === 34) inText = true
        else if (byte === 123 || byte === 91) depth++
        else if (byte === 125 || byte === 93) depth--
        at++
      }
      if (keep) put(from, at)
    }

    while (at < bytes.length) {
      const byte = bytes[at]!
      if (state === 'record') {
        step(true)
        if (depth > 0) break
        out[size++] = 10
        state = within
      } else if (state === 'tail') {
        step(false)
        if (depth === 0) state = 'top'
      } else if (state === 'line') {
        const end = bytes.indexOf(10, at)
        put(at, end < 0 ? bytes.length : end + 1)
        at = end < 0 ? bytes.length : end + 1
        if (end >= 0) state = 'top'
      } else if (byte <= 32 || byte === 44 || byte === byteOrderMark[read + at]) at++
      else if (state === 'list') {
        if (byte === 123) {
          state = 'record'
          within = 'list'
          depth = 1
          out[size++] = byte
        } else if (byte === 93) {
          state = isWrapped ? 'tail' : 'top'
          depth = 1
        } else {
          fault = new Error(`has something else than an event at byte ${read + at}; what stands before it is imported`)
          break
        }
        at++
      } else {
        const head = bytes.subarray(at, at + headSize)
        const found = kindOf(head.toString('latin1'))
        if (!found && !ended && head.length < headSize) break
        if (found?.kind === 'list' || found?.kind === 'wrapped') {
          state = 'list'
          isWrapped = found.kind === 'wrapped'
          at += found.from
        } else if (byte === 123) {
          state = 'record'
          within = 'top'
          depth = 1
          out[size++] = byte
          at++
        } else state = 'line'
      }
    }
    read += at
    waiting = bytes.subarray(at)
    if (size > 0) yield out.subarray(0, size)
    if (fault) throw fault
  }

  for await (const chunk of chunks) {
    yield* cut(waiting.length > 0 ? Buffer.concat([waiting, chunk]) : chunk, false)
  }
  while (waiting.length > 0) yield* cut(waiting, true)
  if (state !== 'top' && state !== 'line') throw new Error('is cut off within a JSON document; what stands before that is imported')
}
