import { ExternalLink } from 'lucide'
import { whyWithheld } from '../../shared/pivot.ts'
import type { OfferedPivot } from '../pivot-messages.ts'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

/**
 * Links from a value to sites that may know more of it. With `open` each is a button, for where a page could find a link; else it is one. Those
 * that would tell others of one's own network are named with the reason.
 */
export function Pivots<T extends OfferedPivot & { href?: string | null }>(props: {
  links: readonly T[]
  open?(link: T, event: Event): void
}) {
  const { links, open } = props
  if (links.length === 0) return null
  const withheld = links.filter(({ own }) => own !== null)
  const offered = links.filter(({ own }) => own === null)
  return (
    <section class="pivots">
      <h3>Elsewhere</h3>
      {offered.length > 0 && (
        <ul class="row wrap">
          {offered.map(link => (
            <li key={link.name}>
              {open ? (
                <Button small icon={ExternalLink} title={`Opens ${link.host} in a tab`} onClick={event => open(link, event)}>
                  {link.name}
                </Button>
              ) : (
                <a class="btn small" href={link.href!} target="_blank" rel="noopener noreferrer" title={`Opens ${link.host} in a tab`}>
                  <Icon of={ExternalLink} small />
                  {link.name}
                </a>
              )}
            </li>
          ))}
        </ul>
      )}
      {withheld.length > 0 && (
        <p class="weak">
          {whyWithheld(withheld[0]!.own!)}: {withheld.map(({ name }) => name).join(', ')}.
        </p>
      )}
    </section>
  )
}
