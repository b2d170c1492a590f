/** Kinds of ASCII in a normalised text: 1 in a word, 0 between words, 2 for all other text, which is not looked at here. */
const kinds = Uint8Array.from({ length: 129 }, (_, code) => (code > 127 ? 2 : /[a-z0-9_]/.test(String.fromCharCode(code)) ? 1 : 0))

const kindAt = (text: string, at: number): number => (at < 0 || at >= text.length ? 0 : kinds[Math.min(text.charCodeAt(at), 128)]!)

/**
 * Whether words stand in a text one after the other, as `textTest` has it, told from the text where it is without making its words:
 * undefined where something beside ASCII is in the way. The words are ASCII.
 */
export function hasPhrase(text: string, words: readonly string[]): boolean | undefined {
  const first = words[0]!
  for (let at = text.indexOf(first); at >= 0; at = text.indexOf(first, at + 1)) {
    const before = kindAt(text, at - 1)
    if (before === 2) return undefined
    if (before === 1) continue
    const found = goesOn(text, at + first.length, words)
    if (found !== false) return found
  }
  return false
}

/** Whether the words after the first follow, from the end of the first on. */
function goesOn(text: string, from: number, words: readonly string[]): boolean | undefined {
  let at = from
  for (let i = 1; i < words.length; i++) {
    const gap = at
    while (at < text.length && kindAt(text, at) === 0) at++
    if (kindAt(text, at) === 2) return undefined
    if (at === gap || !text.startsWith(words[i]!, at)) return false
    at += words[i]!.length
  }
  const after = kindAt(text, at)
  return after === 2 ? undefined : after === 0
}
