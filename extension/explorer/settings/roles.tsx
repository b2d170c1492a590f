import { useEffect } from 'preact/hooks'
import type { RoleRow } from '../../access-messages.ts'
import { granted, whyNot } from '../../ui/may.ts'
import { Ago } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { type Column, Grid } from '../grid.tsx'
import { place, show } from '../place.ts'
import { reloadAccess, roles } from './access-list.ts'
import { RolePanel } from './role-panel.tsx'
import { matches, Shell, sortRows, Waiting } from './shell.tsx'

/** What it shows, in a word or two. */
const shown = ({ signals, logs }: RoleRow): string =>
  signals === '' && logs === '' ? 'everything' : `a part of ${[signals && 'signals', logs && 'logs'].filter(Boolean).join(' and ')}`

const columns: readonly Column<RoleRow>[] = [
  {
    id: 'name',
    head: 'Name',
    sorts: true,
    cell: ({ name, isDefault }) => (
      <div class="row">
        <Visible class="cut title" text={name} />
        {isDefault && (
          <span class="tag plain" title="Always there and never changed: clone it to change it">
            Default
          </span>
        )}
      </div>
    ),
  },
  { id: 'permissions', head: 'Permissions', width: '120px', sorts: true, cell: ({ permissions }) => permissions.length },
  { id: 'shows', head: 'Shows', width: '240px', cell: role => <span class="dim">{shown(role)}</span> },
  { id: 'users', head: 'Users', bare: true, width: '96px', sorts: true, cell: ({ users }) => users.toLocaleString('en') },
  {
    id: 'modified',
    head: 'Changed',
    width: '140px',
    sorts: true,
    cell: ({ modifiedAt }) =>
      modifiedAt > 0 && (
        <span class="weak nowrap">
          <Ago time={modifiedAt} sentence />
        </span>
      ),
  },
]

/** What people may do and see. */
export function RolesPart() {
  useEffect(() => void reloadAccess(), [granted.value])
  const asked = place.value.with
  const all = roles.value.value?.roles
  const sort = asked['sort'] ?? 'name'
  const rows = (all ?? []).filter(({ name, permissions }) => matches(asked['search'], name, ...permissions))
  return (
    <>
      <Shell
        part="roles"
        find="Find a role, by its name or a permission"
        make={{ word: 'New role…', off: whyNot('user_access_manage'), run: () => show({ role: undefined, do: 'new' }) }}
        onReload={() => void reloadAccess()}
      >
        {!all && <Waiting barred={whyNot('user_access_read')} failure={roles.failure.value} onRetry={reloadAccess} />}
        {all && rows.length === 0 && (
          <div class="middle">
            <p class="dim">No role is called “{asked['search']}” or allows it.</p>
          </div>
        )}
        {rows.length > 0 && (
          <Grid
            label="Roles"
            columns={columns}
            brief={[
              ['name', 'users'],
              ['shows', 'modified'],
            ]}
            rows={sortRows(rows, sort, {
              permissions: ({ permissions }) => permissions.length,
              users: ({ users }) => users,
              modified: ({ modifiedAt }) => modifiedAt,
            })}
            sort={sort}
            onSort={sort => show({ sort })}
            open={asked['role']}
            onOpen={({ id }) => show({ role: id, do: undefined }, asked['role'] === undefined)}
          />
        )}
      </Shell>
      {all && (asked['do'] === 'new' || asked['role']) && (
        <RolePanel key={asked['role'] ?? 'new'} id={asked['do'] === 'new' ? undefined : asked['role']} />
      )}
    </>
  )
}
