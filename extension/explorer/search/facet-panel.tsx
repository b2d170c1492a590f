import { Pin } from 'lucide'
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { FacetPath } from '../../../shared/facet.ts'
import type { Query } from '../../../shared/query/ast.ts'
import { parse } from '../../../shared/query/parse.ts'
import { Button } from '../../ui/button.tsx'
import { Visible } from '../../ui/visible.tsx'
import { show } from '../place.ts'
import { Facet, type FacetLook } from './facet.tsx'
import { faultOf } from './fault.ts'
import { printList } from './list.ts'
import { pathsOf } from './path-field.tsx'
import { type Asked, askedOf } from './tree.ts'
import type { Surface } from './types.ts'

const none: Asked = { only: [], not: [] }
/** Paths offered beside the pinned facets. */
const most = 8

/** What the search can be narrowed by, with counts under the present query. A press edits the query, whose text is the only state. */
export function FacetPanel(props: {
  surface: Surface
  titles: Readonly<Record<string, string>>
  looks: Readonly<Record<string, FacetLook>>
  open: boolean
}) {
  const { surface, titles, looks, open } = props
  const [wanted, setWanted] = useState('')
  const [paths, setPaths] = useState<readonly FacetPath[]>([])
  const query = surface.query.value
  const tree = useMemo<Query | undefined>(() => (faultOf(query) ? undefined : parse(query)), [query])
  const words = wanted.trim().toLowerCase()
  const isSearching = words !== ''
  useEffect(() => {
    if (isSearching) void pathsOf(surface).then(setPaths)
  }, [isSearching])
  const pinned = surface.facets.value
  const has = (path: string) => `${titles[path] ?? ''} ${path}`.toLowerCase().includes(words)
  const found = pinned.filter(has)
  const others = isSearching ? paths.filter(({ path }) => !pinned.includes(path) && has(path)).slice(0, most) : []
  const pin = (path: string) => show({ facets: printList([...pinned, path]) })
  const unpin = (path: string) => show({ facets: printList(surface.facets.peek().filter(one => one !== path)) })
  return (
    <aside class={`facets ${open ? 'open' : ''}`} aria-label="Facets">
      <div class="find">
        <input
          class="field"
          aria-label="Find a facet"
          placeholder="Find a facet"
          spellcheck={false}
          value={wanted}
          onInput={event => setWanted(event.currentTarget.value)}
          onKeyDown={event => event.key === 'Escape' && event.currentTarget.blur()}
        />
      </div>
      {found.map(path => (
        <Facet
          key={path}
          surface={surface}
          path={path}
          title={titles[path] ?? path}
          look={looks[path]}
          asked={tree ? askedOf(tree, path) : none}
          onUnpin={unpin}
        />
      ))}
      {others.length > 0 && (
        <section aria-label="Other attributes">
          <h2 class="eyebrow">Other attributes</h2>
          <ul>
            {others.map(({ path, count }) => (
              <li key={path}>
                <Button
                  small
                  kind="quiet"
                  icon={Pin}
                  onClick={() => {
                    pin(path)
                    setWanted('')
                  }}
                >
                  <Visible class="cut" text={path} />
                </Button>
                <span class="count-plain">{count.toLocaleString('en')}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {isSearching && found.length + others.length === 0 && <p class="weak none">No attribute has this in its name.</p>}
      {!isSearching && surface.facetsChanged.value && (
        <Button small kind="quiet" class="reset" onClick={() => show({ facets: undefined })}>
          Facets as they were
        </Button>
      )}
    </aside>
  )
}
