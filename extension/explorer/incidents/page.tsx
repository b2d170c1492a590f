import { Keyboard, Plus, RefreshCw } from 'lucide'
import { useEffect, useRef } from 'preact/hooks'
import { type IncidentSeverity, type IncidentState, incidentSeverities, incidentStates, isOver } from '../../../shared/incident.ts'
import type { IncidentRow } from '../../incident-messages.ts'
import { onPush } from '../../relay.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Who } from '../../ui/facts.tsx'
import { Ago } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { IncidentDialog } from '../escalate/incident-dialog.tsx'
import { declaring, whyNoIncident } from '../escalate/incidents.ts'
import { Facets } from '../facets.tsx'
import { type Column, Grid, readSort } from '../grid.tsx'
import { listOf, place, show } from '../place.ts'
import { SearchField } from '../search-field.tsx'
import { Failed, Skeleton } from '../states.tsx'
import { helping } from '../surface.ts'
import { useKeys } from '../use-keys.ts'
import { facetNames, type IncidentFacet, list, queryOf, reload } from './desk.ts'
import { IncidentSeverityLabel, IncidentStateLabel } from './looks.tsx'
import { IncidentPanel } from './panel.tsx'

const titles: Record<IncidentFacet, string> = { state: 'State', severity: 'Severity', commander: 'Commander', impact: 'Customers impacted' }
const orders: Partial<Record<IncidentFacet, readonly string[]>> = { state: incidentStates, severity: incidentSeverities }

const columns: readonly Column<IncidentRow>[] = [
  { id: 'key', head: 'Incident', width: '92px', sorts: true, cell: ({ key }) => <strong class="nowrap">{key}</strong> },
  {
    id: 'title',
    head: 'Title',
    cell: ({ title, impacted }) => (
      <div class="row">
        <span class="cut title" title={title}>
          <Visible text={title} />
        </span>
        {impacted && <span class="tag plain nowrap">Customers impacted</span>}
      </div>
    ),
  },
  { id: 'severity', head: 'Severity', width: '96px', sorts: true, cell: ({ severity }) => <IncidentSeverityLabel of={severity} /> },
  { id: 'state', head: 'State', width: '112px', sorts: true, cell: ({ state }) => <IncidentStateLabel state={state} /> },
  { id: 'commander', head: 'Commander', width: '104px', cell: ({ commander }) => <Who person={commander} /> },
  { id: 'signals', head: 'Signals', width: '76px', cell: ({ signals }) => signals.toLocaleString('en') },
  {
    id: 'created',
    head: 'Declared',
    width: '108px',
    sorts: true,
    cell: ({ created }) => (
      <span class="weak nowrap">
        <Ago time={created} sentence />
      </span>
    ),
  },
]
const ranks: Record<string, (row: IncidentRow) => number> = {
  key: ({ publicId }) => publicId,
  severity: ({ severity }) => -incidentSeverities.indexOf(severity),
  state: ({ state }) => incidentStates.indexOf(state),
  created: ({ created }) => created,
}

function draw(name: IncidentFacet, value: string, label: string) {
  if (name === 'state') return <IncidentStateLabel state={value as IncidentState} />
  if (name === 'severity') return <IncidentSeverityLabel of={value as IncidentSeverity} />
  if (name === 'impact') return value === 'true' ? 'Yes' : 'No'
  return label
}

/** Incidents: what goes wrong now, who commands, and how far it is. */
export function IncidentsPage() {
  const search = useRef<HTMLInputElement>(null)
  const asked = place.value.with
  const query = queryOf(asked)
  const sort = asked['sort'] ?? '-created'
  useEffect(() => {
    const timer = setTimeout(() => void reload(), list.value.peek() ? 150 : 0)
    return () => clearTimeout(timer)
  }, [query])
  useEffect(() => onPush(push => push.type === 'incidentNews' && void reload()), [])
  const off = whyNoIncident()
  const declare = () => {
    if (off === undefined) declaring.value = { rows: [] }
  }
  useKeys({ '/': () => search.current?.select(), n: () => asked['incident'] === undefined && declare() })
  const found = list.value.value
  const failure = list.failure.value
  return (
    <>
      <header class="top">
        <SearchField
          field={search}
          label="Search incidents"
          hint="Words, or a query such as state:active severity:SEV-1"
          most={2000}
          isWrong={failure?.status === 400}
        />
        <Button icon={Plus} kind="primary" off={off} onClick={declare}>
          Declare incident…
        </Button>
        <IconButton label="All keys (?)" icon={Keyboard} onClick={() => (helping.value = true)} />
      </header>
      <Facets
        total={found?.total}
        all={facetNames.map(name => facetOf(name, listOf(asked[name])))}
        onChoose={(name, chosen) => show({ [name]: chosen.join(',') })}
      />
      <main class={`results ${list.loading.value ? 'busy' : ''}`}>
        <div class="bar row">
          <h1 aria-live="polite">
            {found ? `${found.total.toLocaleString('en')} ${found.total === 1 ? 'incident' : 'incidents'}` : 'Incidents'}
          </h1>
          {found && found.rows.length < found.total && (
            <span class="dim">The latest {found.rows.length.toLocaleString('en')} are shown: search for the others.</span>
          )}
          {found && failure && <span class="bad">{failure.error}</span>}
          <span class="end" />
          <IconButton label="Ask again" icon={RefreshCw} small onClick={() => void reload()} />
        </div>
        {found && found.rows.length > 0 && (
          <Grid
            label="Incidents"
            columns={columns}
            brief={[
              ['key', 'title', 'commander'],
              ['severity', 'state', 'created'],
            ]}
            rows={inOrder(found.rows, sort)}
            sort={sort}
            onSort={next => show({ sort: next })}
            open={found.rows.find(({ id, publicId }) => id === asked['incident'] || String(publicId) === asked['incident'])?.id}
            onOpen={({ publicId }) => show({ incident: String(publicId), tab: undefined }, asked['incident'] === undefined)}
            faint={({ state }) => isOver(state)}
          />
        )}
        {found?.rows.length === 0 && <Nothing narrowed={query !== ''} />}
        {!found && (failure ? <Failed error={failure.error} onRetry={() => void reload()} /> : <Skeleton />)}
      </main>
      {asked['incident'] && <IncidentPanel key={asked['incident']} id={asked['incident']} />}
      <IncidentDialog />
    </>
  )
}

function facetOf(name: IncidentFacet, chosen: readonly string[]) {
  const counted = list.value.value?.counts[name] ?? []
  // what is chosen stays to be seen, and taken away, where nothing has it
  const all = [
    ...counted,
    ...chosen.filter(value => !counted.some(one => one.value === value)).map(value => ({ value, label: value, count: 0 })),
  ]
  const order = orders[name]
  return {
    name,
    title: titles[name],
    counts: order ? all.sort((a, b) => order.indexOf(a.value) - order.indexOf(b.value)) : all,
    chosen,
    draw: (value: string) => draw(name, value, all.find(one => one.value === value)?.label ?? value),
  }
}

function inOrder(rows: readonly IncidentRow[], sort: string): IncidentRow[] {
  const { by, falling } = readSort(sort)
  const rank = ranks[by] ?? ranks['created']!
  return [...rows].sort((a, b) => (rank(a) - rank(b)) * (falling ? -1 : 1))
}

const Nothing = ({ narrowed }: { narrowed: boolean }) => (
  <div class="middle">
    <h2>{narrowed ? 'No incidents match' : 'No incidents'}</h2>
    {narrowed ? (
      <Button onClick={() => show(Object.fromEntries([...facetNames, 'search'].map(name => [name, undefined])))}>Clear the filter</Button>
    ) : (
      <p class="dim">Press I on a signal to declare one about it, or N here.</p>
    )}
  </div>
)
