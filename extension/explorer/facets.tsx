import { ChevronDown, ChevronRight } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Icon } from '../ui/icon.tsx'

export interface FacetOf<N extends string> {
  name: N
  title: string
  counts: readonly { value: string; count: number }[]
  chosen: readonly string[]
  draw(value: string): ComponentChildren
}

/** Values shown of a facet before "more". */
const first = 8

/** What a list can be narrowed by, each value with its count. `total` is what a full bar stands for; undefined while nothing is counted yet. */
export function Facets<N extends string>({
  all,
  total,
  onChoose,
}: {
  all: readonly FacetOf<N>[]
  total: number | undefined
  onChoose(name: N, values: string[]): void
}) {
  return (
    <aside class="facets" aria-label="Facets">
      {all.map(facet => (
        <Facet key={facet.name} facet={facet} total={total} onChoose={values => onChoose(facet.name, values)} />
      ))}
    </aside>
  )
}

function Facet<N extends string>({
  facet,
  total,
  onChoose,
}: {
  facet: FacetOf<N>
  total: number | undefined
  onChoose(values: string[]): void
}) {
  const { title, counts, chosen, draw } = facet
  const [open, setOpen] = useState(true)
  const [more, setMore] = useState(false)
  const values = more ? counts : counts.filter(({ value }, at) => at < first || chosen.includes(value))
  return (
    <section aria-label={title}>
      <h2>
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon of={open ? ChevronDown : ChevronRight} small />
          {title}
          {counts.length === 0 && total !== undefined && <span class="weak">none</span>}
        </button>
      </h2>
      {open && (
        <ul>
          {values.map(({ value, count }) => (
            <li key={value}>
              <label>
                <input
                  type="checkbox"
                  checked={chosen.includes(value)}
                  onChange={() => onChoose(chosen.includes(value) ? chosen.filter(one => one !== value) : [...chosen, value])}
                />
                <span class="cut">{draw(value)}</span>
              </label>
              <span class="count" style={{ '--share': total ? count / total : 0 }}>
                {count.toLocaleString('en')}
              </span>
            </li>
          ))}
          {counts.length > values.length && (
            <li>
              <button type="button" class="btn quiet small" onClick={() => setMore(true)}>
                {counts.length - values.length} more
              </button>
            </li>
          )}
        </ul>
      )}
    </section>
  )
}
