import { Keyboard, ListFilter, RefreshCw } from 'lucide'
import type { ComponentChildren } from 'preact'
import { flushSync } from 'preact/compat'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { FoundRow, Track } from '../../search-messages.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import type { Choice } from '../../ui/menu.tsx'
import { place } from '../place.ts'
import { helping } from '../surface.ts'
import { useKeys } from '../use-keys.ts'
import { ColumnsMenu } from './columns-menu.tsx'
import type { FacetLook } from './facet.tsx'
import { FacetPanel } from './facet-panel.tsx'
import { Histogram } from './histogram.tsx'
import { useOpened } from './opened.ts'
import { QueryBar } from './query-bar.tsx'
import { ShareMenu } from './share-menu.tsx'
import { Blank, Busy, Lost, News } from './states.tsx'
import { createSurface } from './surface.ts'
import { Table } from './table.tsx'
import { TimeMenu } from './time-menu.tsx'
import type { Column, Defaults, Surface } from './types.ts'
import { ViewsMenu } from './views-menu.tsx'
import { lookOf } from './visuals/asked.ts'
import { VisualMenu } from './visuals/controls.tsx'
import { Chart } from './visuals/visual.tsx'

export interface SearchProps {
  track: Track
  /** The section's name in the URL. */
  section: string
  label: string
  noun: [one: string, many: string]
  /** All that can be shown beside attributes by their paths. */
  columns: readonly Column[]
  defaults: Defaults
  /** How facets are called, and their values drawn. */
  facets: Readonly<Record<string, FacetLook>>
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
  const { track, section, label, noun, columns, defaults, facets, panel, bulk, act, rowMenu, tools, nothing } = props
  const input = useRef<HTMLInputElement>(null)
  const surface = useMemo(() => createSurface(track, section, columns, defaults), [])
  useEffect(() => surface.dispose, [])
  /** Where there is no room for the facets beside the list. */
  const [facetsOpen, setFacetsOpen] = useState(false)
  useKeys({
    '/': () => input.current?.select(),
    f: () => {
      if (matchMedia('(width < 900px)').matches) flushSync(() => setFacetsOpen(true))
      document.querySelector<HTMLElement>('.facets .find input')?.focus()
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
  const found = surface.found.value
  const opened = useOpened(surface)
  const total = found?.total ?? 0
  const look = lookOf(surface.facets.value[0])
  return (
    <>
      <header class="top">
        <ViewsMenu surface={surface} />
        <QueryBar surface={surface} input={input} label={`Search ${noun[1]}`} keys="/" />
        <TimeMenu range={surface.range.value} onChange={surface.setRange} />
        <ShareMenu surface={surface} />
        <IconButton label="All keys (?)" icon={Keyboard} onClick={() => (helping.value = true)} />
      </header>
      <FacetPanel surface={surface} looks={facets} open={facetsOpen} />
      <main class={`results search ${surface.loading.value ? 'busy' : ''}`}>
        <Histogram surface={surface} noun={noun} />
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
          <h1 aria-live="polite">{found ? `${total.toLocaleString('en')} ${total === 1 ? noun[0] : noun[1]}` : label}</h1>
          {found && <span class="weak">{found.took} ms</span>}
          <News surface={surface} />
          <Busy surface={surface} />
          <span class="end" />
          {tools?.(surface)}
          <VisualMenu surface={surface} look={look} />
          <ColumnsMenu surface={surface} all={columns} />
          <IconButton label="Ask again" icon={RefreshCw} small onClick={() => void surface.refresh()} />
        </div>
        <div class="listing">
          <Lost surface={surface} />
          {found && total > 0 && look.visual !== 'list' && <Chart surface={surface} look={{ ...look, visual: look.visual }} />}
          {found && total > 0 && look.visual === 'list' && (
            <Table surface={surface} label={label} selects={bulk !== undefined} act={act?.(surface) ?? {}} rowMenu={rowMenu} />
          )}
          <Blank surface={surface} noun={noun[1]} nothing={nothing} />
        </div>
        {bulk && surface.selected.value.size > 0 && bulk(surface)}
      </main>
      {opened && panel(opened, surface)}
    </>
  )
}
