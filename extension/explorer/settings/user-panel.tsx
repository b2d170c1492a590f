import { Ban, UserCheck } from 'lucide'
import type { RoleRow, UserForm, UserRow } from '../../access-messages.ts'
import { ask } from '../../relay.ts'
import { Button } from '../../ui/button.tsx'
import { granted, whyNot } from '../../ui/may.ts'
import { off as away } from '../../ui/off.ts'
import { Ago } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { Panel } from '../panel.tsx'
import { show } from '../place.ts'
import { called, isLastAdmin, lastAdmin, reloadAccess, roles, switchUser, userForm, userInvited, userSaved, users } from './access-list.ts'
import { type Checkable, Checklist, Foot, hold, TextField } from './controls.tsx'
import { type Form, useForm } from './form.ts'

const blank: UserForm = { name: '', email: '', title: '', roles: [] }
const fields = ['name', 'email', 'title', 'roles'] as const
const close = () => show({ user: undefined, do: undefined })

/** One user, or with no id a new one. */
export function UserPanel({ id }: { id: string | undefined }) {
  const user = users.value.value?.users.find(one => one.id === id)
  if (id === undefined)
    return (
      <Panel label="Invite somebody" of="invite" form onClose={close}>
        <Invite />
      </Panel>
    )
  return (
    <Panel
      label={user ? called(user) : 'No such user'}
      of={id}
      head={user?.disabled ? <span class="tag plain">Disabled</span> : user && <span class="tag benign">Active</span>}
      onClose={close}
    >
      {user ? <Editor key={id} user={user} /> : <p class="dim">The link is of another daemon.</p>}
    </Panel>
  )
}

function Invite() {
  const form = useForm<UserForm, UserRow>({
    of: 'user:new',
    stored: blank,
    fields,
    save: (_, user) => ask('inviteUser', { user: { ...user, email: user.email.trim(), name: user.name.trim() || user.email.trim() } }),
    saved: userInvited,
  })
  const why =
    whyNot('user_access_invite') ??
    (form.value.email.trim() === '' ? 'Type an email first' : form.value.roles.length === 0 ? 'Choose a role first' : undefined)
  return (
    <form class="form" noValidate onSubmit={hold}>
      <p class="dim">Nothing is sent by mail. Make an application key for them under Keys: with it they pair their browser.</p>
      <UserFields form={form} />
      <Foot form={form} why={why} word="Add" busyWord="Adding" />
    </form>
  )
}

function Editor({ user }: { user: UserRow }) {
  const all = users.value.value?.users ?? []
  const known = roles.value.value?.roles ?? []
  const isLast = isLastAdmin(user, all, known)
  const form = useForm<UserForm, UserRow>({
    of: `user:${user.id}`,
    stored: userForm(user),
    fields,
    save: (before, after) => ask('changeUser', { id: user.id, before, after }),
    async reread() {
      await reloadAccess()
      const now = users.value.value?.users.find(({ id }) => id === user.id)
      return now && userForm(now)
    },
    saved: userSaved,
  })
  const barred = whyNot('user_access_manage')
  const why = barred ?? (form.dirty ? undefined : 'Nothing has changed')
  return (
    <form class="form" noValidate onSubmit={hold}>
      <UserFields form={form} off={barred} keep={isLast ? known.find(({ name }) => name === 'Admin')?.id : undefined} />
      <Foot form={form} why={why} word="Save" busyWord="Saving" />
      <section>
        <h3>{user.disabled ? 'Disabled' : 'Disable'}</h3>
        <p class="dim">
          {user.disabled
            ? 'They cannot sign in, and their keys let nobody in. What they did stays theirs.'
            : 'Their keys and browsers stop working at once. What they did stays theirs.'}
        </p>
        <div class="row">
          {user.disabled ? (
            <Button icon={UserCheck} off={barred} onClick={() => void switchUser(user, true)}>
              Enable
            </Button>
          ) : (
            <Button icon={Ban} kind="danger" off={barred ?? (isLast ? lastAdmin : undefined)} onClick={() => void switchUser(user, false)}>
              Disable
            </Button>
          )}
          {isLast && barred === undefined && <span class="dim">{lastAdmin}</span>}
        </div>
      </section>
      <p class="weak">
        Added <Ago time={user.createdAt} sentence />
        {user.handle !== user.email && (
          <>
            , signs in as <Visible class="mono" text={user.handle} />
          </>
        )}
      </p>
    </form>
  )
}

/** `keep` is a role that cannot be taken away, `off` why nothing can be changed. */
function UserFields({ form, off, keep }: { form: Form<UserForm>; off?: string | undefined; keep?: string | undefined }) {
  const known = roles.value.value?.roles ?? []
  const text = form as unknown as Form<Record<'name' | 'email' | 'title', string>>
  return (
    <>
      <TextField form={text} name="email" label="Email" type="email" most={320} off={off} />
      <TextField form={text} name="name" label="Name" off={off} />
      <TextField form={text} name="title" label="Title, optional" off={off} />
      <fieldset class="group">
        <legend class="eyebrow">Roles</legend>
        <Checklist
          of={known.map(role => choiceOf(role, form.value.roles, off, keep))}
          checked={form.value.roles}
          onCheck={checked => form.change({ roles: checked.sort() })}
        />
        {form.wrong('roles') && (
          <p class="bad" role="alert">
            {form.wrong('roles')}
          </p>
        )}
      </fieldset>
    </>
  )
}

function choiceOf(role: RoleRow, chosen: readonly string[], off: string | undefined, keep: string | undefined): Checkable {
  const missing = role.permissions.filter(name => !granted.value.has(name))
  const why = off ?? away.value ?? (role.id === keep ? lastAdmin : undefined)
  // to take away is always possible
  const given = chosen.includes(role.id) || missing.length === 0 ? undefined : 'It allows what you may not do yourself'
  const shows = role.signals !== '' || role.logs !== '' ? ', shows a part' : ''
  return { id: role.id, label: role.name, says: `${role.permissions.length} permissions${shows}`, off: why ?? given }
}
