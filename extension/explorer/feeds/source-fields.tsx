import { Labelled } from '../labelled.tsx'
import { SecretField, Text } from './fields.tsx'
import type { Form, From } from './form.ts'

const addresses: Partial<Record<From, string>> = {
  taxii: 'Of the collection, such as https://taxii.example.org/api/collections/91a7b528/. Fetched from this machine alone.',
  misp: 'Of the folder that holds manifest.json. Fetched from this machine, and from nowhere else.',
}
const auths: Record<Form['auth'], string> = { '': 'Nothing', basic: 'User and password', bearer: 'A bearer token', header: 'A header' }

/** Where a feed is fetched from, how often, and what the requests are signed with. */
export function SourceFields(props: {
  form: Form
  from: From
  on(part: Partial<Form>): void
  wrongOf(name: keyof Form): string | undefined
}) {
  const { form, from, on, wrongOf } = props
  return (
    <>
      <Text
        form={form}
        name="url"
        label="Web address"
        says={addresses[from] ?? 'Fetched from this machine, and from nowhere else.'}
        mono
        on={on}
        problem={wrongOf('url')}
      />
      <Labelled label="Fetched" says="" problem={undefined}>
        {attributes => (
          <select {...attributes} class="field" value={form.hours} onChange={event => on({ hours: event.currentTarget.value })}>
            <option value="1">Every hour</option>
            <option value="4">Every 4 hours</option>
            <option value="12">Every 12 hours</option>
            <option value="24">Every day</option>
          </select>
        )}
      </Labelled>
      <Labelled label="Signed with" says="" problem={undefined}>
        {attributes => (
          <select
            {...attributes}
            class="field"
            value={form.auth}
            onChange={event => on({ auth: event.currentTarget.value as Form['auth'], authName: '', secret: '' })}
          >
            {(Object.keys(auths) as Form['auth'][]).map(type => (
              <option key={type} value={type}>
                {auths[type]}
              </option>
            ))}
          </select>
        )}
      </Labelled>
      {(form.auth === 'basic' || form.auth === 'header') && (
        <Text
          form={form}
          name="authName"
          label={form.auth === 'basic' ? 'User' : 'Name of the header'}
          says=""
          mono
          on={on}
          problem={undefined}
        />
      )}
      {form.auth !== '' && (
        <SecretField
          label={form.auth === 'basic' ? 'Password' : form.auth === 'bearer' ? 'Token' : 'Its value'}
          says="Kept by the daemon alone, never shown again, and in no backup."
          value={form.secret}
          onType={secret => on({ secret })}
        />
      )}
    </>
  )
}
