/** C0 but tab and the ends of lines, DEL and C1, what turns the direction of text, and what has no width. */
export const unseen = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/u

/** `U+202E` */
export const codeOf = (character: string): string => `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`

const each = new RegExp(unseen, 'gu')
/** A text in which such characters stand as their code: it reads as it is written. */
export const withCodes = (text: string): string => text.replace(each, codeOf)

const plain = /^[ -~]*$/
const breaks = /[\t\n\v\f\r\x85\u2028\u2029]+/gu
/** A text for a field of one line, which would glue its lines together: a space for a break, and codes for what nobody would see. */
export function asOneLine(text: string, most = Infinity): string {
  // nearly every text is plain, and there may be a hundred thousand
  if (plain.test(text)) return text.trim().slice(0, most)
  return withCodes(text.replace(breaks, ' '))
    .trim()
    .slice(0, most)
    .replace(/\p{Surrogate}$/u, '')
}
