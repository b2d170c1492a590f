import type { Room } from '../lib/kinds.ts'

/** Room that counts what it had to refuse. */
export interface CountingRoom extends Room {
  readonly refused: number
}

/** Room for `limit` things, or for things of that size together. */
export function createRoom(limit: number): CountingRoom {
  let used = 0
  let refused = 0
  return {
    get refused() {
      return refused
    },
    take(size = 1) {
      const fits = used + size <= limit
      if (fits) used += size
      else refused++
      return fits
    },
    keep(size = 1) {
      used += size
    },
    give(size) {
      used -= size
    },
  }
}
