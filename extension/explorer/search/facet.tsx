import { Ban, ChevronDown, ChevronRight, PinOff } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { ask, isFailure } from '../../relay.ts'
import type { Count } from '../../search-messages.ts'
import { IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { memo } from '../../ui/memo.ts'
import { Visible, withUnseen } from '../../ui/visible.tsx'
import { type Asked, freed } from './tree.ts'
import type { Surface } from './types.ts'

/** How the values of a facet are shown. */
export interface FacetLook {
  /** Values that have an order of their own; else those found most come first. */
  order?: readonly string[]
  draw?(value: string): ComponentChildren
}

/** Values shown of a facet before "more", and then at a time. */
const first = 6
const many = 100

/** The values of a facet. One that the query asks about counts its other values without that, so that they can be chosen too. */
function useValues(surface: Surface, path: string, isAsked: boolean, prefix: string): { values: readonly Count[]; cut: boolean } {
  const found = surface.counted.value
  const [own, setOwn] = useState<{ values: Count[]; cut: boolean }>()
  const needsOwn = isAsked || prefix !== ''
  useEffect(() => {
    let gone = false
    if (!needsOwn || !found) return setOwn(undefined)
    const query = freed(surface.query.peek(), path)
    void ask('facetValues', { track: surface.track, query, from: found.span.from, to: found.span.to, path, prefix, limit: many }).then(
      answer => {
        if (!gone && !isFailure(answer)) setOwn(answer)
      },
    )
    return () => {
      gone = true
    }
  }, [found, needsOwn, prefix])
  return (needsOwn ? own : undefined) ?? { values: found?.facets[path] ?? [], cut: found?.cut.includes(path) ?? false }
}

interface FacetProps {
  surface: Surface
  path: string
  title: string
  look: FacetLook | undefined
  asked: Asked
  onUnpin(path: string): void
}
/** Drawn again only when what the query asks of it changes, or other values are counted. */
export const Facet = memo(
  DrawnFacet,
  (a: FacetProps, b: FacetProps) => a.look === b.look && JSON.stringify(a.asked) === JSON.stringify(b.asked),
)
function DrawnFacet(props: FacetProps) {
  const { surface, path, title, look = {}, asked, onUnpin } = props
  const [open, setOpen] = useState(true)
  const [all, setAll] = useState(false)
  const [prefix, setPrefix] = useState('')
  const { values, cut } = useValues(surface, path, asked.only.length + asked.not.length > 0, prefix)
  const known = new Set(values.map(({ value }) => value))
  const unseen = [...asked.only, ...asked.not].filter(value => !known.has(value)).map(value => ({ value, count: 0 }))
  const placeOf = ({ value }: Count) => (look.order && look.order.indexOf(value) >= 0 ? look.order.indexOf(value) : many)
  const ordered = look.order ? [...values].sort((a, b) => placeOf(a) - placeOf(b)) : values
  const rows = [...ordered.filter(({ value }, i) => all || i < first || asked.only.includes(value) || asked.not.includes(value)), ...unseen]
  // the values of one that the query asks about are more than what is found
  const total = Math.max(surface.counted.value?.total ?? 0, ...values.map(({ count }) => count))
  return (
    <section aria-label={title}>
      <h2 class="row">
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} title={path}>
          <Icon of={open ? ChevronDown : ChevronRight} small />
          <Visible class="cut" text={title} />
          {rows.length === 0 && surface.counted.value && <span class="weak">none</span>}
        </button>
        <IconButton label={`Unpin ${title}`} icon={PinOff} small onClick={() => onUnpin(path)} />
      </h2>
      {open && rows.length + prefix.length > 0 && (
        <ul>
          {all && (
            <li>
              <input
                class="field"
                aria-label={`Find a value of ${title}`}
                placeholder="Begins with"
                value={prefix}
                onInput={event => setPrefix(event.currentTarget.value)}
              />
            </li>
          )}
          {rows.map(({ value, count }) => (
            <Value key={value} surface={surface} path={path} value={value} count={count} total={total} asked={asked} draw={look.draw} />
          ))}
          {values.length > first && (
            <li>
              <button type="button" class="btn quiet small" onClick={() => setAll(!all)}>
                {all ? 'Fewer' : `${values.length - first} more`}
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

function Value(props: {
  surface: Surface
  path: string
  value: string
  count: number
  total: number
  asked: Asked
  draw: FacetLook['draw']
}) {
  const { surface, path, value, count, total, asked, draw } = props
  const chosen = asked.only.includes(value)
  const not = asked.not.includes(value)
  return (
    <li class={not ? 'not' : ''}>
      <label>
        <input type="checkbox" checked={chosen} onChange={() => surface.narrow(path, value, chosen || not ? 'clear' : 'filter')} />
        <bdi class="cut" title={value}>
          {draw?.(value) ?? withUnseen(value || 'empty')}
        </bdi>
      </label>
      <IconButton
        label={`Exclude ${value}`}
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
        <span class="count" style={{ '--share': total === 0 ? 0 : Math.min(1, count / total) }}>
          {count.toLocaleString('en')}
        </span>
      )}
    </li>
  )
}
