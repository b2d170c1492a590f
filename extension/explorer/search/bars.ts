import type { Span } from './range.ts'

/** A histogram is this wide for each of its bars, in units of its own. */
export const barWidth = 10
/** What is just beginning is seen all the same. */
const least = 3

/** A bar of a path: many bars are one element. */
export const bar = ({ x, width }: { x: number; width: number }, { y, height }: { y: number; height: number }): string =>
  `M${x.toFixed(1)} ${y.toFixed(1)}h${width.toFixed(1)}v${height.toFixed(1)}h-${width.toFixed(1)}z`

/** Where a stretch of time lies among so many bars: what of it is within the span. */
export function barOf(time: number, stretch: number, { from, to }: Span, bars: number): { x: number; width: number } {
  const end = bars * barWidth
  const place = (at: number) => Math.min(end, Math.max(0, ((at - from) / (to - from + 1)) * end))
  const left = place(time)
  const width = Math.max(least, place(time + stretch) - left - 2)
  return { x: Math.min(left + 1, end - width), width }
}
