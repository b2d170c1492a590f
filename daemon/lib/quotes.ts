/**
 * Where the quoted text that opens at `from` closes; a backslash hides the quote after it. -1 where it does not close. By hand, since an
 * expression that steps over escapes runs out of stack on a text of some megabytes.
 */
export function closing(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at > 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0
    while (text[at - 1 - slashes] === '\\') slashes++
    if (slashes % 2 === 0) return at
  }
  return -1
}
