import type { IconNode } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Button } from '../../ui/button.tsx'

/** Asked a second time, for what cannot be undone. */
export function Sure(props: {
  icon: IconNode
  word: string
  back: string
  onYes(): Promise<void>
  onNo(): void
  children: ComponentChildren
}) {
  const { icon, word, back, onYes, onNo, children } = props
  const [busy, setBusy] = useState(false)
  const yes = async () => {
    setBusy(true)
    await onYes()
    setBusy(false)
  }
  return (
    <div class="notice critical gap">
      <div>
        {children}
        <div class="row gap">
          <Button small icon={icon} kind="danger" autofocus off={busy ? 'Asking the daemon' : undefined} onClick={yes}>
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
