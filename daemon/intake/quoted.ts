// What is longer will be cut short anyway; its escapes are not worth the time.
const longest = 1_000_000

/** The quoted text with each escape replaced by what `meaning` has for it. */
export const unescaped = (text: string, escapes: RegExp, meaning: (character: string) => string): string =>
  text.length > longest ? text : text.replace(escapes, (_, character: string) => meaning(character))
