import { Refusal } from '../../lib/errors.ts'

/** Refuse a feed's text; `code` says which way it is bad. */
export const refuseFeed = (code: string, message: string) => new Refusal(400, code, message, { problems: [{ field: 'text', message }] })

/** The text without its byte order mark. Refused where it is empty, a page of HTML or XML, or not text. */
export function feedText(given: string): string {
  const text = given.startsWith('\uFEFF') ? given.slice(1) : given
  const start = text.slice(0, 1000).trimStart()
  if (start === '' && text.trim() === '') throw refuseFeed('feed_empty', 'The feed is empty.')
  if (start.includes('\0')) throw refuseFeed('feed_not_text', 'The feed is binary data, not text: unpack it first.')
  if (start.startsWith('<'))
    throw refuseFeed('feed_html', 'The feed is an HTML or XML page, not a list: its address may have moved, or ask for a login.')
  return text
}

/** The same of a list, which JSON is none of. */
export function listText(given: string): string {
  const text = feedText(given)
  if (/^\s*[[{]/.test(text.slice(0, 1000)))
    throw refuseFeed('feed_json', 'The feed is JSON, not a list: name the format json, stix or misp, whichever it is.')
  return text
}

/** Each line without its line end. */
export function* linesOf(text: string): Generator<string> {
  for (let from = 0; from < text.length; ) {
    let end = text.indexOf('\n', from)
    if (end < 0) end = text.length
    yield text.slice(from, text[end - 1] === '\r' && end > from ? end - 1 : end)
    from = end + 1
  }
}

/** Something hostile, short enough to be quoted in a message. */
export const quoted = (text: string) => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)

/** Counts what a format read. A few bad lines are only told; `close` refuses the text where they are the greater part. */
export function tally(format: string, skip: (where: number | string, why: string) => void) {
  let good = 0
  let bad = 0
  let first = ''
  return {
    good: () => void good++,
    bad(where: number | string, why: string) {
      if (bad++ === 0) first = `${typeof where === 'number' ? `line ${where}` : where}: ${why}`
      skip(where, why)
    },
    close() {
      if (good === 0 && bad === 0) throw refuseFeed('feed_empty', `The feed holds no entries for the format ${format}.`)
      if (good === 0) throw refuseFeed('feed_invalid', `Nothing in the feed is valid for the format ${format}; ${first}`)
      if (bad > good) throw refuseFeed('feed_invalid', `${bad} of ${good + bad} entries are not valid for the format ${format}; ${first}`)
    },
  }
}
