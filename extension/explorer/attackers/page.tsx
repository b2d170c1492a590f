import { ChevronDown, Clock, Keyboard, RefreshCw } from 'lucide'
import { useEffect, useRef } from 'preact/hooks'
import {
  type AttackerGroup,
  type AttackerStanding,
  type AttackerState,
  attackerGroups,
  attackerStandings,
} from '../../../shared/attacker.ts'
import type { AttackerRow } from '../../attacker-messages.ts'
import { onPush } from '../../relay.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { MenuButton } from '../../ui/menu-button.tsx'
import { Visible } from '../../ui/visible.tsx'
import { Facets } from '../facets.tsx'
import { Grid } from '../grid.tsx'
import { Tabs } from '../panel.tsx'
import { go, place, show } from '../place.ts'
import { block } from '../respond/asking.ts'
import { Stopped } from '../respond/stopped.tsx'
import { SearchField } from '../search-field.tsx'
import { AddressPanel } from '../signals/address-panel.tsx'
import { Failed, Skeleton } from '../states.tsx'
import { helping } from '../surface.ts'
import { useKeys } from '../use-keys.ts'
import { Bulk } from './bulk.tsx'
import { addressColumns, groupColumns, userColumns } from './columns.tsx'
import { Compare } from './compare.tsx'
import {
  type AttackerFacet,
  addresses,
  blocks,
  chosenOf,
  facetNames,
  groups,
  lookAtBlocks,
  picked,
  queryOf,
  spanOf,
  spans,
  users,
  written,
} from './desk.ts'
import { AttackerStateTag, StandingTag, standingWords } from './looks.tsx'
import { GroupPanel, UserPanel } from './panels.tsx'

type By = AttackerGroup | 'users'
const byWords: Record<AttackerGroup, string> = { ip: 'Nothing', as: 'Network', user_agent: 'User agent', cluster: 'Rules and user agent' }
const nouns: Record<By, [one: string, many: string]> = {
  ip: ['attacker', 'attackers'],
  as: ['network', 'networks'],
  user_agent: ['user agent', 'user agents'],
  cluster: ['cluster', 'clusters'],
  users: ['compromised user', 'compromised users'],
}
const titles: Record<AttackerFacet, string> = {
  state: 'State',
  standing: 'Decided',
  country: 'Country',
  as: 'Network',
  category: 'In feeds as',
}

function draw(name: AttackerFacet, value: string) {
  if (name === 'state') return <AttackerStateTag state={value === 'none' ? null : (value as AttackerState)} />
  if (name === 'standing') return value === 'none' ? standingWords.none : <StandingTag standing={value as AttackerStanding} />
  return <Visible text={value} />
}

/** Who attacks, by address or put together, and whose account was taken over. */
export function AttackersPage() {
  const search = useRef<HTMLInputElement>(null)
  const asked = place.value.with
  const by: By = asked['view'] === 'users' ? 'users' : (attackerGroups.find(group => group === asked['by']) ?? 'ip')
  const list: { failure: typeof addresses.failure; loading: typeof addresses.loading; load(): Promise<void> } =
    by === 'users' ? users : by === 'ip' ? addresses : groups
  const found = (by === 'users' ? users : by === 'ip' ? addresses : groups).value.value
  const span = spanOf(asked)
  const sort = asked['sort'] ?? '-score'
  const query = queryOf(by === 'users' ? { search: asked['search'] ?? '' } : asked, by === 'users' ? 'user' : 'address')
  const begin = () => {
    lookAtBlocks()
    const question = { query, from: `now-${span}` }
    if (by === 'users') void users.load({ ...question, sort })
    else if (by === 'ip') void addresses.load({ ...question, sort })
    else void groups.load({ ...question, by })
  }
  useEffect(() => {
    const timer = setTimeout(begin, found ? 150 : 0)
    return () => clearTimeout(timer)
  }, [query, span, sort, by])
  useEffect(
    () =>
      onPush(push => {
        if (push.type !== 'blockNews') return
        void list.load()
        lookAtBlocks()
      }),
    [by],
  )
  const open = asked['ip']
  useKeys({
    '/': () => search.current?.select(),
    b: () =>
      open === undefined && picked.value.size > 0 && block({ targets: [...picked.value.keys()].map(value => ({ kind: 'ip', value })) }),
  })
  const failure = list.failure.value
  const [one, many] = nouns[by]
  const facets = (by === 'ip' ? addresses : groups).value.value?.facets
  return (
    <>
      <header class="top">
        <SearchField
          field={search}
          label={by === 'users' ? 'Search users' : 'Search attackers'}
          hint={by === 'users' ? 'A part of a name' : 'A part of an address or a network, or a query such as state:flagged signals:>5'}
          most={2000}
          isWrong={failure?.status === 400}
        />
        <MenuButton
          label="Time"
          name={`Time: ${spans[span]}`}
          choices={Object.entries(spans).map(([id, label]) => ({
            label,
            checked: id === span,
            onPick: () => show({ time: id === '24h' ? undefined : id }),
          }))}
        >
          <Icon of={Clock} small />
          {spans[span]}
          <Icon of={ChevronDown} small />
        </MenuButton>
        <IconButton label="All keys (?)" icon={Keyboard} onClick={() => (helping.value = true)} />
      </header>
      {by !== 'users' && (
        <Facets
          total={facets?.['state']?.reduce((sum, { count }) => sum + count, 0)}
          all={facetNames.map(name => facetOf(name, facets, chosenOf(asked, name))).filter(({ counts }) => counts.length > 0)}
          onChoose={(name, chosen) => show({ [name]: written(chosen) })}
        />
      )}
      <main class={`results ${by === 'users' ? 'whole' : ''} ${list.loading.value ? 'busy' : ''}`}>
        <div class="bar row wrap">
          <h1 class="sr">Attackers</h1>
          <Tabs
            label="Attackers"
            tabs={[
              { id: 'addresses', label: 'Addresses' },
              { id: 'users', label: 'Users' },
            ]}
            chosen={by === 'users' ? 'users' : 'addresses'}
            onTab={id =>
              go({ section: 'attackers', with: { ...(id === 'users' && { view: 'users' }), ...(span !== '24h' && { time: span }) } })
            }
          />
          <span class="dim" role="status">
            {found && `${found.cut ? 'about ' : ''}${found.total.toLocaleString('en')} ${found.total === 1 ? one : many}`}
          </span>
          {found?.cut && <span class="dim">There are more than can be told apart: narrow the time.</span>}
          {found && failure && <span class="bad">{failure.error}</span>}
          <span class="end" />
          {by !== 'users' && (
            <MenuButton
              label="Group by"
              name={`Group by: ${byWords[by]}`}
              over
              choices={attackerGroups.map(group => ({
                label: byWords[group],
                checked: group === by,
                onPick: () => show({ by: group === 'ip' ? undefined : group, group: undefined, sort: undefined }),
              }))}
            >
              <span class="dim">Group by</span> {byWords[by]}
              <Icon of={ChevronDown} small />
            </MenuButton>
          )}
          <IconButton label="Ask again" icon={RefreshCw} small onClick={begin} />
        </div>
        <div class="under-tabs">
          <Stopped by={blocks.value.value?.byRules} />
          <Rows by={by} sort={sort} />
          {found?.total === 0 && <Nothing narrowed={query !== ''} users={by === 'users'} />}
          {!found && (failure ? <Failed error={failure.error} onRetry={begin} /> : <Skeleton />)}
        </div>
        {by === 'ip' && picked.value.size > 0 && <Bulk />}
      </main>
      <Opened by={by} />
      <Compare />
    </>
  )
}

const sorting = (next: string) => show({ sort: next })
const pick = (row: AttackerRow, on: boolean) => {
  const next = new Map(picked.value)
  if (on) next.set(row.id, row)
  else next.delete(row.id)
  picked.value = next
}

function Rows({ by, sort }: { by: By; sort: string }) {
  const asked = place.value.with
  if (by === 'ip') {
    const found = addresses.value.value
    if (!found?.total) return null
    return (
      <Grid
        label="Attackers"
        brief={[
          ['address', 'standing', 'score'],
          ['signals', 'country', 'last_seen'],
        ]}
        columns={addressColumns}
        rows={found.rows}
        sort={sort}
        onSort={sorting}
        open={asked['ip']}
        onOpen={({ address }) => show({ ip: address }, asked['ip'] === undefined)}
        faint={({ state }) => state === null}
        picked={{ has: id => picked.value.has(id), nameOf: ({ address }) => address, set: pick }}
        onSight={addresses.want}
      />
    )
  }
  if (by === 'users') {
    const found = users.value.value
    if (!found?.total) return null
    return (
      <Grid
        label="Compromised users"
        brief={[
          ['user', 'signals', 'blocked'],
          ['addresses', 'last_seen'],
        ]}
        columns={userColumns}
        rows={found.rows}
        sort={sort}
        onSort={sorting}
        open={asked['user']}
        onOpen={({ id }) => show({ user: id }, asked['user'] === undefined)}
        onSight={users.want}
      />
    )
  }
  const found = groups.value.value
  if (!found?.total) return null
  return (
    <Grid
      label="Attackers put together"
      brief={[
        ['label', 'members'],
        ['flagged', 'blocked', 'last_seen'],
      ]}
      columns={groupColumns}
      rows={found.rows}
      sort=""
      onSort={() => {}}
      open={asked['group']}
      onOpen={({ id }) => show({ group: id }, asked['group'] === undefined)}
      onSight={groups.want}
    />
  )
}

function Opened({ by }: { by: By }) {
  const { ip, group, user } = place.value.with
  if (ip !== undefined)
    return (
      <AddressPanel
        key={ip}
        address={ip}
        narrow={(path, value, mode) => go({ section: 'signals', with: { query: `${mode === 'exclude' ? '-' : ''}${path}:"${value}"` } })}
      />
    )
  const inGroup = by === 'users' ? undefined : groups.value.value?.rows.find(row => row?.id === group)
  if (group !== undefined && inGroup) return <GroupPanel key={group} group={inGroup} />
  const one = users.value.value?.rows.find(row => row?.id === user)
  return by === 'users' && user !== undefined && one ? <UserPanel key={user} row={one} /> : null
}

function facetOf(name: AttackerFacet, facets: Record<string, { value: string; count: number }[]> | undefined, chosen: readonly string[]) {
  const counted = facets?.[name] ?? []
  // what is chosen stays to be seen, and taken away, where nothing has it
  const all = [...counted, ...chosen.filter(value => !counted.some(one => one.value === value)).map(value => ({ value, count: 0 }))]
  const order: readonly string[] = name === 'state' ? ['flagged', 'suspicious', 'none'] : name === 'standing' ? attackerStandings : []
  return {
    name,
    title: titles[name],
    counts: order.length > 0 ? all.sort((a, b) => order.indexOf(a.value) - order.indexOf(b.value)) : all,
    chosen,
    draw: (value: string) => draw(name, value),
  }
}

const Nothing = ({ narrowed, users }: { narrowed: boolean; users: boolean }) => (
  <div class="middle">
    <h2>{narrowed ? `No ${users ? 'users' : 'attackers'} match` : users ? 'No account was taken over' : 'Nobody attacked'}</h2>
    {narrowed ? (
      <Button onClick={() => show(Object.fromEntries([...facetNames, 'search'].map(name => [name, undefined])))}>Clear the filter</Button>
    ) : (
      <p class="dim">
        {users
          ? 'Whom signals of account takeover name appears here. Widen the time to look further back.'
          : 'Addresses that signals name appear here. Widen the time to look further back.'}
      </p>
    )}
  </div>
)
