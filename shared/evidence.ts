import type { Person } from './triage.ts'

/** What one piece of evidence holds at most: bytes of UTF-8, and lines that are not blank. */
export const evidenceLimits = { bytes: 1024 * 1024, lines: 10_000, url: 8192, title: 1000 } as const

/** The page that lines were selected on. */
export interface Page {
  url: string
  title: string
}

/** Lines that somebody selected on a page. Their text is kept beside it, unchanged. Times are ms UTC. */
export interface Evidence {
  id: string
  /** Of the text as UTF-8, hex. */
  sha256: string
  bytes: number
  /** Lines of the text, blank ones included. */
  lines: number
  page: Page
  /** When they were selected. */
  time: number
  /** Minutes east of UTC, for times in the lines that name no zone. */
  zone: number
  kept_at: number
  by: Person
  /** `pending`: the text is on disk, its logs are not yet. */
  state: 'pending' | 'kept'
  /** In the order in which they stand in the text. */
  addresses: string[]
  /** How many logs its lines became. */
  logs: number
}

/** The address of a page without the name and password that it may hold. Its fragment stays: viewers of logs keep their search there. */
export function pageAddress(url: string): string {
  const read = new URL(url)
  if (read.username === '' && read.password === '') return url
  read.username = ''
  read.password = ''
  return read.href
}

const lineEnd = /\r\n|[\n\r\u2028\u2029]/
/** Lines as people count them. */
export const linesOf = (text: string): string[] => text.split(lineEnd)

/** Why a text cannot be kept, in words for people; undefined where it can. */
export function whyNotKept(text: string): string | undefined {
  const { bytes, lines } = evidenceLimits
  if (text.trim() === '') return 'There is no text in it.'
  const size = new TextEncoder().encode(text).length
  if (size > bytes) return `The text is ${megabytes(size)} MB: 1 MB (${bytes} bytes) is kept at most. Select fewer lines.`
  const count = linesOf(text).filter(line => line.trim() !== '').length
  if (count > lines) return `There are ${count} lines in it: ${lines} are kept at most. Select fewer lines.`
  return undefined
}
/** Rounded up, so that what is too large never looks as if it were not. */
const megabytes = (bytes: number) => (Math.ceil((bytes / 2 ** 20) * 100) / 100).toFixed(2)
