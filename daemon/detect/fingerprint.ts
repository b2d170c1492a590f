/**
 * 53 bits that stand for a text in a set of distinct values, so that such a set is as small for long texts as for short ones. Not secret:
 * whoever makes two texts collide only makes themselves count once.
 */
export function fingerprint(text: string): number {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 2654435761)
    b = Math.imul(b ^ code, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return 0x1_0000_0000 * (b & 0x1f_ffff) + (a >>> 0)
}
