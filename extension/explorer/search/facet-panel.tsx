import { Ban, ChevronDown, ChevronRight } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { parse } from '../../../shared/query/parse.ts'
import { IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { type Asked, askedOf } from './tree.ts'
import type { Surface } from './types.ts'

export interface FacetLook {
  title: string
  draw?(value: string): ComponentChildren
}

/** Values shown of a facet before "more". */
const first = 6

/** What the search can be narrowed by, with counts under the present query. A press edits the query. */
export function FacetPanel({ surface, looks }: { surface: Surface; looks: Readonly<Record<string, FacetLook>> }) {
  const [wanted, setWanted] = useState('')
  const query = surface.query.value
  const tree = useMemo(() => {
    try {
      return parse(query)
    } catch {
      return undefined
    }
  }, [query])
  const words = wanted.toLowerCase()
  const paths = surface.facets.value.filter(path => `${looks[path]?.title ?? ''} ${path}`.toLowerCase().includes(words))
  return (
    <aside class="facets" aria-label="Facets">
      <div class="find">
        <input
          class="field"
          aria-label="Find a facet"
          placeholder="Find a facet"
          value={wanted}
          onInput={event => setWanted(event.currentTarget.value)}
        />
      </div>
      {paths.map(path => (
        <Facet key={path} surface={surface} path={path} look={looks[path] ?? { title: path }} asked={tree ? askedOf(tree, path) : none} />
      ))}
    </aside>
  )
}
const none: Asked = { only: [], not: [] }

function Facet({ surface, path, look, asked }: { surface: Surface; path: string; look: FacetLook; asked: Asked }) {
  const [open, setOpen] = useState(true)
  const [all, setAll] = useState(false)
  const found = surface.found.value
  const counts = found?.facets[path] ?? []
  const known = new Set(counts.map(({ value }) => value))
  const extra = [...asked.only, ...asked.not].filter(value => !known.has(value)).map(value => ({ value, count: 0 }))
  const rows = [...counts.filter(({ value }, i) => all || i < first || asked.only.includes(value)), ...extra]
  const cut = found?.cut.includes(path) ?? false
  return (
    <section aria-label={look.title}>
      <h2>
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} title={path}>
          <Icon of={open ? ChevronDown : ChevronRight} small />
          {look.title}
        </button>
      </h2>
      {open && (
        <ul>
          {rows.map(({ value, count }) => {
            const chosen = asked.only.includes(value)
            const not = asked.not.includes(value)
            return (
              <li key={value} class={not ? 'not' : ''}>
                <label>
                  <input
                    type="checkbox"
                    checked={chosen}
                    onChange={() => surface.narrow(path, value, chosen || not ? 'clear' : 'filter')}
                  />
                  <bdi class="cut" title={value}>
                    {look.draw?.(value) ?? (value || 'empty')}
                  </bdi>
                </label>
                <IconButton
                  label={not ? `Do not exclude ${value}` : `Exclude ${value}`}
                  icon={Ban}
                  small
                  aria-pressed={not}
                  onClick={() => surface.narrow(path, value, not ? 'clear' : 'exclude')}
                />
                {not ? (
                  <span class="tag">
                    <Icon of={Ban} />
                    not
                  </span>
                ) : (
                  <span class="count" style={{ '--share': found && found.total > 0 ? count / found.total : 0 }}>
                    {count.toLocaleString('en')}
                  </span>
                )}
              </li>
            )
          })}
          {rows.length === 0 && <li class="weak">No values here</li>}
          {counts.length > first && (
            <li>
              <button type="button" class="btn quiet small" onClick={() => setAll(!all)}>
                {all ? 'Fewer' : `${counts.length - first} more`}
              </button>
            </li>
          )}
          {cut && (
            <li class="weak" title="There are more values than are counted or shown. Narrow the query to see the rest.">
              Cut: there are more
            </li>
          )}
        </ul>
      )}
    </section>
  )
}
