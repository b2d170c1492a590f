import { useComputed } from '@preact/signals'
import { Keyboard, ListFilter, RefreshCw } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { FoundRow } from '../../search-messages.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import type { Choice } from '../../ui/menu.tsx'
import { place } from '../place.ts'
import { searches } from '../searches.ts'
import { helping } from '../surface.ts'
import { useKeys } from '../use-keys.ts'
import { ColumnsMenu } from './columns-menu.tsx'
import type { FacetLook } from './facet.tsx'
import { FacetPanel } from './facet-panel.tsx'
import { Histogram } from './histogram.tsx'
import { useOpened } from './opened.ts'
import { QueryBar } from './query-bar.tsx'
import { mostRows } from './rows.ts'
import { ShareMenu } from './share-menu.tsx'
import { Blank, Busy, Lost, News, useLate } from './states.tsx'
import { createSurface } from './surface.ts'
import { Table } from './table.tsx'
import { TimeMenu } from './time-menu.tsx'
import type { Brief, Column, Defaults, Surface } from './types.ts'
import { MissingView, ViewsMenu } from './views-menu.tsx'
import { lookOf } from './visuals/asked.ts'
import { VisualMenu } from './visuals/controls.tsx'
import { Chart } from './visuals/visual.tsx'

/** Rows of a search that takes so long fade: they are not its answer. ms */
const fadesAfter = 200

export interface SearchProps {
  /** The section's name in the URL. */
  section: keyof typeof searches
  label: string
  noun: [one: string, many: string]
  /** All that can be shown beside attributes by their paths. */
  columns: readonly Column[]
  /** How the values of some facets are drawn. */
  looks?: Readonly<Record<string, FacetLook>>
  brief: Brief
  panel(row: FoundRow, surface: Surface): ComponentChildren
  /** Rows can be selected; what this draws floats over the table while some are. */
  bulk?(surface: Surface): ComponentChildren
  /** Keys that act on the current row. */
  act?(surface: Surface): Record<string, (row: FoundRow) => unknown>
  /** What the menu of a row's cells offers beside their values. */
  rowMenu?(row: FoundRow): Choice[]
  /** What else stands in the bar over the table. */
  tools?(surface: Surface): ComponentChildren
  /** Said where nothing is found and nothing narrows it. */
  nothing: string
}

/** A section that searches a track: query, time, histogram, facets and table, and a panel of one row. */
export function Search(props: SearchProps) {
  const { section, label, noun, columns, brief, looks = {}, panel, bulk, act, rowMenu, tools, nothing } = props
  const defaults: Defaults = searches[section]
  const input = useRef<HTMLInputElement>(null)
  const surface = useMemo(() => createSurface(section, columns, defaults), [])
  useEffect(() => surface.dispose, [])
  /** Where there is no room for the facets beside the list. */
  const [facetsOpen, setFacetsOpen] = useState(false)
  useKeys({
    '/': () => input.current?.select(),
    f: () => {
      if (matchMedia('(width < 900px)').matches) setFacetsOpen(true)
      // before the next key, and after what opens is drawn
      queueMicrotask(() => document.querySelector<HTMLElement>('.facets .find input')?.focus())
    },
    Escape: () => {
      // an open panel lies over all this and goes first
      if (place.value.with['row'] !== undefined) return false
      if (facetsOpen) setFacetsOpen(false)
      else if (surface.selected.value.size > 0) surface.selected.value = new Map()
      else return false
      return true
    },
  })
  const keys = useMemo(() => act?.(surface) ?? {}, [])
  const isTimed = useComputed(() => place.value.with['timeline'] !== 'off').value
  return (
    <>
      <header class="top">
        <ViewsMenu surface={surface} />
        <QueryBar surface={surface} input={input} label={`Search ${noun[1]}`} placeholder={`Search, such as ${defaults.such}`} keys="/" />
        <Time surface={surface} />
        <ShareMenu surface={surface} />
        <IconButton label="All keys (?)" icon={Keyboard} onClick={() => (helping.value = true)} />
      </header>
      <FacetPanel surface={surface} titles={defaults.facets} looks={looks} open={facetsOpen} />
      <Results surface={surface} isTimed={isTimed}>
        {isTimed && <Histogram surface={surface} noun={noun} />}
        <div class="bar row">
          <Button
            small
            kind="quiet"
            icon={ListFilter}
            class="facet-toggle"
            aria-expanded={facetsOpen}
            onClick={() => setFacetsOpen(!facetsOpen)}
          >
            Facets
          </Button>
          <Count surface={surface} label={label} noun={noun} />
          <News surface={surface} />
          <Busy surface={surface} />
          <span class="end" />
          {tools?.(surface)}
          <Visual surface={surface} />
          <ColumnsMenu surface={surface} all={columns} />
          <IconButton label="Ask again" icon={RefreshCw} small onClick={() => void surface.refresh()} />
        </div>
        <div class="listing">
          <div>
            <MissingView surface={surface} />
            <Lost surface={surface} />
          </div>
          <Found surface={surface}>
            <Table surface={surface} label={label} brief={brief} selects={bulk !== undefined} act={keys} rowMenu={rowMenu} />
          </Found>
          <Blank surface={surface} noun={noun[1]} nothing={nothing} />
        </div>
        {bulk && <Selected surface={surface}>{bulk}</Selected>}
      </Results>
      <Opened surface={surface}>{panel}</Opened>
    </>
  )
}

// Each of these is drawn again by itself when what it shows changes: a section as a whole is drawn once.

interface Part<Children = ComponentChildren> {
  surface: Surface
  children: Children
}
function Results({ surface, isTimed, children }: Part & { isTimed: boolean }) {
  const loading = surface.loading.value
  // to fade at once costs more than most searches
  const slow = useLate(loading, fadesAfter)
  return <main class={`results search ${loading ? 'busy' : ''} ${slow ? 'slow' : ''} ${isTimed ? '' : 'untimed'}`}>{children}</main>
}

const Time = ({ surface }: { surface: Surface }) => <TimeMenu range={surface.range.value} onChange={surface.setRange} />

const Visual = ({ surface }: { surface: Surface }) => <VisualMenu surface={surface} look={lookOf(surface.track, surface.facets.value[0])} />

function Count({ surface, label, noun }: { surface: Surface; label: string; noun: SearchProps['noun'] }) {
  const found = surface.found.value
  const counted = surface.counted.value
  const total = (counted?.at === found?.at ? counted?.total : found?.total) ?? 0
  return (
    <>
      <h1 aria-live="polite">{found ? `${total.toLocaleString('en')} ${total === 1 ? noun[0] : noun[1]}` : label}</h1>
      {found && total > mostRows && (
        <span
          class="dim"
          title="No list in a browser is longer. Narrow the time or the query to reach the rest; counts, charts and exports are of all."
        >
          the first {mostRows.toLocaleString('en')} listed
        </span>
      )}
      {found && <span class="weak took">{found.took} ms</span>}
    </>
  )
}

/** What was found as it is to be looked at: `children` is the list. */
function Found({ surface, children }: Part) {
  const isAny = useComputed(() => (surface.found.value?.total ?? 0) > 0).value
  const wasAny = useRef(false)
  wasAny.current ||= isAny
  const look = lookOf(surface.track, surface.facets.value[0])
  if (look.visual === 'list') return wasAny.current ? children : null
  return isAny ? <Chart surface={surface} look={{ ...look, visual: look.visual }} /> : null
}

function Selected({ surface, children }: Part<(surface: Surface) => ComponentChildren>) {
  return surface.selected.value.size > 0 ? children(surface) : null
}

function Opened({ surface, children }: Part<SearchProps['panel']>) {
  const opened = useOpened(surface)
  return opened ? children(opened, surface) : null
}
