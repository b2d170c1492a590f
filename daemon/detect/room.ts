import type { Room } from '../lib/kinds.ts'

/** Room for `limit` things; `refused` counts those that found none. */
export function createRoom(limit: number): Room & { readonly refused: number } {
  let used = 0
  let refused = 0
  return {
    get refused() {
      return refused
    },
    take() {
      if (used < limit) return ++used > 0
      refused++
      return false
    },
    give(count) {
      used -= count
    },
  }
}
