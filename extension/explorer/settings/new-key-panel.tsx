import { useState } from 'preact/hooks'
import { permissionNames, permissions } from '../../../shared/permissions.ts'
import type { KeyKind, KeyRow } from '../../access-messages.ts'
import { ask } from '../../relay.ts'
import { granted, whyNot } from '../../ui/may.ts'
import { Labelled } from '../labelled.tsx'
import { Panel } from '../panel.tsx'
import { show } from '../place.ts'
import { me } from '../signals/desk.ts'
import { called, keys, reloadKeys, roles, users } from './access-list.ts'
import { Foot, hold, TextField } from './controls.tsx'
import { type Form, useForm } from './form.ts'
import { expiries, expiryOf, type NewKey } from './key-form.ts'
import { PermissionList } from './permission-list.tsx'
import { ShownOnce } from './shown-once.tsx'

const blank: NewKey = { kind: 'application', owner: '', name: '', whole: true, scopes: [], expiry: '90', until: '' }
const fields = ['name', 'scopes', 'expiresAt'] as const
type Made = { key: KeyRow; secret: string }
const kinds: readonly (readonly [KeyKind, label: string, says: string])[] = [
  ['application', 'Application key', 'Speaks for you, for scripts and official clients.'],
  ['api', 'API key', 'Lets logs in, and nothing out.'],
]

/** A new key. Its secret is shown once, in the panel that made it. */
export function NewKeyPanel() {
  const [made, setMade] = useState<Made>()
  const [copied, setCopied] = useState(false)
  const [warned, setWarned] = useState(false)
  const close = () => show({ do: undefined })
  const onClose = () => {
    // the one press too many would lose it
    if (made && !copied && !warned) setWarned(true)
    else close()
  }
  return (
    <Panel label={made ? `${made.key.name} created` : 'New key'} of={made ? 'made' : 'new'} form={!made} onClose={onClose}>
      {made ? <Secret made={made} warned={warned} onCopied={() => setCopied(true)} onDone={close} /> : <Choices onMade={setMade} />}
    </Panel>
  )
}

function Choices({ onMade }: { onMade(made: Made): void }) {
  const form = useForm<NewKey, Made>({
    of: 'key:new',
    stored: blank,
    fields,
    save: (_, { kind, owner, name, whole, scopes, ...rest }) =>
      ask('createKey', {
        kind,
        ...(kind === 'application' && owner !== '' && { owner }),
        name: name.trim(),
        scopes: kind === 'application' && !whole ? scopes : null,
        expiresAt: expiryOf(rest, Date.now()) ?? null,
      }),
    saved(made) {
      onMade(made)
      void reloadKeys()
    },
  })
  const { value, change } = form
  const isTheirs = value.kind === 'application' && value.owner !== ''
  const permission = value.kind === 'api' ? 'api_keys_write' : isTheirs ? 'user_access_manage' : 'user_app_keys'
  const why =
    whyNot(permission) ??
    (value.name.trim() === ''
      ? 'Give it a name first'
      : value.kind === 'application' && !value.whole && value.scopes.length === 0
        ? 'Choose a permission first'
        : expiryOf(value, Date.now()) === undefined
          ? 'Choose a day that is still to come'
          : undefined)
  // who may not read roles is told of permissions by what they have themselves
  const known = roles.value.value?.permissions ?? permissionNames.map(name => ({ name, label: permissions[name], group: 'Permissions' }))
  const others =
    whyNot('user_access_manage') === undefined
      ? (users.value.value?.users ?? []).filter(({ id, disabled }) => !disabled && id !== me())
      : []
  return (
    <form class="form" noValidate onSubmit={hold}>
      <fieldset class="choices">
        <legend class="eyebrow">Kind</legend>
        {kinds.map(([kind, label]) => (
          <label key={kind}>
            <input type="radio" name="kind" checked={value.kind === kind} onChange={() => change({ kind })} />
            {label}
          </label>
        ))}
      </fieldset>
      <p class="weak">{kinds.find(([kind]) => kind === value.kind)?.[2]}</p>
      {value.kind === 'application' && others.length > 0 && (
        <Labelled label="For" says="Whom it speaks for." problem={undefined}>
          {attributes => (
            <select {...attributes} class="field" value={value.owner} onChange={event => change({ owner: event.currentTarget.value })}>
              <option value="">Me</option>
              {others.map(user => (
                <option key={user.id} value={user.id}>
                  {called(user)}
                </option>
              ))}
            </select>
          )}
        </Labelled>
      )}
      <TextField
        form={form as unknown as Form<Record<'name', string>>}
        name="name"
        label="Name"
        says="What uses it, such as: fluent-bit on web-1."
      />
      <fieldset class="choices">
        <legend class="eyebrow">Expires</legend>
        {expiries.map(([expiry, label]) => (
          <label key={expiry}>
            <input type="radio" name="expiry" checked={value.expiry === expiry} onChange={() => change({ expiry })} />
            {label}
          </label>
        ))}
      </fieldset>
      {value.expiry === 'on' && (
        <TextField form={form as unknown as Form<Record<'until', string>>} name="until" label="Until the end of" type="date" />
      )}
      {form.wrong('expiresAt') && (
        <p class="bad" role="alert">
          Expires: {form.wrong('expiresAt')}
        </p>
      )}
      {value.kind === 'application' && (
        <>
          <fieldset class="choices">
            <legend class="eyebrow">May do</legend>
            {[true, false].map(whole => (
              <label key={String(whole)}>
                <input type="radio" name="whole" checked={value.whole === whole} onChange={() => change({ whole })} />
                {!whole ? 'Only some of it' : isTheirs ? 'All that they may' : 'All that I may'}
              </label>
            ))}
          </fieldset>
          {!value.whole && (
            <PermissionList
              of={known.filter(({ name }) => granted.value.has(name))}
              chosen={value.scopes}
              onChoose={scopes => change({ scopes })}
            />
          )}
        </>
      )}
      <Foot form={form} why={why} word="Create" busyWord="Creating" />
    </form>
  )
}

function Secret({ made, ...how }: { made: Made; warned: boolean; onCopied(): void; onDone(): void }) {
  if (made.secret === '')
    return <p class="dim">It was created by an earlier try whose answer was lost, and its secret with it. Revoke it and create another.</p>
  return (
    <ShownOnce
      secret={made.secret}
      says={`Ends in ${made.key.last4}. Keep it where passwords are kept.`}
      beside={<span class="weak">{keys.loading.value ? '' : 'It stands in the list by its name.'}</span>}
      {...how}
    />
  )
}
