import { CircleCheck, CircleHelp, TriangleAlert } from 'lucide'
import type { BlockPreview } from '../respond-messages.ts'
import { Icon } from '../ui/icon.tsx'

interface Enforcer {
  name: string
  type: string
  stale: boolean
  /** What of it is not held, or perhaps not, by why. */
  not: Map<string, string[]>
  unsure: boolean
}

/** What each enforcer would hold of all that is chosen. */
function together(previews: readonly BlockPreview[]): Enforcer[] {
  const found = new Map<string, Enforcer>()
  for (const { value, enforcers } of previews)
    for (const { name, type, holds, stale, hint } of enforcers) {
      const key = `${name} ${type}`
      const one = found.get(key) ?? { name, type, stale, not: new Map(), unsure: false }
      if (holds !== 'yes' || hint !== '') one.not.set(hint, [...(one.not.get(hint) ?? []), value])
      found.set(key, { ...one, unsure: one.unsure || holds === 'uncertain' })
    }
  return [...found.values()]
}

/** Where it is enforced, and by whom it cannot be. */
export function Enforcers({ previews }: { previews: readonly BlockPreview[] }) {
  if (previews.length === 0) return null
  const all = together(previews)
  return (
    <section aria-label="Where">
      <span class="eyebrow">Where</span>
      {all.length === 0 && (
        <p class="dim">
          No enforcer asks for the denylist yet: nothing is kept out until one does.{' '}
          <a href="/explorer.html#/settings?part=enforcers" target="_blank" rel="noopener">
            Set one up
          </a>
        </p>
      )}
      <ul class="enforcers">
        {all.map(({ name, type, stale, not, unsure }) => {
          const isFine = not.size === 0 && !stale
          return (
            <li key={`${name} ${type}`} class={isFine ? '' : 'cannot'}>
              <Icon of={isFine ? CircleCheck : unsure ? CircleHelp : TriangleAlert} small />
              <span>{name}</span>
              {type !== '' && <span class="weak">{type}</span>}
              {stale && not.size === 0 && <span class="dim">It has not asked for a while: it may be down.</span>}
              {[...not].map(([hint, values]) => (
                <span class="dim" key={hint}>
                  {previews.length > 1 && values.length < previews.length ? `${values.join(', ')}: ` : ''}
                  {hint}
                </span>
              ))}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
