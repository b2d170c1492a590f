export type Random = ReturnType<typeof createRandom>

/** Numbers that look random and are the same for the same seed (mulberry32), so that a demonstration can be told and tested again. */
export function createRandom(seed: number) {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return {
    /** A whole number, both ends included. */
    int,
    chance: (share: number): boolean => next() < share,
    pick: <T>(list: readonly T[]): T => list[int(0, list.length - 1)]!,
    /** That many digits of base 16. */
    hex: (length: number): string => Array.from({ length }, () => int(0, 15).toString(16)).join(''),
    port: (): number => int(32_768, 60_999),
    pid: (): number => int(900, 32_000),
  }
}
