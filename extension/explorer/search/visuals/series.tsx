import type { Group } from '../../../search-messages.ts'
import { exact } from '../../../ui/time.tsx'
import { Visible } from '../../../ui/visible.tsx'
import { type Drawn, figure, hueOf, said } from './asked.ts'

const width = 1000
const height = 240

const pointsOf = ({ values }: Group): { time: number; value: number }[] => (Array.isArray(values[0]) ? values[0] : [])
/** Lines are told apart without colour too. */
const dashes = ['', '8 4', '2 4', '12 4 2 4', '4 4', '1 6']

/** A line for each group over time, with a legend that says the most and when. */
export function Series({ found, look, span, onPick }: Drawn) {
  const [path] = look.groups
  const lines = found.groups.map((group, i) => ({
    name: path ? (group.by[path] ?? '') : said(look.measure),
    points: pointsOf(group),
    hue: hueOf(path, path ? (group.by[path] ?? '') : '', i),
    dash: dashes[i % dashes.length]!,
    group,
  }))
  const most = Math.max(1, ...lines.flatMap(({ points }) => points.map(({ value }) => value)))
  const x = (time: number) => ((time - span.from) / Math.max(1, span.to - span.from)) * width
  const y = (value: number) => height - 4 - (Math.max(0, value) / most) * (height - 8)
  const peakOf = (points: { time: number; value: number }[]) =>
    points.reduce<(typeof points)[number] | undefined>((best, one) => (!best || one.value > best.value ? one : best), undefined)
  return (
    <div class="series">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${said(look.measure)} over time, at most ${figure(most)}. The table below says it in figures.`}
      >
        {[0.25, 0.5, 0.75, 1].map(share => (
          <line key={share} class="rule" x1={0} x2={width} y1={y(most * share)} y2={y(most * share)} />
        ))}
        {lines.map(({ name, points, hue, dash }) => (
          <path
            key={name}
            class={`line ${hue}`}
            stroke-dasharray={dash}
            d={points
              .map(({ time, value }, i) => `${i === 0 ? 'M' : 'L'}${Math.max(0, x(time)).toFixed(1)} ${y(value).toFixed(1)}`)
              .join('')}
          />
        ))}
      </svg>
      <p class="row ends weak">
        <span>{exact(span.from)}</span>
        <span class="end">{exact(span.to)}</span>
      </p>
      <table class="groups legend">
        <thead>
          <tr>
            <th scope="col">{path ?? 'All'}</th>
            <th scope="col" class="number">
              Most
            </th>
            <th scope="col">When</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ name, points, hue, dash, group }) => {
            const peak = peakOf(points)
            return (
              <tr key={name}>
                <td>
                  <svg class="sample" viewBox="0 0 28 4" aria-hidden="true">
                    <path class={`line ${hue}`} stroke-dasharray={dash} d="M0 2H28" />
                  </svg>
                  {path ? (
                    <button type="button" title="Show these alone" onClick={() => onPick(group.by)}>
                      <Visible class="cut" text={name} />
                    </button>
                  ) : (
                    name
                  )}
                </td>
                <td class="number">{figure(peak?.value ?? null)}</td>
                <td>{peak && exact(peak.time)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
