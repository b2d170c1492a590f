/** C0 but tab and the ends of lines, DEL and C1, what turns the direction of text, and what has no width. */
export const unseen = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/u

/** `U+202E` */
export const codeOf = (character: string): string => `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`

const each = new RegExp(unseen, 'gu')
/** A text in which such characters stand as their code: it reads as it is written. */
export const withCodes = (text: string): string => text.replace(each, codeOf)
