import type { Group } from '../../../search-messages.ts'
import { Visible } from '../../../ui/visible.tsx'
import { type Drawn, figure, said } from './asked.ts'

export const totalOf = ({ values }: Group): number | null => (typeof values[0] === 'number' ? values[0] : null)

/** The groups with the most, each with a bar for how much it is of the first. */
export function TopList({ found, look, onPick }: Drawn) {
  const [path = ''] = look.groups
  const most = Math.max(1, ...found.groups.map(group => Math.abs(totalOf(group) ?? 0)))
  return (
    <ol class="top-list">
      {found.groups.map(group => {
        const value = totalOf(group)
        return (
          <li key={group.by[path]} style={{ '--share': Math.abs(value ?? 0) / most }}>
            <button type="button" title="Show these alone" onClick={() => onPick(group.by)}>
              <Visible class="cut" text={group.by[path] ?? ''} />
              <span>{figure(value)}</span>
            </button>
          </li>
        )
      })}
    </ol>
  )
}

/** One or two levels of groups as a table. */
export const GroupTable = ({ found, look, onPick }: Drawn) => (
  <table class="groups">
    <thead>
      <tr>
        {look.groups.map(path => (
          <th key={path} scope="col">
            {path}
          </th>
        ))}
        <th scope="col" class="number">
          {said(look.measure)}
        </th>
      </tr>
    </thead>
    <tbody>
      {found.groups.map((group, i) => (
        <tr key={look.groups.map(path => group.by[path]).join('\n')}>
          {look.groups.map((path, level) => (
            <td key={path} class={level === 0 && i > 0 && found.groups[i - 1]!.by[path] === group.by[path] ? 'again' : ''}>
              <button
                type="button"
                title="Show these alone"
                onClick={() => onPick(Object.fromEntries(look.groups.slice(0, level + 1).map(one => [one, group.by[one]!])))}
              >
                <Visible class="cut" text={group.by[path] ?? ''} />
              </button>
            </td>
          ))}
          <td class="number">{figure(totalOf(group))}</td>
        </tr>
      ))}
    </tbody>
  </table>
)
