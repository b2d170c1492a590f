const units: [string, number][] = [
  ['day', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
]

/** How long ago, for lists: `now`, `4 min`, `2 h`, `1 day`, `9 days`. Both ms UTC; what lies ahead is `now`. */
export function age(time: number, now: number): string {
  for (const [unit, ms] of units) {
    const count = Math.floor((now - time) / ms)
    if (count >= 1) return `${count} ${unit === 'day' && count > 1 ? 'days' : unit}`
  }
  return 'now'
}

/** For sentences: `just now`, `4 min ago`. */
export function ago(time: number, now: number): string {
  const text = age(time, now)
  return text === 'now' ? 'just now' : `${text} ago`
}
