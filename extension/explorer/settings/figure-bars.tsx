import type { Figures } from '../../setup-messages.ts'
import { rateText, spanText } from './span.ts'

const width = 100

/** A bar to the median and a line to where nine of ten end, on the scale of the column. */
export function TimeBar({ times: { median, p90 }, most }: { times: Figures['toResolve']; most: number }) {
  if (median === null) return null
  const at = (ms: number) => Math.max(1, Math.round((width * ms) / most))
  const label = `median ${spanText(median)}${p90 === null ? '' : `, 90 % within ${spanText(p90)}`}`
  return (
    <svg class="figure" viewBox={`0 0 ${width + 2} 12`} preserveAspectRatio="none" role="img" aria-label={label}>
      <title>{label}</title>
      <rect class="median" x="0" y="2" width={Math.min(width, at(median))} height="8" />
      {p90 !== null && <path class="ninety" d={`M0 6H${Math.min(width, at(p90))}M${Math.min(width, at(p90))} 2v8`} />}
    </svg>
  )
}

/** A share of all, on the scale of the whole. */
export const RateBar = ({ rate }: { rate: number | null }) =>
  rate === null ? null : (
    <svg class="figure" viewBox={`0 0 ${width + 2} 12`} preserveAspectRatio="none" role="img" aria-label={rateText(rate)}>
      <rect class="whole" x="0" y="2" width={width} height="8" />
      <rect class="median" x="0" y="2" width={width * rate} height="8" />
    </svg>
  )
