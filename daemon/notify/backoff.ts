/** Tries, the first included, after which a delivery is a dead letter. */
export const mostTries = 8

const shortest = 1000
const longest = 3_600_000
/** The longest that a receiver is left alone because it asked for it, ms. */
const longestAsked = 24 * 3_600_000

/** How long to wait after the `tries`-th try failed, ms: 1 s, 4 s, 16 s … 1 h, up to half of it less. `random` is 0 to 1. */
export function pauseAfter(tries: number, random: number, asked = 0): number {
  const full = Math.min(longest, shortest * 4 ** (tries - 1))
  const pause = Math.max(shortest, Math.round(full * (1 - random / 2)))
  return Math.max(pause, Math.min(asked, longestAsked))
}
