import { ChevronDown } from 'lucide'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon } from '../../ui/icon.tsx'

/** What lies further below than the room under the last line, px. */
const room = 12
const isCut = ({ scrollHeight, scrollTop, clientHeight }: Element) => scrollHeight - scrollTop - clientHeight > room

/** Says that the card goes on below what is in sight, as long as it does: in a small frame that is most of it, and scroll bars may be hidden. */
export function More() {
  const sign = useRef<HTMLDivElement>(null)
  const [more, setMore] = useState(false)
  useEffect(() => {
    const card = sign.current!.parentElement!
    const look = () => setMore(isCut(card) || [...card.querySelectorAll('.body')].some(isCut))
    const resized = new ResizeObserver(look)
    const changed = new MutationObserver(look)
    resized.observe(card)
    changed.observe(card, { childList: true, subtree: true, characterData: true })
    card.addEventListener('scroll', look, { capture: true, passive: true })
    return () => {
      resized.disconnect()
      changed.disconnect()
      card.removeEventListener('scroll', look, true)
    }
  }, [])
  return (
    <div class="more" ref={sign} aria-hidden="true">
      {more && (
        <span class="tag plain">
          <Icon of={ChevronDown} />
          More below
        </span>
      )}
    </div>
  )
}
