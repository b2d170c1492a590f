import { FolderPlus, Trash2 } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { defaultProject } from '../../../shared/case.ts'
import type { CaseProjectRow, CaseTypeForm, CaseTypeRow } from '../../case-messages.ts'
import { ask, isFailure } from '../../relay.ts'
import { Button } from '../../ui/button.tsx'
import { granted, whyNot } from '../../ui/may.ts'
import { Visible } from '../../ui/visible.tsx'
import { type Column, Grid } from '../grid.tsx'
import { createLoad } from '../load.ts'
import { Panel } from '../panel.tsx'
import { place, show } from '../place.ts'
import { Sure } from '../sure.tsx'
import { toasts } from '../surface.ts'
import { Foot, hold, TextField } from './controls.tsx'
import { type Form, useForm } from './form.ts'
import { matches, Shell, sortRows, Waiting } from './shell.tsx'

const projects = createLoad('caseProjects')
const types = createLoad('caseTypes')
async function reload(): Promise<void> {
  if (whyNot('cases_read') === undefined) await Promise.all([projects.load({}), types.load({})])
}

/** What a case belongs to: the project that counts it, or the type that says how it ends. */
interface Kind {
  id: string
  of: 'Project' | 'Type'
  name: string
  says: string
  project?: CaseProjectRow
  type?: CaseTypeRow
}
const ofProject = (project: CaseProjectRow): Kind => ({
  ...{ id: project.id, of: 'Project', name: project.name, project },
  says: `Its cases are ${project.key}-1, ${project.key}-2…`,
})
const ofType = (type: CaseTypeRow): Kind => ({ id: type.id, of: 'Type', name: type.name, says: type.description, type })
const allKinds = (): Kind[] => [...(projects.value.value?.projects ?? []).map(ofProject), ...(types.value.value?.types ?? []).map(ofType)]

const columns: readonly Column<Kind>[] = [
  {
    id: 'name',
    head: 'Name',
    sorts: true,
    cell: ({ name, project, type }) => (
      <div class="row">
        <Visible class="cut title" text={name} />
        {project && <span class="tag plain mono">{project.key}</span>}
        {(type?.builtIn || project?.id === defaultProject.id) && <span class="tag plain">Always there</span>}
      </div>
    ),
  },
  { id: 'of', head: 'Kind', width: '96px', sorts: true, cell: ({ of }) => of },
  {
    id: 'says',
    head: 'What it is',
    width: 'minmax(200px, 2fr)',
    cell: ({ says }) => <Visible class="cut dim block" text={says} />,
  },
  {
    id: 'reason',
    head: 'Closing',
    width: '132px',
    cell: ({ type }) => type && <span class="dim">{type.needsReason ? 'Takes a reason' : 'Takes none'}</span>,
  },
]

/** Why neither, or why not one of them, can be changed. */
const barred = { Project: () => whyNot('cases_write'), Type: () => whyNot('cases_shared_settings_write') }

/** Projects and types of investigation cases. */
export function CasesPart() {
  useEffect(() => void reload(), [granted.value])
  const asked = place.value.with
  const sort = asked['sort'] ?? 'of'
  const all = projects.value.value && types.value.value && allKinds()
  const rows = (all ?? []).filter(one => matches(asked['search'], one.name, one.of, one.says))
  const open = all?.find(({ id }) => id === asked['kind'])
  const back = () => show({ kind: undefined, do: undefined })
  return (
    <>
      <Shell
        part="cases"
        find="Find a project or a type of cases, by its name"
        make={{ word: 'Add a project…', off: barred.Project(), run: () => show({ kind: undefined, do: 'project' }) }}
        tools={
          <Button small icon={FolderPlus} off={barred.Type()} onClick={() => show({ kind: undefined, do: 'type' })}>
            Add a type…
          </Button>
        }
        onReload={() => void reload()}
      >
        {!all && <Waiting barred={whyNot('cases_read')} failure={projects.failure.value ?? types.failure.value} onRetry={reload} />}
        {all && rows.length === 0 && (
          <div class="middle">
            <p class="dim">No project and no type has “{asked['search']}” in its name.</p>
          </div>
        )}
        {rows.length > 0 && (
          <Grid
            label="Projects and types"
            brief={[['name', 'of'], ['says']]}
            columns={columns}
            rows={sortRows(rows, sort, { of: ({ of }) => of })}
            sort={sort}
            onSort={sort => show({ sort })}
            open={asked['kind']}
            onOpen={({ id }) => show({ kind: id, do: undefined }, asked['kind'] === undefined)}
          />
        )}
      </Shell>
      {all && (asked['do'] === 'project' || asked['do'] === 'type') && (
        <Panel label={asked['do'] === 'project' ? 'Add a project' : 'Add a type'} of={asked['do']} form onClose={back}>
          {asked['do'] === 'project' ? <ProjectEditor /> : <TypeEditor />}
        </Panel>
      )}
      {all && !asked['do'] && asked['kind'] && (
        <Panel key={asked['kind']} label={open?.name ?? 'Not there'} of={asked['kind']} onClose={back}>
          {open?.project ? (
            <ProjectEditor project={open.project} />
          ) : open?.type ? (
            <TypeEditor type={open.type} />
          ) : (
            <p class="dim">It was deleted, or the link is of another daemon.</p>
          )}
        </Panel>
      )}
    </>
  )
}

async function saved({ id, name }: { id: string; name: string }): Promise<void> {
  const { do: made } = place.value.with
  await reload()
  // said once it is in the list; whoever has gone on meanwhile is not called back
  if (made !== undefined && place.value.with['do'] === made) show({ do: undefined, kind: id })
  toasts.show({ icon: FolderPlus, text: `${name} saved` })
}
async function remove(what: 'deleteCaseProject' | 'deleteCaseType', { id, name }: { id: string; name: string }): Promise<void> {
  const answer = await ask(what, { id })
  if (isFailure(answer)) return toasts.fail(`${name} not deleted: ${answer.error}`)
  show({ kind: undefined })
  toasts.show({ icon: Trash2, text: `${name} deleted` })
  await reload()
}

function ProjectEditor({ project }: { project?: CaseProjectRow }) {
  const form = useForm<{ key: string; name: string }, CaseProjectRow>({
    of: `case-project:${project?.id ?? ''}`,
    stored: { key: project?.key ?? '', name: project?.name ?? '' },
    fields: ['key', 'name'],
    save: (_, { key, name }) => ask('saveCaseProject', project ? { id: project.id, name: name.trim() } : { key, name: name.trim() }),
    saved: answer => void saved(answer),
  })
  const off = barred.Project()
  const { key, name } = form.value
  const why =
    off ??
    (!form.dirty
      ? 'Nothing has changed'
      : name.trim() === ''
        ? 'Give it a name first'
        : /^[A-Z][A-Z0-9]{1,9}$/.test(key)
          ? undefined
          : 'The key is 2 to 10 capitals and digits, a capital first')
  return (
    <form class="form" noValidate onSubmit={hold}>
      <TextField form={form} name="name" label="Name" most={100} off={off} />
      <TextField
        form={form}
        name="key"
        label="Key"
        mono
        most={10}
        says="What its cases are numbered with: OPS makes OPS-1."
        off={off ?? (project ? 'Cases are named by it: it stays.' : undefined)}
      />
      <Foot form={form} why={why} word={project ? 'Save' : 'Add'} busyWord="Saving">
        {project && (
          <Delete
            name={project.name}
            off={off ?? (project.id === defaultProject.id ? 'It is where cases go by themselves: it stays.' : undefined)}
            says="Only a project without cases can be deleted."
            onYes={() => remove('deleteCaseProject', project)}
          />
        )}
      </Foot>
    </form>
  )
}

function TypeEditor({ type }: { type?: CaseTypeRow }) {
  const form = useForm<CaseTypeForm, CaseTypeRow>({
    of: `case-type:${type?.id ?? ''}`,
    stored: { name: type?.name ?? '', description: type?.description ?? '', needsReason: type?.needsReason ?? true },
    fields: ['name', 'description'],
    save: (_, value) => ask('saveCaseType', { ...(type && { id: type.id }), form: { ...value, name: value.name.trim() } }),
    saved: answer => void saved(answer),
  })
  const off = barred.Type() ?? (type?.builtIn ? 'It is always there and stays as it is.' : undefined)
  const why = off ?? (!form.dirty ? 'Nothing has changed' : form.value.name.trim() === '' ? 'Give it a name first' : undefined)
  const texts = form as unknown as Form<Record<'name' | 'description', string>>
  return (
    <form class="form" noValidate onSubmit={hold}>
      <TextField form={texts} name="name" label="Name" most={100} off={off} />
      <TextField form={texts} name="description" label="Description, optional" most={1000} off={off} />
      <label class="row">
        <input
          type="checkbox"
          checked={form.value.needsReason}
          disabled={off !== undefined}
          onChange={() => form.change({ needsReason: !form.value.needsReason })}
        />
        Closing takes a reason
      </label>
      <Foot form={form} why={why} word={type ? 'Save' : 'Add'} busyWord="Saving">
        {type && (
          <Delete
            name={type.name}
            off={off}
            says="Cases that are of it stay as they are; no new ones are made."
            onYes={() => remove('deleteCaseType', type)}
          />
        )}
      </Foot>
    </form>
  )
}

function Delete(props: { name: string; off: string | undefined; says: string; onYes(): Promise<void> }) {
  const { name, off, says, onYes } = props
  const [sure, setSure] = useState(false)
  return (
    <>
      <Button icon={Trash2} kind="danger" off={off} onClick={() => setSure(true)}>
        Delete…
      </Button>
      {sure && (
        <Sure icon={Trash2} word="Delete" back="Keep it" onYes={onYes} onNo={() => setSure(false)}>
          <strong>Delete {name}?</strong> {says}
        </Sure>
      )}
    </>
  )
}
