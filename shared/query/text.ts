/** Text as search sees it: NFC, lower-cased, cut into words at everything but letters, digits and `_`. */

const word = /[\p{L}\p{N}_]+/gu
const wordPoint = /[\p{L}\p{N}_]/u

/** The form in which texts and terms are compared. Accents count, and nothing is folded beyond case. */
export const normalise = (text: string): string => (beyondLatin.test(text) ? text.normalize('NFC') : text).toLowerCase()

// nothing up to here composes with anything of it
const beyondLatin = /[^\0-\xff]/

/** The words of a normalised text, in order. */
export const words = (text: string): string[] => text.match(word) ?? []

/** Words between single spaces, one before and one after: a phrase lies in a text where its own `spaced` form lies in the text's. */
export const spaced = (list: readonly string[]): string => ` ${list.join(' ')} `

/** A text made ready for any number of tests. */
export interface Text {
  plain: string
  /** By `spacedOf`, once a test asks. */
  spaced?: string
}

/** The `spaced` form of a text's words. */
export const spacedOf = (text: Text): string => (text.spaced ??= spaced(words(text.plain)))

function isWord(point: number): boolean {
  if (point > 127) return wordPoint.test(String.fromCodePoint(point))
  return (point >= 97 && point <= 122) || (point >= 48 && point <= 57) || point === 95 || (point >= 65 && point <= 90)
}

function pointBefore(text: string, at: number): number {
  const unit = text.charCodeAt(at - 1)
  return at > 1 && unit >= 0xdc00 && unit <= 0xdfff ? text.codePointAt(at - 2)! : unit
}

/** Whether an offset lies inside a word. Offsets in the middle of a code point are not asked for. */
export const cutsWord = (text: string, at: number): boolean =>
  at > 0 && at < text.length && isWord(text.codePointAt(at)!) && isWord(pointBefore(text, at))
