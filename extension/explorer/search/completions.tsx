import { QueryText } from '../../ui/query-text.tsx'
import { Visible } from '../../ui/visible.tsx'
import type { Offer } from './suggest.ts'

/** What could be written at the caret, below the query bar. The focus stays in the text. */
export function Completions({ id, offer, onTake }: { id: string; offer: Offer; onTake(index: number): void }) {
  const { place, choices, at } = offer
  return (
    <div class="menu completions">
      <p class="eyebrow">{place === undefined ? 'Searched before' : place.kind === 'key' ? 'Fields' : `Values of ${place.path}`}</p>
      <div role="listbox" id={id} aria-label="Completions">
        {choices.map(({ text, count }, i) => (
          <div key={text} id={`completion-${i}`} {...optionOf(i === at, () => onTake(i))}>
            {place === undefined ? <QueryText text={text} /> : <Visible class="cut mono" text={text || 'empty'} />}
            {count !== undefined && <span class="count-plain">{count.toLocaleString('en')}</span>}
          </div>
        ))}
      </div>
    </div>
  )
}
const optionOf = (chosen: boolean, take: () => void) =>
  ({
    role: 'option',
    'aria-selected': chosen,
    tabIndex: -1,
    // a press must not take the focus from the text
    onMouseDown(event: MouseEvent) {
      event.preventDefault()
      take()
    },
  }) as const
