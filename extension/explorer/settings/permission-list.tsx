import type { PermissionRow } from '../../access-messages.ts'
import { Button } from '../../ui/button.tsx'
import { granted } from '../../ui/may.ts'
import { Checklist } from './controls.tsx'
import { groupsOf, setGroup } from './permission-groups.ts'

/** Permissions to choose from, by group. `off` is why none can be changed; what somebody may not do they cannot hand out. */
export function PermissionList(props: {
  of: readonly PermissionRow[]
  chosen: readonly string[]
  off?: string | undefined
  onChoose(chosen: string[]): void
}) {
  const { of, chosen, off, onChoose } = props
  const whyOff = (name: string) =>
    off ?? (granted.value.has(name) || chosen.includes(name) ? undefined : 'Only who may do it themselves can allow it')
  return (
    <>
      {groupsOf(of).map(({ name, permissions }) => {
        const count = permissions.filter(one => chosen.includes(one.name)).length
        const isAll = count === permissions.length
        return (
          <fieldset class="group" key={name}>
            <legend class="eyebrow">{name}</legend>
            <div class="row">
              <span class="weak cut">
                {count} of {permissions.length}
              </span>
              {off === undefined && (
                <Button
                  kind="quiet"
                  small
                  aria-label={`${isAll ? 'None' : 'All'} of ${name}`}
                  onClick={() => onChoose(setGroup(chosen, permissions, !isAll, name => whyOff(name) !== undefined))}
                >
                  {isAll ? 'None' : 'All'}
                </Button>
              )}
            </div>
            <Checklist
              of={permissions.map(one => ({ id: one.name, label: one.label, says: one.name, off: whyOff(one.name) }))}
              checked={chosen}
              onCheck={chosen => onChoose(chosen.sort())}
            />
          </fieldset>
        )
      })}
    </>
  )
}
