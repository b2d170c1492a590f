import { Visible } from '../../../ui/visible.tsx'
import { type Drawn, figure, hueOf } from './asked.ts'
import { totalOf } from './tables.tsx'

const turn = 2 * Math.PI
const at = (share: number): string => `${(Math.sin(share * turn) * 100).toFixed(2)} ${(-Math.cos(share * turn) * 100).toFixed(2)}`

/** A wedge from one share of the circle to another. */
const wedge = (from: number, to: number): string =>
  to - from > 0.9999
    ? 'M0-100A100 100 0 1 1 0 100A100 100 0 1 1 0-100Z'
    : `M0 0L${at(from)}A100 100 0 ${to - from > 0.5 ? 1 : 0} 1 ${at(to)}Z`

/** Shares of the whole; what is in no group shown is the rest. The legend says the same in words. */
export function Pie({ found, look, onPick }: Drawn) {
  const [path = ''] = look.groups
  const slices = found.groups.map((group, i) => ({
    name: group.by[path] ?? '',
    value: Math.max(0, totalOf(group) ?? 0),
    look: hueOf(path, group.by[path] ?? '', i),
    group,
  }))
  const sum = slices.reduce((all, { value }) => all + value, 0)
  // a log with several values counts in several groups: then there is no rest
  const rest = look.measure.aggregation === 'count' ? Math.max(0, found.total - sum) : 0
  const all = [...slices, ...(rest > 0 ? [{ name: 'All others', value: rest, look: 'hue-rest', group: undefined }] : [])]
  const whole = Math.max(1, sum + rest)
  let from = 0
  const percent = (value: number) => `${((100 * value) / whole).toFixed(1)} %`
  return (
    <div class="pie">
      <svg viewBox="-102 -102 204 204" role="img" aria-label={all.map(({ name, value }) => `${name} ${percent(value)}`).join(', ')}>
        {all.map(({ name, value, look }) => {
          const start = from
          from += value / whole
          return value > 0 && <path key={name} class={look} d={wedge(start, from)} />
        })}
      </svg>
      <table class="groups legend">
        <tbody>
          {all.map(({ name, value, look, group }) => (
            <tr key={name}>
              <td>
                <span class={`swatch ${look}`} />
                {group ? (
                  <button type="button" title="Show these alone" onClick={() => onPick(group.by)}>
                    <Visible class="cut" text={name} />
                  </button>
                ) : (
                  <span class="dim">{name}</span>
                )}
              </td>
              <td class="number">{figure(value)}</td>
              <td class="number weak">{percent(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
