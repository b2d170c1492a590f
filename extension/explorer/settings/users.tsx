import { useEffect } from 'preact/hooks'
import type { UserRow } from '../../access-messages.ts'
import { Who } from '../../ui/facts.tsx'
import { granted, whyNot } from '../../ui/may.ts'
import { Ago } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { type Column, Grid } from '../grid.tsx'
import { place, show } from '../place.ts'
import { called, reloadAccess, roles, users } from './access-list.ts'
import { matches, Shell, sortRows, Waiting } from './shell.tsx'
import { UserPanel } from './user-panel.tsx'

/** `Admin, On call` of ids. */
export function rolesOf({ roles: ids }: Pick<UserRow, 'roles'>): string {
  const known = roles.value.value?.roles ?? []
  return known.flatMap(({ id, name }) => (ids.includes(id) ? [name] : [])).join(', ')
}

const columns: readonly Column<UserRow>[] = [
  {
    id: 'name',
    head: 'Name',
    width: 'minmax(180px, 1fr)',
    sorts: true,
    cell: user => (
      <div class="row">
        <Who person={{ uuid: user.id, ...user }} />
        <Visible class="cut title" text={called(user)} />
      </div>
    ),
  },
  {
    id: 'email',
    head: 'Email',
    sorts: true,
    cell: ({ email }) => <Visible class="cut dim block" text={email} />,
  },
  { id: 'role', head: 'Roles', sorts: true, cell: user => <bdi class="cut block">{rolesOf(user) || <span class="weak">none</span>}</bdi> },
  {
    id: 'state',
    head: 'State',
    width: '120px',
    sorts: true,
    cell: ({ disabled }) => (disabled ? <span class="tag plain">Disabled</span> : <span class="tag benign">Active</span>),
  },
  {
    id: 'created',
    head: 'Since',
    width: '140px',
    sorts: true,
    cell: ({ createdAt }) => (
      <span class="weak nowrap">
        <Ago time={createdAt} sentence />
      </span>
    ),
  },
]

/** Who can act here, in which roles. */
export function UsersPart() {
  useEffect(() => void reloadAccess(), [granted.value])
  const asked = place.value.with
  const all = users.value.value?.users
  const barred = all ? undefined : whyNot('user_access_read')
  const sort = asked['sort'] ?? 'name'
  const rows = (all ?? []).filter(user => matches(asked['search'], user.name, user.email, user.handle, rolesOf(user)))
  return (
    <>
      <Shell
        part="users"
        find="Find a user"
        make={{ word: 'Invite…', off: whyNot('user_access_invite'), run: () => show({ user: undefined, do: 'invite' }) }}
        onReload={() => void reloadAccess()}
      >
        {!all && <Waiting barred={barred} failure={users.failure.value} onRetry={reloadAccess} />}
        {all && rows.length === 0 && (
          <div class="middle">
            <p class="dim">No user has “{asked['search']}” in their name, email or roles.</p>
          </div>
        )}
        {rows.length > 0 && (
          <Grid
            label="Users"
            columns={columns}
            brief={[
              ['name', 'state'],
              ['email', 'role'],
            ]}
            rows={sortRows(rows, sort, {
              email: ({ email }) => email,
              role: rolesOf,
              state: ({ disabled }) => Number(disabled),
              created: ({ createdAt }) => createdAt,
            })}
            sort={sort}
            onSort={sort => show({ sort })}
            open={asked['user']}
            onOpen={({ id }) => show({ user: id, do: undefined }, asked['user'] === undefined)}
            faint={({ disabled }) => disabled}
          />
        )}
      </Shell>
      {all && (asked['do'] === 'invite' || asked['user']) && (
        <UserPanel key={asked['user'] ?? 'invite'} id={asked['do'] === 'invite' ? undefined : asked['user']} />
      )}
    </>
  )
}
