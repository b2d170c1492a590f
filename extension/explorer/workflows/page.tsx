import { Keyboard, Plus, RefreshCw } from 'lucide'
import { useEffect, useRef } from 'preact/hooks'
import { onPush } from '../../relay.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { whyNot } from '../../ui/may.ts'
import { Switch } from '../../ui/switch.tsx'
import { Ago } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import type { WorkflowRow } from '../../workflow-messages.ts'
import { type Column, Grid, readSort } from '../grid.tsx'
import { place, show } from '../place.ts'
import { SearchField } from '../search-field.tsx'
import { Failed, Skeleton } from '../states.tsx'
import { helping } from '../surface.ts'
import { useKeys } from '../use-keys.ts'
import { list, publish, reload } from './desk.ts'
import { NewWorkflowPanel } from './new-panel.tsx'
import { WorkflowPanel } from './panel.tsx'
import { triggersOf } from './words.tsx'

const columns: readonly Column<WorkflowRow>[] = [
  {
    id: 'published',
    head: '',
    width: '52px',
    cell: row => (
      <Switch
        inRow
        label={`${row.name} published`}
        on={row.published}
        off={whyNot('workflows_write')}
        onTurn={on => void publish(row, on)}
      />
    ),
  },
  {
    id: 'name',
    head: 'Name',
    sorts: true,
    cell: ({ name, published }) => (
      <div class="row">
        <Visible class="cut title" title={name} text={name} />
        {!published && <span class="tag plain">Draft</span>}
      </div>
    ),
  },
  { id: 'handle', head: 'Handle', width: '220px', sorts: true, cell: ({ handle }) => <div class="cut mono">@workflow-{handle}</div> },
  { id: 'triggers', head: 'Begun by', width: '200px', cell: ({ triggers }) => <div class="cut dim">{triggersOf(triggers)}</div> },
  { id: 'owner', head: 'Saved by', width: '180px', sorts: true, cell: ({ owner }) => <div class="cut dim">{owner}</div> },
  {
    id: 'updated',
    head: 'Changed',
    width: '108px',
    sorts: true,
    cell: ({ updatedAt }) => (
      <span class="weak nowrap">
        <Ago time={updatedAt} sentence />
      </span>
    ),
  },
]
const keys: Record<string, (row: WorkflowRow) => string | number> = {
  name: ({ name }) => name.toLowerCase(),
  handle: ({ handle }) => handle,
  owner: ({ owner }) => owner,
  updated: ({ updatedAt }) => updatedAt,
}

export function WorkflowsPage() {
  const search = useRef<HTMLInputElement>(null)
  const asked = place.value.with
  useEffect(() => {
    void reload()
    return onPush(push => push.type === 'workflows' && push.workflows.length > 0 && void reload())
  }, [])
  const cannot = whyNot('workflows_write')
  const add = () => cannot === undefined && show({ workflow: undefined, tab: undefined, run: undefined, do: 'new' })
  useKeys({ '/': () => search.current?.select(), n: add })
  const rows = list.value.value?.rows
  const words = (asked['search'] ?? '').toLowerCase()
  const sort = asked['sort'] ?? 'name'
  const { by, falling } = readSort(sort)
  const key = keys[by] ?? keys['name']!
  const shown = rows
    ?.filter(({ name, handle, tags }) => [name, handle, ...tags].some(text => text.toLowerCase().includes(words)))
    .sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0) * (falling ? -1 : 1))
  return (
    <>
      <header class="top">
        <SearchField field={search} label="Search workflows" hint="Search by name, handle or tag" most={500} />
        <Button icon={Plus} kind="primary" off={cannot} onClick={add}>
          New workflow…
        </Button>
        <IconButton label="All keys (?)" icon={Keyboard} onClick={() => (helping.value = true)} />
      </header>
      <main class="results whole">
        <div class="bar row">
          <h1>{shown ? `${shown.length.toLocaleString('en')} ${shown.length === 1 ? 'workflow' : 'workflows'}` : 'Workflows'}</h1>
          <span class="end" />
          <IconButton label="Ask again" icon={RefreshCw} small onClick={() => void reload()} />
        </div>
        {shown && shown.length > 0 && (
          <Grid
            label="Workflows"
            columns={columns}
            brief={[
              ['name', 'published'],
              ['handle', 'updated'],
            ]}
            rows={shown}
            sort={sort}
            onSort={sort => show({ sort })}
            act={{ x: row => publish(row, !row.published) }}
            open={asked['workflow']}
            onOpen={({ id }) => show({ workflow: id, run: undefined, do: undefined }, asked['workflow'] === undefined)}
            faint={({ published }) => !published}
          />
        )}
        {shown?.length === 0 && (
          <div class="middle">
            <h2>{rows!.length === 0 ? 'No workflows yet' : 'No workflows match'}</h2>
            {rows!.length === 0 && (
              <p class="dim">A workflow does with a signal what you would do each time: sets its state, asks a system, hands it over.</p>
            )}
          </div>
        )}
        {!rows && (list.failure.value ? <Failed error={list.failure.value.error} onRetry={() => void reload()} /> : <Skeleton />)}
      </main>
      {asked['do'] === 'new' && <NewWorkflowPanel />}
      {asked['workflow'] && !asked['do'] && <WorkflowPanel key={asked['workflow']} id={asked['workflow']} />}
    </>
  )
}
