import { Keyboard, Plus, RefreshCw, ShieldCheck } from 'lucide'
import { useEffect, useRef, useState } from 'preact/hooks'
import { onPush } from '../../relay.ts'
import { ProofSummary } from '../../respond/proof.tsx'
import type { ListedBlock } from '../../respond-messages.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { whyNoBlock } from '../../ui/may.ts'
import { Ago } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { type Column, Grid } from '../grid.tsx'
import { panelOf, Tabs } from '../panel.tsx'
import { place, show } from '../place.ts'
import { block, pass } from '../respond/asking.ts'
import { Stopped } from '../respond/stopped.tsx'
import { SearchField } from '../search-field.tsx'
import { Failed, Skeleton } from '../states.tsx'
import { helping } from '../surface.ts'
import { useKeys } from '../use-keys.ts'
import { approve, type ListName, list, listName, load, offFor, passes, reload, sortOf, whyNoList } from './desk.ts'
import { Author, StateTag, Until, Value } from './looks.tsx'
import { NewBlock } from './new-block.tsx'
import { BlockPanel } from './panel.tsx'
import { Passlist, PassPanel } from './passlist.tsx'

/** Enforcers ask every few seconds, and nobody tells of that: between two looks at how far they are, ms. */
const pace = 5_000

const columns: readonly Column<ListedBlock>[] = [
  { id: 'value', head: 'Address or user', width: 'minmax(160px, 1fr)', sorts: true, cell: row => <Value row={row} /> },
  { id: 'state', head: 'State', width: '144px', cell: row => <StateTag row={row} landing={row.landing} /> },
  { id: 'until', head: 'Until', width: '160px', sorts: true, cell: row => <Until row={row} /> },
  {
    id: 'proof',
    head: 'Enforcers',
    width: '136px',
    cell: row => <ProofSummary row={row} proof={row.proof} />,
  },
  {
    id: 'reason',
    head: 'Reason',
    width: 'minmax(140px, 1fr)',
    cell: ({ reason }) => <Visible class="cut dim" title={reason} text={reason} />,
  },
  { id: 'by', head: 'By', width: '140px', cell: row => <Author row={row} /> },
  {
    id: 'signal',
    head: 'Signal',
    width: '72px',
    cell: ({ signal }) => signal !== null && <a href={`#/signals?signal=${encodeURIComponent(signal)}`}>Open</a>,
  },
  {
    id: 'created_at',
    head: 'Since',
    width: '108px',
    sorts: true,
    cell: ({ created }) => (
      <span class="weak nowrap">
        <Ago time={created} sentence />
      </span>
    ),
  },
]
const tabs = [
  { id: 'current', label: 'Denylist' },
  { id: 'ended', label: 'Ended' },
  { id: 'passlist', label: 'Passlist' },
] as const

/** What is blocked, by whom, until when, and whether it landed; and who never is. */
export function DenylistPage() {
  const search = useRef<HTMLInputElement>(null)
  const [adding, setAdding] = useState(false)
  const asked = place.value.with
  const name = listName()
  const sort = sortOf(asked)
  useEffect(() => {
    const timer = setTimeout(() => void load(), list.value.peek() || passes.value.peek() ? 150 : 0)
    return () => clearTimeout(timer)
  }, [name, asked['search'], sort, whyNoList()])
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && name !== 'passlist' && reload(), pace)
    const stop = onPush(push => push.type === 'blockNews' && reload())
    return () => {
      clearInterval(timer)
      stop()
    }
  }, [name])
  const off = whyNoBlock()
  const add = () => {
    if (off !== undefined) return
    if (name === 'passlist') pass({ addresses: [], trusted: false })
    else setAdding(true)
  }
  useKeys({ '/': () => search.current?.select(), n: add })
  const found = list.value.value
  return (
    <>
      <header class="top">
        <SearchField field={search} label="Search" hint={hints[name]} most={512} />
        <Button icon={name === 'passlist' ? ShieldCheck : Plus} kind="primary" off={off} onClick={add}>
          {name === 'passlist' ? 'Add to the passlist…' : 'New block…'}
        </Button>
        <IconButton label="All keys (?)" icon={Keyboard} onClick={() => (helping.value = true)} />
      </header>
      <main class="results whole">
        <div class="bar row">
          <h1 class="sr">Denylist</h1>
          <Tabs
            label="Lists"
            tabs={tabs}
            chosen={name}
            onTab={id => show({ list: id === 'current' ? undefined : id, entry: undefined, pass: undefined, sort: undefined }, true)}
          />
          <span class="end" />
          {name !== 'passlist' && <Count />}
          <IconButton label="Ask again" icon={RefreshCw} small onClick={reload} />
        </div>
        <div class="under-tabs" {...panelOf(name)}>
          {name === 'passlist' ? (
            <Passlist />
          ) : (
            <>
              <Stopped by={found?.byRules} />
              {found && found.total > 0 && (
                <Grid
                  label={name === 'ended' ? 'Ended' : 'Denylist'}
                  brief={[
                    ['value', 'state'],
                    ['reason', 'until'],
                  ]}
                  columns={
                    name === 'ended'
                      ? columns.map(column => ({ ...column, sorts: false, ...(column.id === 'until' && { head: 'Ended' }) }))
                      : columns
                  }
                  rows={found.rows}
                  sort={name === 'ended' ? '' : sort}
                  onSort={next => show({ sort: next })}
                  open={asked['entry']}
                  onOpen={({ id }) => show({ entry: id }, asked['entry'] === undefined)}
                  onSight={list.want}
                  faint={({ state }) => state === 'waiting'}
                  act={{
                    b: ({ kind, value, state }) => state !== 'ended' && block({ targets: [{ kind, value }] }),
                    a: row => row.state === 'waiting' && offFor(row.id) === undefined && void approve(row),
                  }}
                />
              )}
              {found?.total === 0 && <Nothing ended={name === 'ended'} words={asked['search'] ?? ''} />}
              {!found && <Waiting />}
            </>
          )}
        </div>
      </main>
      {adding && <NewBlock onClose={() => setAdding(false)} />}
      {name === 'passlist' && asked['pass'] && <PassPanel key={asked['pass']} id={asked['pass']} />}
      {name !== 'passlist' && asked['entry'] && <BlockPanel key={asked['entry']} id={asked['entry']} />}
    </>
  )
}

const hints: Record<ListName, string> = {
  current: 'Find by value or reason',
  ended: 'Find by value',
  passlist: 'Find by address, owner or reason',
}

function Waiting() {
  const barred = whyNoList()
  if (barred !== undefined)
    return (
      <div class="middle">
        <p class="dim">{barred}</p>
      </div>
    )
  const failure = list.failure.value
  return failure ? <Failed error={failure.error} onRetry={() => void load()} /> : <Skeleton />
}

function Count() {
  const found = list.value.value
  return (
    found && (
      <span class="weak nowrap" role="status">
        {found.total.toLocaleString('en')} {found.total === 1 ? 'entry' : 'entries'}
      </span>
    )
  )
}

const Nothing = ({ ended, words }: { ended: boolean; words: string }) => (
  <div class="middle">
    <h2>{words ? 'Nothing matches' : ended ? 'Nothing has ended yet' : 'Nothing is blocked'}</h2>
    {!words && !ended && <p class="dim">Press B on a signal to block whom it comes from, or N here.</p>}
  </div>
)
