import { useSignal } from '@preact/signals'
import { rank, type Severity } from '../../../shared/severity.ts'
import type { Found } from '../../search-messages.ts'
import { exact } from '../../ui/time.tsx'
import { bar, barOf, barWidth } from './bars.ts'
import { stretchOf } from './first-page.ts'
import { length, type Span } from './range.ts'
import type { Surface } from './types.ts'

const height = 56

const short = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const long = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })

/** Bars by severity, the least severe below. Stretches of the series begin at round times: they are drawn where they lie. */
function stack(
  { groups, span }: Found & { span: Span },
  count: number,
  tall: (rows: number, below: number) => { y: number; height: number },
) {
  const below = new Map<number, number>()
  const order = groups.toSorted((a, b) => rank(a.by['status'] as Severity) - rank(b.by['status'] as Severity))
  return order.map(({ by, values }) => {
    const bars = (Array.isArray(values[0]) ? values[0] : []).map(({ time, value }) => {
      const base = below.get(time) ?? 0
      below.set(time, base + value)
      return bar(barOf(time, stretchOf(span), span, count), tall(value, base))
    })
    return <path key={by['status']} class={by['status']} d={bars.join('')} />
  })
}

/** How many there are over time. Dragging over it zooms in; so do the arrow keys with Shift and Enter. */
export function Histogram({ surface, noun }: { surface: Surface; noun: [one: string, many: string] }) {
  const found = surface.counted.value
  const drag = useSignal<[number, number] | undefined>(undefined)
  if (!found || found.histogram.length === 0) return <figure class="histogram" />
  const { histogram, span, total } = found
  const most = Math.max(1, ...histogram.map(({ count }) => count))
  const count = histogram.length
  const spanOf = ([a, b]: [number, number]): Span => ({
    from: histogram[Math.min(a, b)]!.time,
    to: (histogram[Math.max(a, b) + 1]?.time ?? span.to + 1) - 1,
  })
  const zoom = (bars: [number, number]) => {
    const { from, to } = spanOf(bars)
    surface.setRange({ from: new Date(from).toISOString(), to: new Date(to).toISOString() })
  }
  const barAt = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect()
    return Math.max(0, Math.min(count - 1, Math.floor(((event.clientX - box.left) / box.width) * count)))
  }
  const chosen = drag.value
  const [low, high] = chosen ? [Math.min(...chosen), Math.max(...chosen)] : [-1, -1]
  const peak = histogram.reduce((best, one, i) => (one.count > histogram[best]!.count ? i : best), 0)
  const says = `${total.toLocaleString('en')} ${total === 1 ? noun[0] : noun[1]} over ${length(span)}, most at ${exact(histogram[peak]!.time)}: ${most.toLocaleString('en')}`
  const chosenSays = chosen && (({ from, to }: Span) => `${exact(from)} to ${exact(to)}`)(spanOf(chosen))
  const tall = (rows: number, below: number) => {
    const high = rows === 0 ? 0 : Math.max(1.5, ((height - 2) * rows) / most)
    return { y: height - high - ((height - 2) * below) / most, height: high }
  }
  const stacked = surface.track === 'signals' && found.groups.length > 0 ? stack(found, count, tall) : undefined
  const format = span.to - span.from > 86_400_000 ? long : short
  const step = (by: number, extend: boolean) => {
    const [anchor, end] = drag.value ?? [peak, peak]
    const next = Math.max(0, Math.min(count - 1, drag.value ? end + by : end))
    drag.value = extend ? [anchor, next] : [next, next]
  }
  const keys: Record<string, (event: KeyboardEvent) => void> = {
    ArrowLeft: event => step(-1, event.shiftKey),
    ArrowRight: event => step(1, event.shiftKey),
    Enter() {
      if (drag.value) zoom(drag.value)
      drag.value = undefined
    },
    Escape() {
      drag.value = undefined
    },
  }
  return (
    <figure class="histogram">
      <div
        class="bars-box"
        role="slider"
        tabIndex={0}
        aria-label="Time histogram: arrows choose a stretch, with Shift a longer one, Enter zooms in"
        aria-valuemin={0}
        aria-valuemax={count - 1}
        aria-valuenow={chosen?.[1] ?? 0}
        aria-valuetext={chosenSays ?? says}
        onKeyDown={event => {
          const run = keys[event.key]
          if (!run || (event.key === 'Escape' && !drag.value)) return
          run(event)
          event.preventDefault()
          event.stopPropagation()
        }}
        onBlur={() => (drag.value = undefined)}
        onPointerDown={event => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          drag.value = [barAt(event), barAt(event)]
        }}
        onPointerMove={event => {
          if (drag.value && event.currentTarget.hasPointerCapture(event.pointerId)) drag.value = [drag.value[0], barAt(event)]
        }}
        onPointerUp={event => {
          const bars = drag.value
          drag.value = undefined
          if (bars && event.currentTarget.hasPointerCapture(event.pointerId)) zoom(bars)
        }}
      >
        <svg viewBox={`0 0 ${count * barWidth} ${height}`} preserveAspectRatio="none" aria-hidden="true">
          {low >= 0 && <rect class="chosen" x={low * barWidth} y={0} width={(high - low + 1) * barWidth} height={height} />}
          {stacked ?? (
            <path d={histogram.map(({ count: rows }, i) => bar({ x: i * barWidth + 1, width: barWidth - 2 }, tall(rows, 0))).join('')} />
          )}
        </svg>
      </div>
      <figcaption>
        {Array.from({ length: 7 }, (_, i) => span.from + ((span.to - span.from) * i) / 6).map(time => (
          <span key={time}>{format.format(time)}</span>
        ))}
      </figcaption>
    </figure>
  )
}
