/** Values as reports write them, so that nobody follows them by accident: `1[.]2[.]3[.]4`, `hxxps://evil(dot)example`, `who[at]evil.example`. */

// Each alternative is of a fixed length with one character to either side: no text makes it go back.
const harmless =
  /(?<=[\w-])[[({](?:\.|dot|@|at)[\])}](?=\w)|(?<!\[)\[:(?:\/\/)?\](?!\])|(?<![a-z\d])(?:h(?:xx|\*\*)p(?=s?(?::|\[:))|fxp(?=:|\[:))/gi
const meant: Record<string, string> = { '.': '.', d: '.', '@': '@', a: '@' }

function plain(written: string): string {
  if (written[0] !== '[' && written[0] !== '(' && written[0] !== '{') return written[0]!.toLowerCase() === 'f' ? 'ftp' : 'http'
  return meant[written[1]!.toLowerCase()] ?? written.slice(1, -1)
}

/** Turn what was made harmless back into what it stands for. */
export const refang = (text: string): string => text.replace(harmless, plain)

/** The same of running text, with the way back: where in the given text stands what is at a place of the plain one. */
export function toPlain(given: string): { text: string; place(at: number): number } {
  let text = ''
  let end = 0
  // where what follows a change begins in the plain text, and by how much it was moved
  const begins: number[] = []
  const by: number[] = []
  for (const { 0: written, index } of given.matchAll(harmless)) {
    text += given.slice(end, index) + plain(written)
    end = index + written.length
    begins.push(text.length)
    by.push(end - text.length)
  }
  if (end === 0) return { text: given, place: at => at }
  text += given.slice(end)
  return {
    text,
    place(at) {
      let low = 0
      let high = begins.length
      while (low < high) {
        const middle = (low + high) >>> 1
        if (begins[middle]! <= at) low = middle + 1
        else high = middle
      }
      return at + (low === 0 ? 0 : by[low - 1]!)
    },
  }
}
