import type { ComponentChildren } from 'preact'
import { withCodes } from '../../shared/unseen.ts'
import { attack } from '../ui/story.ts'
import { Visible } from '../ui/visible.tsx'

/** Tags below each other's heading, as a rule and a signal have them; `none` is said where there are none. */
export function Tags({ tags, none }: { tags: readonly string[]; none?: ComponentChildren }) {
  if (tags.length === 0 && none === undefined) return null
  return (
    <section>
      <h3>Tags</h3>
      <p class="tags">
        {tags.map(tag => (
          <Visible class="tag plain" key={tag} text={tag} />
        ))}
        {tags.length === 0 && none}
      </p>
    </section>
  )
}

/** Where something stands in ATT&CK; nothing where that is not said. */
export function Attack({ tags }: { tags: readonly string[] }) {
  if (tags.length === 0) return null
  return (
    <section>
      <h3>ATT&CK</h3>
      <p class="tags">
        {tags.map(tag => (
          <Visible class="tag plain" key={tag} title={withCodes(tag)} text={attack(tag)} />
        ))}
      </p>
    </section>
  )
}
