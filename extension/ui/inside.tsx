import type { Inside as Facts } from '../said.ts'
import { VerdictTag } from './facts.tsx'
import { Visible } from './visible.tsx'

// What is known of parts of a block or a range, in words that never say it of all of it.

const listed = ({ count, more }: Facts) => `${more ? 'more than ' : ''}${count.toLocaleString('en')} listed`
/** `3 listed inside`; nothing where there is none. */
export const insideWords = (inside: Facts): string => (inside.count === 0 ? '' : `${listed(inside)} inside`)

/** The first of them. */
export function Inside({ inside }: { inside: Facts }) {
  const { count, more, first } = inside
  const rest = count - first.length
  return (
    <section>
      <h3>
        Inside{' '}
        <span class="weak">
          {count > 0 ? `${listed(inside)}, not all of it` : more ? 'nothing listed in what was looked at' : 'nothing listed'}
        </span>
      </h3>
      {count > 0 && (
        <ul class="feeds">
          {first.map(({ value, kind, verdict }) => (
            <li class="row" key={value}>
              <Visible class="mono" text={value} />
              {kind === 'blocked' && <VerdictTag kind="blocked" />}
              {kind === 'signal' && <span class="tag plain">In an open signal</span>}
              {verdict && <VerdictTag kind={verdict} />}
              {kind === 'match' && !verdict && <span class="tag plain">Flagged by a rule</span>}
            </li>
          ))}
          {rest > 0 && (
            <li class="weak">
              {more ? 'more than ' : ''}
              {rest.toLocaleString('en')} more
            </li>
          )}
        </ul>
      )}
    </section>
  )
}
