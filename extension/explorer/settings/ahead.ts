const steps: readonly (readonly [unit: string, ms: number])[] = [
  ['day', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
]

/** `in 29 days`, `in 3 h`; `now` where it is due. Both ms UTC. */
export function ahead(time: number, from: number): string {
  for (const [unit, ms] of steps) {
    const count = Math.floor((time - from) / ms)
    if (count >= 1) return `in ${count} ${unit === 'day' && count > 1 ? 'days' : unit}`
  }
  return time > from ? 'in 1 min' : 'now'
}
