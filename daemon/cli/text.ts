// Logs, rules and feeds are written by strangers, and a terminal obeys what it is sent. Nothing gets there but what can be seen, and what
// cannot leaves a sign: that somebody wrote it is worth knowing.

const breaks = /\r\n|[\t\n\v\f\r\x85\u2028\u2029]/g
/** C0, DEL, C1, marks and overrides of direction, what has no width and no shape, tags. */
const unseen = /[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu

/** Unicode has a picture of each C0 character and of DEL: ␀, ␛, ␡. */
const pictureOf = (character: string): string => {
  const code = character.codePointAt(0)!
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return code === 0x7f ? '\u2421' : '\ufffd'
}

/** One line of a text from outside, safe to show: a picture or � in place of what controls a terminal, changes direction or has no shape. */
export const clean = (text: string): string =>
  text
    .replace(breaks, ' ')
    .replace(unseen, pictureOf)
    .replace(/\p{Surrogate}/gu, '\ufffd')

/** Several lines of our own, with words from outside in them. */
export const cleanLines = (text: string): string => text.split('\n').map(clean).join('\n')

/** JSON for machines that is safe for a terminal too: the same value, with what `clean` takes out written as \uXXXX. */
export const jsonText = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replace(/[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g, asEscapes)}\n`
const asEscapes = (found: string) =>
  Array.from({ length: found.length }, (_, i) => `\\u${found.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')

const none = /^\p{M}$/u
const wide =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}])$/u

/** Columns that a clean text takes in a terminal. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let columns = 0
  for (const character of text) columns += none.test(character) ? 0 : wide.test(character) ? 2 : 1
  return columns
}

/** A text cut at so many characters, never inside one. */
export const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most).replace(/[\ud800-\udbff]$/, '')}…`

/** Two lines: the text, and ^^^ under its part from `from` to `to` (UTF-16 offsets, half-open; one ^ where they are the same). */
export function underline(text: string, [from, to]: readonly [number, number]): string {
  const shown = text.slice(from, to)
  const marks = Math.max(1, widthOf(clean(shown)))
  return `  ${clean(text)}\n  ${' '.repeat(widthOf(clean(text.slice(0, from))))}${'^'.repeat(marks)}`
}
