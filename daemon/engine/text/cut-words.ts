import { words } from '../../../shared/query/text.ts'

/** The words of one text, in order: a hash of each, and where it stands. Written over by the next cut. */
export interface Cut {
  count: number
  hashes: Uint32Array
  from: Uint32Array
  to: Uint32Array
}

const seed = 0x811c9dc5
const prime = 0x01000193

/** FNV-1a over UTF-16 units, 32 bits. */
export function hashWord(word: string): number {
  let hash = seed
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), prime)
  return hash >>> 0
}

/** Kinds of ASCII: 1 in a word, 0 between words. Texts are lower-cased before they are cut. */
const inWord = Uint8Array.from({ length: 128 }, (_, code) => (/[a-z0-9_]/.test(String.fromCharCode(code)) ? 1 : 0))

/** Makes a function that cuts normalised texts into words, as `words` does, without making a string of each. */
export function createCutter(): (text: string) => Cut {
  const cut: Cut = { count: 0, hashes: new Uint32Array(256), from: new Uint32Array(256), to: new Uint32Array(256) }

  function push(hash: number, from: number, to: number): void {
    if (cut.count === cut.hashes.length) {
      cut.hashes = doubled(cut.hashes)
      cut.from = doubled(cut.from)
      cut.to = doubled(cut.to)
    }
    cut.hashes[cut.count] = hash
    cut.from[cut.count] = from
    cut.to[cut.count++] = to
  }

  function cutAny(text: string): Cut {
    cut.count = 0
    let at = 0
    for (const word of words(text)) {
      const from = text.indexOf(word, at)
      at = from + word.length
      push(hashWord(word), from, at)
    }
    return cut
  }

  return text => {
    cut.count = 0
    let hash = seed
    let from = -1
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code > 127) return cutAny(text)
      if (inWord[code] === 1) {
        if (from < 0) from = i
        hash = Math.imul(hash ^ code, prime)
      } else if (from >= 0) {
        push(hash >>> 0, from, i)
        from = -1
        hash = seed
      }
    }
    if (from >= 0) push(hash >>> 0, from, text.length)
    return cut
  }
}

function doubled(from: Uint32Array): Uint32Array {
  const to = new Uint32Array(from.length * 2)
  to.set(from)
  return to
}
