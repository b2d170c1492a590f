import type { ComponentChildren } from 'preact'
import { capital } from '../ui/glyphs.tsx'

/** A headed box; its title is where the navigation leads. */
export const Section = ({ title, says, children }: { title: string; says?: string; children: ComponentChildren }) => (
  <section id={title.toLowerCase()} aria-labelledby={`${title}-title`}>
    <h2 id={`${title}-title`}>{title}</h2>
    {says && <p class="dim">{says}</p>}
    <div class="box">{children}</div>
  </section>
)

/** One setting: name, one sentence, control. */
export const Line = ({ label, says, children }: { label: ComponentChildren; says: ComponentChildren; children: ComponentChildren }) => (
  <div class="line row">
    <div>
      <strong>{label}</strong>
      <p class="dim">{says}</p>
    </div>
    <span class="end" />
    {children}
  </div>
)

/** One of a few words. */
export function Pick<T extends string>({ name, of, chosen, onPick }: { name: string; of: readonly T[]; chosen: T; onPick(to: T): void }) {
  return (
    <fieldset class="choices">
      <legend class="sr">{name}</legend>
      {of.map(value => (
        <label key={value}>
          <input type="radio" name={name} checked={value === chosen} onChange={() => onPick(value)} />
          {capital(value)}
        </label>
      ))}
    </fieldset>
  )
}
