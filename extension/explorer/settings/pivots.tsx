import { signal } from '@preact/signals'
import { ExternalLink, RotateCcw, Trash2 } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { faultOf, isOwnHost, longestTemplate, type Pivot, type PivotKind, pivotKinds, placeholder } from '../../../shared/pivot.ts'
import type { ListedPivot } from '../../pivot-messages.ts'
import { ask, isFailure } from '../../relay.ts'
import { Button } from '../../ui/button.tsx'
import { granted, whyNot } from '../../ui/may.ts'
import { Visible } from '../../ui/visible.tsx'
import { type Column, Grid } from '../grid.tsx'
import { Panel } from '../panel.tsx'
import { pivots } from '../pivots.tsx'
import { place, show } from '../place.ts'
import { Sure } from '../sure.tsx'
import { toasts } from '../surface.ts'
import { Checklist, Foot, hold, TextField } from './controls.tsx'
import { type Form, useForm } from './form.ts'
import { matches, Shell, sortRows, Waiting } from './shell.tsx'
import { undo } from './undo.ts'

const kindWords: Record<PivotKind, string> = {
  ...{ ip: 'Addresses', range: 'Blocks and ranges', domain: 'Domains', url: 'URLs', email: 'Mail addresses', hash: 'Hashes', cve: 'CVEs' },
}
const examples: Record<PivotKind, string> = {
  ...{ ip: '8.8.8.8', range: '8.8.8.0%2F24', domain: 'evil.example', url: 'http%3A%2F%2Fevil.example%2F', email: 'who%40evil.example' },
  ...{ hash: 'd41d8cd98f00b204e9800998ecf8427e', cve: 'CVE-2021-44228' },
}
const reload = async () => {
  if (whyNot('security_monitoring_signals_read') === undefined) await pivots.load({})
}
const find = (name: string) => pivots.value.value?.pivots.find(one => one.name === name)
const busy = signal(false)

const pivotOf = ({ name, template, kinds, intranet, enabled }: Pivot): Pivot => ({ name, template, kinds, intranet, enabled })

function saved(pivot: ListedPivot, before: Pivot | undefined): void {
  const { name } = pivot
  const back = before ? () => ask('putPivot', { before: pivotOf(pivot), pivot: before }) : () => ask('removePivot', { name })
  toasts.show({ icon: ExternalLink, text: `${name} saved`, ...undo(name, back, reload) })
  show({ do: undefined, link: name })
  void reload()
}
async function remove(pivot: ListedPivot): Promise<void> {
  const { name, builtIn } = pivot
  busy.value = true
  const answer = await ask('removePivot', { name })
  busy.value = false
  if (isFailure(answer)) return toasts.fail(`${name} not ${builtIn ? 'put back' : 'removed'}: ${answer.error}`)
  await reload()
  if (!builtIn) show({ link: undefined })
  const now = find(name)
  toasts.show({
    icon: builtIn ? RotateCcw : Trash2,
    text: builtIn ? `${name} is as it came` : `${name} removed`,
    ...undo(name, () => ask('putPivot', { before: now ? pivotOf(now) : null, pivot: pivotOf(pivot) }), reload),
  })
}

const columns: readonly Column<ListedPivot & { id: string }>[] = [
  { id: 'name', head: 'Link', width: '200px', sorts: true, cell: ({ name }) => <Visible class="cut title block" text={name} /> },
  { id: 'on', head: 'On', width: '72px', sorts: true, cell: ({ enabled }) => (enabled ? 'On' : <span class="weak">Off</span>) },
  {
    id: 'kinds',
    head: 'For',
    width: '240px',
    cell: ({ kinds }) => <span class="cut dim block">{kinds.map(kind => kindWords[kind]).join(', ')}</span>,
  },
  {
    id: 'template',
    head: 'Opens',
    width: 'minmax(200px, 1fr)',
    cell: ({ template }) => <Visible class="cut dim mono block" text={template} />,
  },
]

/** Links that lead from a value to a site that may know more of it: which there are, and for what. */
export function PivotsPart() {
  useEffect(() => void reload(), [granted.value])
  const asked = place.value.with
  const all = pivots.value.value?.pivots
  const sort = asked['sort'] ?? 'name'
  const rows = (all ?? []).filter(one => matches(asked['search'], one.name, one.template)).map(one => ({ ...one, id: one.name }))
  return (
    <>
      <Shell
        part="links"
        find="Find a link, by its name or where it leads"
        make={{ word: 'Add a link…', off: whyNot('org_management'), run: () => show({ link: undefined, do: 'add' }) }}
        onReload={() => void reload()}
      >
        {!all && <Waiting barred={whyNot('security_monitoring_signals_read')} failure={pivots.failure.value} onRetry={reload} />}
        {all && rows.length === 0 && (
          <div class="middle">
            <p class="dim">No link has “{asked['search']}” in its name or where it leads.</p>
          </div>
        )}
        {rows.length > 0 && (
          <Grid
            label="Links"
            brief={[['name', 'on'], ['kinds']]}
            columns={columns}
            rows={sortRows(rows, sort, { on: ({ enabled }) => (enabled ? 'a' : 'b') })}
            sort={sort}
            onSort={sort => show({ sort })}
            open={asked['link']}
            onOpen={({ id }) => show({ link: id, do: undefined }, asked['link'] === undefined)}
            faint={({ enabled }) => !enabled}
          />
        )}
      </Shell>
      {all && asked['do'] === 'add' && <PivotPanel name={undefined} />}
      {all && asked['do'] !== 'add' && asked['link'] && <PivotPanel key={asked['link']} name={asked['link']} />}
    </>
  )
}

function PivotPanel({ name }: { name: string | undefined }) {
  const pivot = name === undefined ? undefined : find(name)
  return (
    <Panel
      label={name ?? 'Add a link'}
      of={name ?? 'add'}
      form={name === undefined}
      onClose={() => show({ link: undefined, do: undefined })}
    >
      {name !== undefined && !pivot ? <p class="dim">It was removed, or the link is of another daemon.</p> : <Editor pivot={pivot} />}
    </Panel>
  )
}

const blank: Pivot = { name: '', template: '', kinds: ['ip'], intranet: false, enabled: true }

/** Where a template leads, or what is wrong with it and where. */
function saysOf({ template, kinds }: Pivot): string {
  if (template === '') return 'An address, of your own network too; {value} in it stands for what is looked up.'
  const fault = faultOf(template)
  if (fault) return `Character ${fault.at[0] + 1}, “${template.slice(...fault.at).slice(0, 40)}”: ${fault.message}`
  return `Such as ${template.replaceAll(placeholder, examples[kinds[0] ?? 'ip'])}`
}
/** Why it cannot be saved yet. */
function lackOf({ name, template, kinds }: Pivot): string | undefined {
  if (name.trim() === '') return 'Give it a name first'
  if (kinds.length === 0) return 'Say what it is for'
  return template === '' || faultOf(template) ? 'The template is not right yet' : undefined
}
const hostIn = (template: string) => /^https?:\/\/\[?([^/?#:\]]+|[\da-f:.]+)/i.exec(template)?.[1] ?? ''

function Editor({ pivot }: { pivot: ListedPivot | undefined }) {
  const [sure, setSure] = useState(false)
  const form = useForm<Pivot, ListedPivot>({
    of: `pivot:${pivot?.name ?? ''}`,
    stored: pivot ? pivotOf(pivot) : blank,
    fields: ['name', 'template', 'kinds', 'intranet', 'enabled'],
    save: (before, after) => ask('putPivot', { before: pivot ? before : null, pivot: { ...after, name: after.name.trim() } }),
    async reread() {
      await reload()
      const now = pivot && find(pivot.name)
      return now && pivotOf(now)
    },
    saved: (now, before) => saved(now, pivot && before),
  })
  const barred = whyNot('org_management')
  const { value } = form
  const text = form as unknown as Form<Record<'name' | 'template', string>>
  const isOwn = faultOf(value.template) === undefined && isOwnHost(hostIn(value.template))
  const flags = [...(value.enabled ? ['enabled'] : []), ...(value.intranet || isOwn ? ['intranet'] : [])]
  const own = isOwn ? 'Its host is one of your own network' : undefined
  return (
    <form class="form" noValidate onSubmit={hold}>
      <TextField
        form={text}
        name="name"
        label="Name"
        says="As it stands on its button."
        most={60}
        off={barred ?? (pivot && 'Add another one instead.')}
      />
      <TextField form={text} name="template" label="Template" mono most={longestTemplate} says={saysOf(value)} off={barred} />
      <fieldset class="group">
        <legend class="eyebrow">For</legend>
        <Checklist
          of={pivotKinds.map(id => ({ id, label: kindWords[id], off: barred }))}
          checked={value.kinds}
          onCheck={checked => form.change({ kinds: pivotKinds.filter(kind => checked.includes(kind)) })}
        />
      </fieldset>
      <Checklist
        of={[
          { id: 'enabled', label: 'Offered', off: barred },
          { id: 'intranet', label: 'Private addresses may go there', says: 'The site is your own.', off: barred ?? own },
        ]}
        checked={flags}
        onCheck={checked =>
          form.change({ enabled: checked.includes('enabled'), intranet: isOwn ? value.intranet : checked.includes('intranet') })
        }
      />
      <Foot
        form={form}
        why={barred ?? (form.dirty ? lackOf(value) : 'Nothing has changed')}
        word={pivot ? 'Save' : 'Add'}
        busyWord="Saving"
      >
        {pivot && (
          <Button
            icon={pivot.builtIn ? RotateCcw : Trash2}
            kind={pivot.builtIn ? 'quiet' : 'danger'}
            off={barred ?? (busy.value ? 'Asking the daemon' : pivot.builtIn && !pivot.changed ? 'It is as it came' : undefined)}
            onClick={() => (pivot.builtIn ? void remove(pivot) : setSure(true))}
          >
            {pivot.builtIn ? 'As it came' : 'Remove…'}
          </Button>
        )}
      </Foot>
      {sure && pivot && (
        <Sure icon={Trash2} word="Remove" back="Keep it" onYes={() => remove(pivot)} onNo={() => setSure(false)}>
          <strong>Remove {pivot.name}?</strong> It is offered nowhere then.
        </Sure>
      )}
    </form>
  )
}
