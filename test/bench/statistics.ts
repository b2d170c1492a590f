const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b)

/** The value that a share of the values does not exceed; NaN where there are none. */
export const percentile = (values: readonly number[], share: number): number =>
  sorted(values)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN
export const median = (values: readonly number[]): number => percentile(values, 0.5)
export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
