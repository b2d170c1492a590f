import type { IconNode } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Button } from '../ui/button.tsx'
import { useKeys } from './use-keys.ts'

/** Asked a second time, for what cannot be undone: Escape and the button that has the focus leave all as it is. */
export function Sure(props: { icon: IconNode; word: string; back: string; onYes(): unknown; onNo(): void; children: ComponentChildren }) {
  const { icon, word, back, onYes, onNo, children } = props
  const [busy, setBusy] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const opener = document.activeElement
    box.current!.querySelector<HTMLElement>('button.quiet')!.focus()
    const here = box.current!
    return () => here.contains(document.activeElement) && opener instanceof HTMLElement && opener.focus()
  }, [])
  // before the panel that it stands in closes
  useKeys({ Escape: onNo }, true)
  const yes = async () => {
    setBusy(true)
    await onYes()
    setBusy(false)
  }
  return (
    <div class="notice critical gap" ref={box}>
      <div>
        {children}
        <div class="row gap">
          <Button small icon={icon} kind="danger" off={busy ? 'Asking the daemon' : undefined} onClick={yes}>
            {word}
          </Button>
          <Button small kind="quiet" onClick={onNo}>
            {back}
          </Button>
        </div>
      </div>
    </div>
  )
}
