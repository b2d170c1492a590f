const units: readonly (readonly [unit: string, ms: number])[] = [
  ['days', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
]

/** A span in its largest unit, with a decimal where it is below ten of it: `2.1 days`, `14 min`, `<1 s`. */
export function spanText(ms: number): string {
  for (const [unit, size] of units) {
    const count = ms / size
    if (count < 1) continue
    const shown = count < 9.95 ? Math.round(count * 10) / 10 : Math.round(count)
    return `${shown} ${unit === 'days' && shown === 1 ? 'day' : unit}`
  }
  return ms <= 0 ? '0 s' : '<1 s'
}

/** `0.125` → 12.5 %. */
export const rateText = (rate: number): string => `${Math.round(rate * 1000) / 10} %`
