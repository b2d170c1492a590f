import { Keyboard, Plus, RefreshCw } from 'lucide'
import { useEffect, useRef } from 'preact/hooks'
import { type CasePriority, type CaseStatus, casePriorities, caseStatuses } from '../../../shared/case.ts'
import type { CaseRow } from '../../case-messages.ts'
import { onPush } from '../../relay.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Who } from '../../ui/facts.tsx'
import { whyNot } from '../../ui/may.ts'
import { Modal } from '../../ui/modal.tsx'
import { Ago } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { CaseForm } from '../escalate/case-form.tsx'
import { IncidentDialog } from '../escalate/incident-dialog.tsx'
import { Facets } from '../facets.tsx'
import { type Column, Grid } from '../grid.tsx'
import { listOf, place, show } from '../place.ts'
import { SearchField } from '../search-field.tsx'
import { Failed, Skeleton } from '../states.tsx'
import { helping } from '../surface.ts'
import { useKeys } from '../use-keys.ts'
import { counts, create, list, pageSize, pages, reload } from './desk.ts'
import { facetFields, filterOf } from './filter.ts'
import { CaseStatusLabel, Overdue, Priority } from './looks.tsx'
import { CasePanel } from './panel.tsx'

const titles = {
  status: 'Status',
  priority: 'Priority',
  assignee: 'Assignee',
  type: 'Type',
  project: 'Project',
  overdue: 'Overdue',
  archived: 'Archived',
}
const orders: Partial<Record<string, readonly string[]>> = { status: caseStatuses, priority: casePriorities.toReversed() }

const columns: readonly Column<CaseRow>[] = [
  { id: 'key', head: 'Key', width: '96px', cell: ({ key }) => <strong class="nowrap">{key}</strong> },
  {
    id: 'title',
    head: 'Title',
    cell: ({ title, mergedInto, archived, status, due }) => (
      <div class="row">
        <span class="cut title" title={title}>
          <Visible text={title} />
        </span>
        {mergedInto && <span class="tag plain">In {mergedInto.key}</span>}
        {archived && <span class="tag plain">Archived</span>}
        <Overdue row={{ status, due }} />
      </div>
    ),
  },
  { id: 'status', head: 'Status', width: '112px', sorts: true, cell: ({ status }) => <CaseStatusLabel status={status} /> },
  { id: 'priority', head: 'Priority', width: '96px', sorts: true, cell: ({ priority }) => <Priority of={priority} /> },
  { id: 'assignee', head: 'Assignee', width: '92px', cell: ({ assignee }) => <Who person={assignee} /> },
  {
    id: 'insights',
    head: 'Holds',
    width: '76px',
    cell: ({ insights }) => (insights === 0 ? <span class="weak">0</span> : insights.toLocaleString('en')),
  },
  { id: 'modified_at', head: 'Changed', width: '108px', sorts: true, cell: ({ changed }) => <When time={changed} /> },
  { id: 'created_at', head: 'Created', width: '108px', sorts: true, cell: ({ created }) => <When time={created} /> },
]
const When = ({ time }: { time: number }) => (
  <span class="weak nowrap">
    <Ago time={time} sentence />
  </span>
)
function draw(field: string, value: string) {
  if (field === 'status') return <CaseStatusLabel status={value as CaseStatus} />
  if (field === 'priority') return <Priority of={value as CasePriority} />
  if (field === 'archived' || field === 'overdue') return value === 'true' ? 'Yes' : 'No'
  return value === '' ? 'Nobody' : value
}

/** Investigation cases: what is looked into, by whom, and how it stands. */
export function CasesPage() {
  const search = useRef<HTMLInputElement>(null)
  const asked = place.value.with
  const filter = filterOf(asked)
  const sort = asked['sort'] ?? '-created_at'
  useEffect(() => {
    const timer = setTimeout(() => void reload(), list.value.peek() ? 150 : 0)
    return () => clearTimeout(timer)
  }, [filter, sort, pages.value])
  useEffect(() => onPush(push => push.type === 'caseNews' && void reload()), [])
  const add = () => whyNot('cases_write') === undefined && show({ do: 'new' })
  useKeys({ '/': () => search.current?.select(), n: () => asked['case'] === undefined && add() })
  const found = list.value.value
  const failure = list.failure.value
  const values = counts.value
  const off = whyNot('cases_write')
  return (
    <>
      <header class="top">
        <SearchField
          field={search}
          label="Search cases"
          hint="Words, or a query such as status:open priority:P1"
          most={2000}
          isWrong={failure?.status === 400}
        />
        <Button icon={Plus} kind="primary" off={off} onClick={add}>
          New case…
        </Button>
        <IconButton label="All keys (?)" icon={Keyboard} onClick={() => (helping.value = true)} />
      </header>
      <Facets
        total={found?.total}
        all={facetFields.map(name => ({
          name,
          title: titles[name],
          counts: inOrder(name, withChosen(values[name] ?? [], listOf(asked[name]))),
          chosen: listOf(asked[name]),
          draw: value => draw(name, value),
        }))}
        onChoose={(name, chosen) => show({ [name]: chosen.join(',') })}
      />
      <main class={`results ${list.loading.value ? 'busy' : ''}`}>
        <div class="bar row">
          <h1 aria-live="polite">{found ? `${found.total.toLocaleString('en')} ${found.total === 1 ? 'case' : 'cases'}` : 'Cases'}</h1>
          {found && found.rows.length < found.total && (
            <button type="button" class="btn quiet small" onClick={() => pages.value++}>
              {found.rows.length.toLocaleString('en')} shown. Show {pageSize} more
            </button>
          )}
          {found && failure && <span class="bad">{failure.error}</span>}
          <span class="end" />
          <IconButton label="Ask again" icon={RefreshCw} small onClick={() => void reload()} />
        </div>
        {found && found.rows.length > 0 && (
          <Grid
            label="Cases"
            columns={columns}
            brief={[
              ['key', 'title', 'assignee'],
              ['status', 'priority', 'modified_at'],
            ]}
            rows={found.rows}
            sort={sort}
            onSort={next => show({ sort: next })}
            open={asked['case']}
            onOpen={({ id }) => show({ case: id, tab: undefined }, asked['case'] === undefined)}
            faint={({ status }) => status === 'CLOSED'}
          />
        )}
        {found?.rows.length === 0 && <Nothing narrowed={filter !== filterOf({})} />}
        {!found && (failure ? <Failed error={failure.error} onRetry={() => void reload()} /> : <Skeleton />)}
      </main>
      {asked['do'] === 'new' && (
        <Modal label="New case" onClose={() => show({ do: undefined })}>
          <CaseForm title="" word="Create case" onCreate={create} onBack={() => show({ do: undefined })} />
        </Modal>
      )}
      <IncidentDialog />
      {asked['case'] && <CasePanel key={asked['case']} id={asked['case']} />}
    </>
  )
}

type Counts = readonly { value: string; count: number }[]
const withChosen = (all: Counts, chosen: readonly string[]): Counts => [
  ...all,
  ...chosen.filter(value => !all.some(one => one.value === value)).map(value => ({ value, count: 0 })),
]
const inOrder = (name: string, all: Counts): Counts => {
  const order = orders[name]
  return order ? [...all].sort((a, b) => order.indexOf(a.value) - order.indexOf(b.value)) : all.filter(({ value }) => value !== '')
}

const Nothing = ({ narrowed }: { narrowed: boolean }) => (
  <div class="middle">
    <h2>{narrowed ? 'No cases match' : 'No cases yet'}</h2>
    {narrowed ? (
      <Button onClick={() => show(Object.fromEntries([...facetFields, 'search'].map(name => [name, undefined])))}>Clear the filter</Button>
    ) : (
      <p class="dim">Press C on a signal to open one about it, or N here.</p>
    )}
  </div>
)
