/** First place from `from` on whose row is not below `row`. Steps widen from where it starts, so that near places are found at once. */
export function seek(rows: Uint16Array, from: number, end: number, row: number): number {
  let low = from
  let step = 1
  while (low + step < end && rows[low + step]! < row) {
    low += step
    step *= 2
  }
  let high = Math.min(end, low + step)
  while (low < high) {
    const middle = (low + high) >> 1
    if (rows[middle]! < row) low = middle + 1
    else high = middle
  }
  return low
}
