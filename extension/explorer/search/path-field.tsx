import { useEffect, useId, useState } from 'preact/hooks'
import type { FacetPath } from '../../../shared/facet.ts'
import { ask, isFailure } from '../../relay.ts'
import type { QueryField } from './types.ts'

/** The paths that the present time range has values at, the most common first. */
export async function pathsOf(surface: QueryField, query = ''): Promise<FacetPath[]> {
  const span = surface.found.peek()?.span
  if (!span) return []
  const answer = await ask('facetPaths', { track: surface.track, query, ...span, prefix: '', limit: 1000 })
  return isFailure(answer) ? [] : answer.paths
}

/** A field for a path, which offers those that there are. */
export function PathField(props: { surface: QueryField; label: string; value: string; placeholder: string; onChange(path: string): void }) {
  const { surface, label, value, placeholder, onChange } = props
  const [paths, setPaths] = useState<readonly FacetPath[]>([])
  const id = useId()
  const span = surface.found.value?.span
  useEffect(() => void pathsOf(surface).then(setPaths), [span])
  return (
    <>
      <input
        class="field mono"
        aria-label={label}
        list={id}
        maxLength={512}
        spellcheck={false}
        placeholder={placeholder}
        value={value}
        onInput={event => onChange(event.currentTarget.value)}
      />
      <datalist id={id}>
        {paths.map(({ path, count }) => (
          <option key={path} value={path}>
            {count.toLocaleString('en')}
          </option>
        ))}
      </datalist>
    </>
  )
}
