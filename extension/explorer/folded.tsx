import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Button } from '../ui/button.tsx'

/** Of what is longer than twenty lines, or as many as are named, the first are shown, and the rest when somebody asks for it. Nothing in it takes the focus. */
export function Folded({ what, lines, children }: { what: string; lines?: number; children: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null)
  const all = useRef<HTMLDivElement>(null)
  const [isLong, setLong] = useState(false)
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  useLayoutEffect(() => {
    if (isOpen) return
    // another width makes other lines of the same words
    const look = () => setLong(all.current!.offsetHeight > box.current!.clientHeight)
    const observer = new ResizeObserver(look)
    observer.observe(all.current!)
    return () => observer.disconnect()
  }, [isOpen])
  const fold = () => {
    setOpen(!isOpen)
    if (isOpen) box.current!.scrollIntoView({ block: 'nearest' })
  }
  return (
    <>
      <div
        ref={box}
        id={id}
        class={isOpen ? 'folded open' : isLong ? 'folded long' : 'folded'}
        style={lines === undefined ? undefined : { '--lines': lines }}
      >
        <div ref={all}>{children}</div>
      </div>
      {isLong && (
        <Button small kind="quiet" aria-expanded={isOpen} aria-controls={id} onClick={fold}>
          {isOpen ? 'Show less' : 'Show all'}
          <span class="sr"> of {what}</span>
        </Button>
      )}
    </>
  )
}
