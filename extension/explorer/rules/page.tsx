import { FileDown, Keyboard, Plus, RefreshCw } from 'lucide'
import { useEffect, useRef } from 'preact/hooks'
import { onPush } from '../../relay.ts'
import type { RuleRow } from '../../rule-messages.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Severity } from '../../ui/glyphs.tsx'
import { granted } from '../../ui/may.ts'
import { off } from '../../ui/off.ts'
import { Switch } from '../../ui/switch.tsx'
import { Ago } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { Facets } from '../facets.tsx'
import { type Column, Grid } from '../grid.tsx'
import { listOf, place, show } from '../place.ts'
import { SearchField } from '../search-field.tsx'
import { Failed, Skeleton } from '../states.tsx'
import { helping } from '../surface.ts'
import { useKeys } from '../use-keys.ts'
import { countsOf, facetNames, facets, sorted, wanted } from './filter.ts'
import { ImportPanel } from './import-panel.tsx'
import { NewRulePanel } from './new-panel.tsx'
import { RulePanel } from './panel.tsx'
import { list, noise, reload, turn } from './rulebook.ts'
import { origins, percent, plain } from './words.ts'

const titles = { severity: 'Severity', state: 'State', origin: 'Origin', method: 'Method', source: 'Source' }
const says: Record<string, (value: string) => string> = {
  state: value => (value === 'on' ? 'On' : 'Off'),
  origin: value => origins[value] ?? value,
  method: plain,
  source: value => (value === 'none' ? 'No source' : value),
}
const number = (value: number | undefined) =>
  value === undefined ? '' : value === 0 ? <span class="weak">0</span> : value.toLocaleString('en')

const columns: readonly Column<RuleRow>[] = [
  {
    id: 'enabled',
    head: '',
    width: '52px',
    cell: rule => <Switch inRow label={`${rule.name} on`} on={rule.enabled} off={off.value} onTurn={on => void turn(rule, on)} />,
  },
  { id: 'severity', head: 'Severity', width: '104px', sorts: true, cell: ({ severity }) => severity && <Severity level={severity} /> },
  {
    id: 'name',
    head: 'Name',
    sorts: true,
    cell: rule => (
      <div class="row">
        <Visible class="cut title" title={rule.name} text={rule.name} />
        {!rule.isDefault && <span class="tag plain">{origins[facets.origin(rule)]}</span>}
      </div>
    ),
  },
  { id: 'method', head: 'Method', width: '136px', sorts: true, cell: rule => <div class="cut dim">{plain(rule.method)}</div> },
  { id: 'source', head: 'Source', width: '112px', sorts: true, cell: rule => <div class="cut dim">{rule.source}</div> },
  { id: 'week', head: '7 days', width: '76px', sorts: true, cell: ({ id }) => number(noise.value.value?.noise[id]?.week) },
  { id: 'month', head: '30 days', width: '84px', sorts: true, cell: ({ id }) => number(noise.value.value?.noise[id]?.month) },
  {
    id: 'wrong',
    head: 'False pos.',
    width: '88px',
    sorts: true,
    cell: ({ id }) => {
      const share = noise.value.value?.noise[id]?.falsePositives
      return typeof share === 'number' ? percent(share) : ''
    },
  },
  {
    id: 'last',
    head: 'Last fired',
    width: '100px',
    sorts: true,
    cell: ({ id }) => {
      const last = noise.value.value?.noise[id]?.last
      return last ? (
        <span class="weak nowrap">
          <Ago time={last} sentence />
        </span>
      ) : null
    },
  },
]

export function RulesPage() {
  const search = useRef<HTMLInputElement>(null)
  const asked = place.value.with
  useEffect(() => void reload(), [granted.value])
  useEffect(() => {
    window.addEventListener('focus', reload)
    const stop = onPush(push => push.type === 'ruleNews' && void list.load({}))
    return () => {
      window.removeEventListener('focus', reload)
      stop()
    }
  }, [])
  useKeys({
    '/': () => search.current?.select(),
    n: () => off.value === undefined && show({ rule: undefined, tab: undefined, do: 'new' }),
    i: () => off.value === undefined && show({ rule: undefined, tab: undefined, do: 'import' }),
  })
  const rules = list.value.value?.rows
  const shown = rules && sorted(wanted(rules, asked), noise.value.value?.noise ?? {}, asked['sort'] ?? '-week')
  return (
    <>
      <header class="top">
        <SearchField field={search} label="Search rules" hint="Search by name, tag or id" most={500} />
        <Button icon={FileDown} off={off.value} onClick={() => show({ rule: undefined, tab: undefined, do: 'import' })}>
          Import…
        </Button>
        <Button icon={Plus} kind="primary" off={off.value} onClick={() => show({ rule: undefined, tab: undefined, do: 'new' })}>
          New rule…
        </Button>
        <IconButton label="All keys (?)" icon={Keyboard} onClick={() => (helping.value = true)} />
      </header>
      <Facets
        total={rules?.length}
        all={facetNames.map(name => ({
          name,
          title: titles[name],
          counts: countsOf(rules ?? [], asked, name),
          chosen: listOf(asked[name]),
          draw: value => (name === 'severity' && value !== 'none' ? <Severity level={value as 'high'} /> : (says[name]?.(value) ?? 'None')),
        }))}
        onChoose={(name, values) => show({ [name]: values.join(',') })}
      />
      <main class="results">
        <div class="bar row">
          <h1>{shown ? `${shown.length.toLocaleString('en')} ${shown.length === 1 ? 'rule' : 'rules'}` : 'Rules'}</h1>
          {rules && shown && shown.length < rules.length && <span class="weak">of {rules.length.toLocaleString('en')}</span>}
          <span class="end" />
          {noise.failure.value && <span class="dim">Signals are not counted: {noise.failure.value.error}</span>}
          <IconButton label="Ask again" icon={RefreshCw} small onClick={() => void reload()} />
        </div>
        {shown && shown.length > 0 && (
          <Grid
            label="Rules"
            columns={columns}
            brief={[
              ['name', 'enabled'],
              ['severity', 'method', 'last'],
            ]}
            rows={shown}
            sort={asked['sort'] ?? '-week'}
            onSort={sort => show({ sort })}
            open={asked['rule']}
            onOpen={({ id }) => show({ rule: id, do: undefined }, asked['rule'] === undefined)}
            faint={({ enabled }) => !enabled}
            act={{ x: rule => turn(rule, !rule.enabled) }}
          />
        )}
        {shown?.length === 0 && <Nothing of={rules!.length} />}
        {!rules && (list.failure.value ? <Failed error={list.failure.value.error} onRetry={reload} /> : <Skeleton />)}
      </main>
      {asked['do'] === 'import' && <ImportPanel />}
      {asked['do'] === 'new' && <NewRulePanel />}
      {asked['rule'] && !asked['do'] && <RulePanel key={asked['rule']} id={asked['rule']} />}
    </>
  )
}

const Nothing = ({ of }: { of: number }) => (
  <div class="middle">
    <h2>{of === 0 ? 'No rules' : 'No rules match'}</h2>
    {of > 0 && (
      <Button onClick={() => show(Object.fromEntries([...facetNames, 'search'].map(name => [name, undefined])))}>Clear the filter</Button>
    )}
  </div>
)
