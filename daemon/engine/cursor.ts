import { createHash } from 'node:crypto'
import { Refusal } from '../lib/errors.ts'

/** Where a listing goes on: the same query, range and order, after the last row given, and nothing that was committed since it began. */
export interface Position {
  /** Hash of track, query, range and sort. */
  about: string
  from: number
  to: number
  /** Rows committed later are not part of this listing. */
  pinned: number
  /** Sort key and seq of the last row. */
  last: readonly [key: number, seq: number]
}

/** Names what a cursor belongs to, so that one of another query is refused. */
export const aboutOf = (...parts: unknown[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16)

const sign = (body: string, secret: string) => createHash('sha256').update(`${secret}\n${body}`).digest('base64url').slice(0, 16)

/** Opaque; altered ones are refused. `secret` is the store's own. */
export function writeCursor({ about, from, to, pinned, last }: Position, secret: string): string {
  const body = Buffer.from(JSON.stringify([1, about, from, to, pinned, ...last])).toString('base64url')
  return `${body}.${sign(body, secret)}`
}

export function readCursor(cursor: string, secret: string): Position {
  const [body, signature] = cursor.split('.')
  if (body && signature === sign(body, secret)) {
    const [version, about, from, to, pinned, key, seq] = JSON.parse(Buffer.from(body, 'base64url').toString()) as [
      number,
      string,
      number,
      number,
      number,
      number,
      number,
    ]
    if (version === 1) return { about, from, to, pinned, last: [key, seq] }
  }
  throw badCursor('is not one that this daemon gave out')
}

export const badCursor = (why: string) =>
  new Refusal(400, 'invalid_cursor', `The cursor ${why}. Ask again without it.`, { problems: [{ field: 'page.cursor', message: why }] })
