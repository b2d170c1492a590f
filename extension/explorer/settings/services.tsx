import { signal } from '@preact/signals'
import { Server, Trash2, Undo2 } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import type { Failure } from '../../messages.ts'
import { ask, isFailure } from '../../relay.ts'
import type { ServiceRow } from '../../setup-messages.ts'
import { Button } from '../../ui/button.tsx'
import { type Column, Grid } from '../grid.tsx'
import { createLoad } from '../load.ts'
import { granted, whyNot } from '../may.ts'
import { Panel } from '../panel.tsx'
import { place, show } from '../place.ts'
import { toasts } from '../surface.ts'
import { Foot, hold, TextField } from './controls.tsx'
import { type Form, useForm } from './form.ts'
import { matches, Shell, sortRows, Waiting } from './shell.tsx'
import { Sure } from './sure.tsx'

const services = createLoad('services')
const reload = async () => {
  if (whyNot('security_monitoring_signals_read') === undefined) await services.load({})
}
const busy = signal(false)
const find = (id: string | undefined) => services.value.value?.services.find(one => one.id === id)

/** Undo a change of the catalogue, and say where that failed. */
async function undo(id: string, work: () => Promise<object | Failure>): Promise<void> {
  const answer = await work()
  if (isFailure(answer)) toasts.fail(`${id} not put back: ${answer.error}`)
  await reload()
}
const offer = (id: string, work: () => Promise<object | Failure>) => ({
  action: { label: 'Undo', icon: Undo2, keys: 'U', run: () => void undo(id, work) },
})

function saved(service: ServiceRow, before: ServiceRow | undefined): void {
  const { id } = service
  const back = before ? () => ask('putService', { before: service, service: before }) : () => ask('removeService', { id })
  toasts.show({ icon: Server, text: `${id} saved`, ...offer(id, back) })
  show({ do: undefined, service: id })
  void reload()
}
async function remove(service: ServiceRow): Promise<void> {
  const { id } = service
  busy.value = true
  const answer = await ask('removeService', { id })
  busy.value = false
  if (isFailure(answer)) return toasts.fail(`${id} not removed: ${answer.error}`)
  show({ service: undefined })
  toasts.show({ icon: Trash2, text: `${id} removed`, ...offer(id, () => ask('putService', { before: null, service })) })
  await reload()
}

const columns: readonly Column<ServiceRow & { name: string }>[] = [
  { id: 'name', head: 'Service', sorts: true, cell: ({ id }) => <bdi class="cut title block">{id}</bdi> },
  { id: 'owner', head: 'Owner', width: '180px', sorts: true, cell: ({ owner }) => <bdi class="cut block">{owner}</bdi> },
  { id: 'call', head: 'On call', width: '180px', sorts: true, cell: ({ onCall }) => <bdi class="cut block">{onCall}</bdi> },
  { id: 'url', head: 'Opens', width: 'minmax(160px, 1fr)', cell: ({ url }) => <bdi class="cut dim mono block">{url}</bdi> },
]

/** Who answers for what, for the panel beside a signal. */
export function ServicesPart() {
  useEffect(() => void reload(), [granted.value])
  const asked = place.value.with
  const all = services.value.value?.services
  const sort = asked['sort'] ?? 'name'
  const rows = (all ?? []).filter(one => matches(asked['search'], one.id, one.owner, one.onCall)).map(one => ({ ...one, name: one.id }))
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
        {!all && <Waiting barred={whyNot('security_monitoring_signals_read')} failure={services.failure.value} onRetry={reload} />}
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
            columns={columns}
            rows={sortRows(rows, sort, { owner: ({ owner }) => owner, call: ({ onCall }) => onCall })}
            sort={sort}
            onSort={sort => show({ sort })}
            open={asked['service']}
            onOpen={({ id }) => show({ service: id, do: undefined }, asked['service'] === undefined)}
          />
        )}
      </Shell>
      {all && asked['do'] === 'add' && <ServicePanel id={undefined} />}
      {all && asked['do'] !== 'add' && asked['service'] && <ServicePanel key={asked['service']} id={asked['service']} />}
    </>
  )
}

function ServicePanel({ id }: { id: string | undefined }) {
  const service = find(id)
  return (
    <Panel label={id ?? 'Add a service'} of={id ?? 'add'} onClose={() => show({ service: undefined, do: undefined })}>
      {id !== undefined && !service ? <p class="dim">It was removed, or the link is of another daemon.</p> : <Editor service={service} />}
    </Panel>
  )
}

const blank: ServiceRow = { id: '', owner: '', onCall: '', url: '', description: '' }
const fields = ['id', 'owner', 'onCall', 'url', 'description'] as const
const safe = /^https?:\/\//i

/** Where a template leads, with an example in its places. */
export const example = (url: string, service: string): string =>
  url.replaceAll('{service}', encodeURIComponent(service || 'shop-web')).replaceAll('{env}', 'prod')

function Editor({ service }: { service: ServiceRow | undefined }) {
  const [sure, setSure] = useState(false)
  const form = useForm<ServiceRow, ServiceRow>({
    of: `service:${service?.id ?? ''}`,
    stored: service ?? blank,
    fields,
    save: (before, after) => ask('putService', { before: service ? before : null, service: { ...after, id: after.id.trim() } }),
    async reread() {
      await reload()
      return find(service?.id)
    },
    saved: (now, before) => saved(now, service && before),
  })
  const barred = whyNot('org_management')
  const text = form as unknown as Form<Record<(typeof fields)[number], string>>
  const { url, id } = form.value
  const why =
    barred ??
    (!form.dirty
      ? 'Nothing has changed'
      : id.trim() === ''
        ? 'Give it a name first'
        : url !== '' && !safe.test(url)
          ? 'The address must begin with https:// or http://'
          : undefined)
  return (
    <form class="form" noValidate onSubmit={hold}>
      <TextField
        form={text}
        name="id"
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
        says={url === '' ? 'An address; {service} and {env} in it stand for those of a signal.' : `Such as ${example(url, id)}`}
        off={barred}
      />
      <TextField form={text} name="description" label="Description, optional" most={2000} off={barred} />
      <Foot form={form} why={why} word={service ? 'Save' : 'Add'} busyWord="Saving">
        {service && (
          <Button icon={Trash2} kind="danger" off={barred ?? (busy.value ? 'Removing' : undefined)} onClick={() => setSure(true)}>
            Remove…
          </Button>
        )}
      </Foot>
      {sure && service && (
        <Sure icon={Trash2} word="Remove" back="Keep it" onYes={() => remove(service)} onNo={() => setSure(false)}>
          <strong>Remove {service.id}?</strong> Its signals then name nobody.
        </Sure>
      )}
    </form>
  )
}
