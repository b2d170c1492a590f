/** What was typed as words that a case has in its key, title or description: nothing of it means more than itself. */
export const wordsOf = (text: string): string =>
  text
    .split(/\s+/)
    .filter(Boolean)
    .map(word => `"${word.replace(/["\\]/g, '\\$&')}"`)
    .join(' ')
