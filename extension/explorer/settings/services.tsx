import { signal } from '@preact/signals'
import { Server, Trash2 } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { ask, isFailure } from '../../relay.ts'
import type { ServiceFacts } from '../../signal-messages.ts'
import { Button } from '../../ui/button.tsx'
import { granted, whyNot } from '../../ui/may.ts'
import { Visible } from '../../ui/visible.tsx'
import { type Column, Grid } from '../grid.tsx'
import { Panel } from '../panel.tsx'
import { place, show } from '../place.ts'
import { catalogue, pageOf, serviceOf } from '../signals/catalogue.ts'
import { Sure } from '../sure.tsx'
import { toasts } from '../surface.ts'
import { Foot, hold, TextField } from './controls.tsx'
import { type Form, useForm } from './form.ts'
import { matches, Shell, sortRows, Waiting } from './shell.tsx'
import { undo } from './undo.ts'

const reload = async () => {
  if (whyNot('security_monitoring_signals_read') === undefined) await catalogue.load({})
}
const busy = signal(false)

function saved(service: ServiceFacts, before: ServiceFacts | undefined): void {
  const { name } = service
  const back = before ? () => ask('putService', { before: service, service: before }) : () => ask('removeService', { name })
  toasts.show({ icon: Server, text: `${name} saved`, ...undo(name, back, reload) })
  show({ do: undefined, service: name })
  void reload()
}
async function remove(service: ServiceFacts): Promise<void> {
  const { name } = service
  busy.value = true
  const answer = await ask('removeService', { name })
  busy.value = false
  if (isFailure(answer)) return toasts.fail(`${name} not removed: ${answer.error}`)
  show({ service: undefined })
  toasts.show({ icon: Trash2, text: `${name} removed`, ...undo(name, () => ask('putService', { before: null, service }), reload) })
  await reload()
}

const columns: readonly Column<ServiceFacts & { id: string }>[] = [
  {
    id: 'name',
    head: 'Service',
    sorts: true,
    cell: ({ name }) => <Visible class="cut title block" text={name} />,
  },
  {
    id: 'owner',
    head: 'Owner',
    width: '180px',
    sorts: true,
    cell: ({ owner }) => <Visible class="cut block" text={owner} />,
  },
  {
    id: 'call',
    head: 'On call',
    bare: true,
    width: '180px',
    sorts: true,
    cell: ({ onCall }) => <Visible class="cut block" text={onCall} />,
  },
  {
    id: 'url',
    head: 'Opens',
    width: 'minmax(160px, 1fr)',
    cell: ({ url }) => <Visible class="cut dim mono block" text={url} />,
  },
]

/** Who answers for what, for the panel beside a signal. */
export function ServicesPart() {
  useEffect(() => void reload(), [granted.value])
  const asked = place.value.with
  const all = catalogue.value.value?.services
  const sort = asked['sort'] ?? 'name'
  const rows = (all ?? []).filter(one => matches(asked['search'], one.name, one.owner, one.onCall)).map(one => ({ ...one, id: one.name }))
  const add = () => show({ service: undefined, do: 'add' })
  const off = whyNot('org_management')
  return (
    <>
      <Shell
        part="services"
        find="Find a service, by its name, owner or who is on call"
        make={{ word: 'Add a service…', off, run: add }}
        onReload={() => void reload()}
      >
        {!all && <Waiting barred={whyNot('security_monitoring_signals_read')} failure={catalogue.failure.value} onRetry={reload} />}
        {all && rows.length === 0 && (
          <div class="middle">
            {asked['search'] ? (
              <p class="dim">No service has “{asked['search']}” in its name, owner or on-call.</p>
            ) : (
              <>
                <h2>No services yet</h2>
                <p class="dim">Say who owns a service and who is on call: the panel of each of its signals shows it.</p>
                <Button off={off} onClick={add}>
                  Add a service…
                </Button>
              </>
            )}
          </div>
        )}
        {rows.length > 0 && (
          <Grid
            label="Services"
            brief={[['name'], ['owner', 'call']]}
            columns={columns}
            rows={sortRows(rows, sort, { owner: ({ owner }) => owner, call: ({ onCall }) => onCall })}
            sort={sort}
            onSort={sort => show({ sort })}
            open={asked['service']}
            onOpen={({ id }) => show({ service: id, do: undefined }, asked['service'] === undefined)}
          />
        )}
      </Shell>
      {all && asked['do'] === 'add' && <ServicePanel name={undefined} />}
      {all && asked['do'] !== 'add' && asked['service'] && <ServicePanel key={asked['service']} name={asked['service']} />}
    </>
  )
}

function ServicePanel({ name }: { name: string | undefined }) {
  const service = name === undefined ? undefined : serviceOf(name)
  return (
    <Panel
      label={name ?? 'Add a service'}
      of={name ?? 'add'}
      form={name === undefined}
      onClose={() => show({ service: undefined, do: undefined })}
    >
      {name !== undefined && !service ? <p class="dim">It was removed, or the link is of another daemon.</p> : <Editor service={service} />}
    </Panel>
  )
}

const blank: ServiceFacts = { name: '', owner: '', onCall: '', url: '', about: '' }
const fields = ['name', 'owner', 'onCall', 'url', 'about'] as const
const safe = /^https?:\/\//i

function Editor({ service }: { service: ServiceFacts | undefined }) {
  const [sure, setSure] = useState(false)
  const form = useForm<ServiceFacts, ServiceFacts>({
    of: `service:${service?.name ?? ''}`,
    stored: service ?? blank,
    fields,
    save: (before, after) => ask('putService', { before: service ? before : null, service: { ...after, name: after.name.trim() } }),
    async reread() {
      await reload()
      return service && serviceOf(service.name)
    },
    saved: (now, before) => saved(now, service && before),
  })
  const barred = whyNot('org_management')
  const text = form as unknown as Form<Record<(typeof fields)[number], string>>
  const { url, name } = form.value
  const why =
    barred ??
    (!form.dirty
      ? 'Nothing has changed'
      : name.trim() === ''
        ? 'Give it a name first'
        : url !== '' && !safe.test(url)
          ? 'The address must begin with https:// or http://'
          : undefined)
  return (
    <form class="form" noValidate onSubmit={hold}>
      <TextField
        form={text}
        name="name"
        label="Service"
        says="As logs name it."
        off={barred ?? (service ? 'It is what logs name it. Add another one instead.' : undefined)}
      />
      <TextField form={text} name="owner" label="Owner, optional" says="A team or a person." off={barred} />
      <TextField form={text} name="onCall" label="On call, optional" says="Whom to ask at three in the morning." off={barred} />
      <TextField
        form={text}
        name="url"
        label="Opens, optional"
        mono
        most={2000}
        says={
          url === ''
            ? 'An address; {service} and {env} in it stand for those of a signal.'
            : `Such as ${pageOf(form.value, name || 'shop-web', 'prod') ?? 'nothing that is an address'}`
        }
        off={barred}
      />
      <TextField form={text} name="about" label="Description, optional" most={2000} off={barred} />
      <Foot form={form} why={why} word={service ? 'Save' : 'Add'} busyWord="Saving">
        {service && (
          <Button icon={Trash2} kind="danger" off={barred ?? (busy.value ? 'Removing' : undefined)} onClick={() => setSure(true)}>
            Remove…
          </Button>
        )}
      </Foot>
      {sure && service && (
        <Sure icon={Trash2} word="Remove" back="Keep it" onYes={() => remove(service)} onNo={() => setSure(false)}>
          <strong>Remove {service.name}?</strong> Its signals then name nobody.
        </Sure>
      )}
    </form>
  )
}
