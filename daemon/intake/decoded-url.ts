// A URL as the server behind it is likely to read it. Attackers write one payload in a hundred ways; rules look for it in one.

/** Letters, digits and the punctuation of ordinary addresses: nothing to decode, and nothing that an injection can do without. */
const ordinary = /^[\w./~?&=:,-]*$/

// More than a URL of any browser, and a bound on what a rule has to read.
const maxLength = 8192
/** An escape within an escape within an escape; what hides deeper reaches no server that undoes it. */
const maxRounds = 3

/**
 * The URL with its escapes undone: `%3C`, `%u003C`, `+` in the query, what log writers and scripts escape (`\x3C`, `\u003c`) and HTML's
 * (`&lt;`, `&#60;`), up to three deep; every run of white space and control characters is one space. Undefined where the URL is an ordinary one.
 */
export function decodedUrl(url: string): string | undefined {
  let text = url.slice(0, maxLength)
  if (ordinary.test(text) && !text.includes('--')) return undefined
  const mark = text.indexOf('?')
  if (mark >= 0) text = text.slice(0, mark) + text.slice(mark).replaceAll('+', ' ')
  for (let round = 0; round < maxRounds; round++) {
    const next = decodeOnce(text)
    if (next === text) break
    text = next
  }
  return text.replace(spaces, ' ')
}

const spaces = /[\s\x00-\x1f\x7f\u200b]+/g
const percents = /(?:%[\da-f]{2})+/gi
const others =
  /%u([\da-f]{4})|\\x([\da-f]{2})|\\u([\da-f]{4})|&#x0{0,6}([\da-f]{1,6})(?![\da-f]);?|&#0{0,6}(\d{1,7})(?!\d);?|&(lt|gt|quot|apos|amp|colon|lpar|rpar|tab|newline);/gi
const named: Record<string, string> = {
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  amp: '&',
  colon: ':',
  lpar: '(',
  rpar: ')',
  tab: '\t',
  newline: '\n',
}

const decodeOnce = (text: string): string =>
  text
    .replace(percents, bytes => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString())
    .replace(others, (whole, percent, hex, unit, entityHex, entity, name) => {
      if (name !== undefined) return named[(name as string).toLowerCase()]!
      const code = entity === undefined ? Number.parseInt(percent ?? hex ?? unit ?? entityHex, 16) : Number(entity)
      return code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? whole : String.fromCodePoint(code)
    })
