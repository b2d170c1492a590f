import { Copy, Trash2 } from 'lucide'
import { useState } from 'preact/hooks'
import type { RoleForm, RoleRow } from '../../access-messages.ts'
import { ask } from '../../relay.ts'
import { Button } from '../../ui/button.tsx'
import { whyNot } from '../../ui/may.ts'
import { Panel } from '../panel.tsx'
import { show } from '../place.ts'
import { Sure } from '../sure.tsx'
import { called, cloneRole, deleteRole, reloadAccess, roleForm, roleMade, roleSaved, roles, users } from './access-list.ts'
import { Foot, hold, TextField } from './controls.tsx'
import { type Form, useForm } from './form.ts'
import { PermissionList } from './permission-list.tsx'
import { type RestrictedTrack, Restriction } from './restriction.tsx'

const blank: RoleForm = { name: '', permissions: [], signals: '', logs: '' }
const fields = ['name', 'signals', 'logs', 'permissions'] as const
const tracks: readonly RestrictedTrack[] = ['signals', 'logs']
const close = () => show({ role: undefined, do: undefined })

/** One role, or with no id a new one. */
export function RolePanel({ id }: { id: string | undefined }) {
  const role = roles.value.value?.roles.find(one => one.id === id)
  if (id === undefined)
    return (
      <Panel label="New role" of="new" form onClose={close}>
        <NewRole />
      </Panel>
    )
  return (
    <Panel
      label={role?.name ?? 'No such role'}
      of={id}
      head={role && <span class="tag plain">{role.isDefault ? 'Default' : 'Custom'}</span>}
      onClose={close}
    >
      {role ? <Editor key={id} role={role} /> : <p class="dim">It was deleted, or the link is of another daemon.</p>}
    </Panel>
  )
}

function NewRole() {
  const form = useForm<RoleForm, RoleRow>({
    of: 'role:new',
    stored: blank,
    fields,
    save: (_, role) => ask('createRole', { role: { ...role, name: role.name.trim() } }),
    saved: roleMade,
  })
  return <Fields form={form} off={undefined} barred={whyNot('user_access_manage')} word="Create" busyWord="Creating" />
}

function Editor({ role }: { role: RoleRow }) {
  const [sure, setSure] = useState(false)
  const form = useForm<RoleForm, RoleRow>({
    of: `role:${role.id}`,
    stored: roleForm(role),
    fields,
    save: (before, after) => ask('changeRole', { id: role.id, before, after: { ...after, name: after.name.trim() } }),
    async reread() {
      await reloadAccess()
      const now = roles.value.value?.roles.find(({ id }) => id === role.id)
      return now && roleForm(now)
    },
    saved: roleSaved,
  })
  const barred = whyNot('user_access_manage')
  const fixed = role.isDefault ? 'A default role stays as it is. Clone it and change the clone.' : undefined
  const members = (users.value.value?.users ?? []).filter(({ roles }) => roles.includes(role.id))
  return (
    <>
      <section>
        <div class="row wrap">
          <Button icon={Copy} off={barred} onClick={() => void cloneRole(role)}>
            Clone
          </Button>
          {!role.isDefault && (
            <Button icon={Trash2} kind="danger" off={barred} onClick={() => setSure(true)}>
              Delete…
            </Button>
          )}
          {(fixed ?? barred) !== undefined && <span class="dim">{fixed ?? barred}</span>}
        </div>
        {sure && (
          <Sure icon={Trash2} word="Delete" back="Keep it" onYes={() => deleteRole(role)} onNo={() => setSure(false)}>
            <strong>Delete this role?</strong>{' '}
            {members.length === 0
              ? 'Nobody has it.'
              : `${members.length === 1 ? '1 user has' : `${members.length} users have`} it and can then do only what their other roles allow: ${members.map(called).slice(0, 10).join(', ')}${members.length > 10 ? ' and more' : ''}.`}
          </Sure>
        )}
      </section>
      <Fields form={form} off={fixed ?? barred} barred={barred ?? fixed} word="Save" busyWord="Saving" />
      <section>
        <h3>
          Users <span class="weak">{role.users}</span>
        </h3>
        {members.length === 0 ? (
          <p class="dim">Nobody has it.</p>
        ) : (
          <p>
            {members.slice(0, 50).map((user, at) => (
              <span key={user.id}>
                {at > 0 && ', '}
                <button type="button" class="link" onClick={() => show({ part: undefined, role: undefined, user: user.id }, true)}>
                  {called(user)}
                </button>
              </span>
            ))}
          </p>
        )}
      </section>
    </>
  )
}

/** `off` is why its controls cannot be changed, `barred` why it cannot be saved. */
function Fields(props: { form: Form<RoleForm>; off: string | undefined; barred: string | undefined; word: string; busyWord: string }) {
  const { form, off, barred, word, busyWord } = props
  const [ready, setReady] = useState<Record<RestrictedTrack, boolean>>({ signals: true, logs: true })
  const { value } = form
  const why =
    barred ??
    (!form.dirty ? 'Nothing has changed' : value.name.trim() === '' ? 'Give it a name first' : undefined) ??
    (tracks.every(track => ready[track]) ? undefined : 'A query cannot be read yet, or is being counted')
  return (
    <form class="form" noValidate onSubmit={hold}>
      <TextField form={form as unknown as Form<Record<'name', string>>} name="name" label="Name" off={off} />
      {tracks.map(track => (
        <Restriction
          key={track}
          track={track}
          query={value[track]}
          problem={form.problems.find(({ field }) => field === track)}
          off={off}
          onQuery={query => form.change({ [track]: query })}
          onReady={isReady => setReady(ready => ({ ...ready, [track]: isReady }))}
        />
      ))}
      <PermissionList
        of={roles.value.value?.permissions ?? []}
        chosen={value.permissions}
        off={off}
        onChoose={permissions => form.change({ permissions })}
      />
      {off === undefined && <Foot form={form} why={why} word={word} busyWord={busyWord} />}
    </form>
  )
}
