import { Send, Trash2 } from 'lucide'
import { useState } from 'preact/hooks'
import type { ChannelField } from '../../../shared/notice.ts'
import type { ChannelForm, ChannelKind, ChannelRow } from '../../notify-messages.ts'
import { ask, isFailure } from '../../relay.ts'
import { Button } from '../../ui/button.tsx'
import { Labelled } from '../labelled.tsx'
import { Sure } from '../sure.tsx'
import { toasts } from '../surface.ts'
import { Foot, hold, TextField } from './controls.tsx'
import { type Form, useForm } from './form.ts'
import { barredFromWriting, channels, reloadChannels } from './notify.ts'

/** What is typed, by control: the name, the kind, whether it is on, and each field of its kind; and the version that it began with. */
type Typed = Record<string, string>

/** A field's control is called as problems name it. */
const controlOf = ({ name }: ChannelField) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

const typedOf = (kind: ChannelKind, channel: ChannelRow | undefined): Typed => ({
  kind: kind.kind,
  version: String(channel?.version ?? 0),
  name: channel?.name ?? '',
  enabled: channel?.enabled === false ? 'no' : 'yes',
  ...Object.fromEntries(
    kind.fields.map(field => [controlOf(field), (!field.secret && (channel?.options[field.name] ?? field.usual)) || '']),
  ),
})

function formOf(kind: ChannelKind, typed: Typed): ChannelForm {
  const said = (secret: boolean) =>
    Object.fromEntries(
      kind.fields.flatMap(field => {
        const text = typed[controlOf(field)] ?? ''
        // a secret that is not typed stays as it is
        return (field.secret === true) === secret && (text !== '' || !secret) ? [[field.name, text]] : []
      }),
    )
  return {
    kind: kind.kind,
    name: kind.target === 'name' ? (typed['name'] ?? '') : '',
    enabled: typed['enabled'] === 'yes',
    options: said(false),
    secrets: said(true),
  }
}

/** A channel as it is, or a new one of a kind that is chosen first. */
export function ChannelEditor(props: {
  kinds: readonly ChannelKind[]
  channel?: ChannelRow
  onSaved(channel: ChannelRow): void
  onRemove?(): Promise<void>
}) {
  const { kinds, channel, onSaved, onRemove } = props
  const offered = kinds.filter(({ builtIn }) => !builtIn)
  const [chosen, choose] = useState(channel?.kind ?? offered[0]?.kind ?? '')
  const kind = kinds.find(one => one.kind === chosen)
  const barred = barredFromWriting()
  return (
    <>
      {!channel && (
        <div class="form">
          <Labelled label="Kind" says="" problem={undefined}>
            {attributes => (
              <select {...attributes} class="field" value={chosen} onChange={event => choose(event.currentTarget.value)}>
                {offered.map(({ kind, label }) => (
                  <option key={kind} value={kind}>
                    {label}
                  </option>
                ))}
              </select>
            )}
          </Labelled>
        </div>
      )}
      {kind ? (
        <Fields key={kind.kind} kind={kind} barred={barred} channel={channel} onSaved={onSaved} onRemove={onRemove} />
      ) : (
        <p class="dim">This version of the extension does not know channels of this kind.</p>
      )}
    </>
  )
}

function Fields(props: {
  kind: ChannelKind
  channel: ChannelRow | undefined
  barred: string | undefined
  onSaved(channel: ChannelRow): void
  onRemove: (() => Promise<void>) | undefined
}) {
  const { kind, channel, barred, onSaved, onRemove } = props
  const [sure, setSure] = useState(false)
  const form = useForm<Typed, ChannelRow>({
    of: `channel:${channel?.id ?? `new ${kind.kind}`}`,
    stored: typedOf(kind, channel),
    fields: ['name', ...kind.fields.map(controlOf)],
    save: (base, typed) =>
      ask('saveChannel', { ...(channel && { id: channel.id, version: Number(base['version']) }), channel: formOf(kind, typed) }),
    async reread() {
      await reloadChannels()
      const now = channels.value.value?.channels.find(({ id }) => id === channel?.id)
      return now && typedOf(kind, now)
    },
    saved: onSaved,
  })
  const { value, change } = form
  const empty = kind.fields.find(
    field => !field.optional && (value[controlOf(field)] ?? '') === '' && !(field.secret && channel?.secrets[field.name]),
  )
  const why =
    barred ??
    (channel && !form.dirty ? 'Nothing has changed' : undefined) ??
    (kind.target === 'name' && value['name']?.trim() === '' ? 'Give it a name first' : empty && `${empty.label} first`)
  const isElsewhere = kind.fields.some(
    field => field.place && channel && (value[controlOf(field)] ?? '') !== (channel.options[field.name] ?? ''),
  )
  return (
    <form class="form" noValidate onSubmit={hold}>
      {kind.target === 'name' && (
        <TextField
          form={form as unknown as Form<Record<'name', string>>}
          name="name"
          label="Name"
          most={80}
          says={`Notification rules call it @${kind.kind}-${value['name']?.trim() || 'NAME'}.`}
          off={barred}
        />
      )}
      {kind.target === 'address' && <p class="dim">Notification rules name people: @somebody@example.com.</p>}
      {kind.fields.map(field => (
        <Field key={field.name} field={field} form={form} off={barred} isSet={channel?.secrets[field.name] === true} />
      ))}
      {isElsewhere && Object.values(channel?.secrets ?? {}).some(Boolean) && (
        <p class="so-so" role="status">
          Told elsewhere, it forgets its secrets: type them again.
        </p>
      )}
      <label class="row">
        <input
          type="checkbox"
          checked={value['enabled'] === 'yes'}
          aria-disabled={barred !== undefined}
          onClick={event => barred !== undefined && event.preventDefault()}
          onChange={event => change({ enabled: event.currentTarget.checked ? 'yes' : 'no' })}
        />
        On
      </label>
      <Foot form={form} why={why} word={channel ? 'Save' : 'Create'} busyWord="Saving">
        {onRemove && (
          <Button icon={Trash2} kind="danger" off={barred} onClick={() => setSure(true)}>
            Delete…
          </Button>
        )}
      </Foot>
      {channel && <TryOut kind={kind} channel={channel} off={barred ?? (form.dirty ? 'Save it first' : undefined)} />}
      {sure && channel && onRemove && (
        <Sure icon={Trash2} word="Delete" back="Keep it" onYes={onRemove} onNo={() => setSure(false)}>
          <strong>Delete {channel.target}?</strong> Its secrets go with it, and rules that name it tell nobody there.
        </Sure>
      )}
    </form>
  )
}

function Field({ field, form, off, isSet }: { field: ChannelField; form: Form<Typed>; off: string | undefined; isSet: boolean }) {
  const name = controlOf(field)
  const label = field.optional ? `${field.label}, optional` : field.label
  const says = isSet ? 'It is set, and never shown. Type another one to change it.' : (field.hint ?? '')
  return (
    <Labelled label={label} says={off ?? says} problem={form.wrong(name)}>
      {attributes =>
        field.kind === 'choice' ? (
          <select
            {...attributes}
            class="field"
            disabled={off !== undefined}
            value={form.value[name] ?? ''}
            onChange={event => form.change({ [name]: event.currentTarget.value })}
          >
            {(field.choices ?? []).map(one => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        ) : (
          <input
            {...attributes}
            {...({ type: field.secret ? 'password' : 'text' } as { type: 'text' })}
            class="field mono"
            value={form.value[name] ?? ''}
            placeholder={isSet ? '•••' : ''}
            readOnly={off !== undefined}
            maxLength={2000}
            autocomplete="new-password"
            spellcheck={false}
            onInput={event => form.change({ [name]: event.currentTarget.value })}
          />
        )
      }
    </Labelled>
  )
}

/** Sends a signal that is made up, and says what became of it. */
function TryOut({ kind, channel, off }: { kind: ChannelKind; channel: ChannelRow; off: string | undefined }) {
  const [recipient, setRecipient] = useState('')
  const [busy, setBusy] = useState(false)
  const isAddressed = kind.target === 'address'
  async function test(): Promise<void> {
    setBusy(true)
    const answer = await ask('testChannel', { id: channel.id, ...(isAddressed && { recipient: recipient.trim() }) })
    setBusy(false)
    if (isFailure(answer)) return toasts.fail(`Not tried: ${answer.error}`)
    if (answer.error !== null) return toasts.fail(`The test did not get through: ${answer.error}`)
    toasts.show({ icon: Send, text: `The test got through to ${isAddressed ? recipient.trim() : channel.target}` })
  }
  return (
    <div class="row foot wrap">
      {isAddressed && (
        <input
          type="text"
          class="field"
          aria-label="Send the test to"
          placeholder="you@example.com"
          value={recipient}
          maxLength={254}
          onInput={event => setRecipient(event.currentTarget.value)}
        />
      )}
      <Button
        icon={Send}
        off={off ?? (busy ? 'Sending' : isAddressed && recipient.trim() === '' ? 'Say to whom first' : undefined)}
        onClick={() => void test()}
      >
        {busy ? 'Sending' : 'Send a test'}
      </Button>
    </div>
  )
}
