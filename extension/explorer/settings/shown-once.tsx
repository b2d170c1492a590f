import { Check, Copy, TriangleAlert } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Labelled } from '../labelled.tsx'

/** A key as it was made: whoever closes without it is asked once more. `warned`: they have been. */
export function ShownOnce(props: {
  secret: string
  says: string
  warned: boolean
  onCopied(): void
  onDone(): void
  /** What stands beside Done. */
  beside?: ComponentChildren
  children?: ComponentChildren
}) {
  const { secret, says, warned, onCopied, onDone, beside, children } = props
  const [copied, setCopied] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.select(), [])
  async function copy() {
    await navigator.clipboard.writeText(secret)
    setCopied(true)
    onCopied()
  }
  return (
    <section>
      <p class="notice medium">
        <Icon of={TriangleAlert} />
        <span>
          <strong>Copy it now.</strong> Only its hash is kept: it is not shown again.
        </span>
      </p>
      <Labelled label="The key" says={says} problem={undefined}>
        {attributes => (
          <div class="row">
            <input
              {...attributes}
              ref={field}
              class="field mono"
              readOnly
              value={secret}
              onFocus={event => event.currentTarget.select()}
              onCopy={onCopied}
            />
            <Button icon={copied ? Check : Copy} onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          </div>
        )}
      </Labelled>
      {children}
      {warned && (
        <p class="bad" role="alert">
          You have not copied it yet. Close once more and it is gone.
        </p>
      )}
      <div class="row foot">
        <Button kind="primary" icon={Check} onClick={onDone}>
          Done
        </Button>
        {beside}
      </div>
    </section>
  )
}
