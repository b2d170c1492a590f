const window = 60_000
const allowed = 20

/**
 * Slows down guessing: after 20 failures within a minute a source has to wait. Only failures are refused by it, so that nobody can lock
 * the owner of a good key out. `now` is monotonic ms. Answers seconds to wait, or 0.
 */
export function createBackoff(now: () => number = () => performance.now()) {
  const failures = new Map<string, number[]>()
  return (source: string): number => {
    const recent = (failures.get(source) ?? []).filter(time => time > now() - window)
    if (recent.length < allowed) {
      recent.push(now())
      failures.set(source, recent)
      if (failures.size > 10_000) failures.delete(failures.keys().next().value!)
      return 0
    }
    return Math.max(1, Math.ceil((recent[0]! + window - now()) / 1000))
  }
}
