import { Ban, Columns3, X } from 'lucide'
import { Button, IconButton } from '../../ui/button.tsx'
import { whyNoBlock } from '../../ui/may.ts'
import { block } from '../respond/asking.ts'
import { useKeys } from '../use-keys.ts'
import { comparing, mostCompared, picked } from './desk.ts'

/** What can be done with the addresses that are selected. */
export function Bulk() {
  const all = [...picked.value.keys()]
  const clear = () => (picked.value = new Map())
  useKeys({ Escape: clear })
  return (
    <section class="bulk" aria-label="What to do with those selected">
      <div class="row" role="toolbar" aria-label="Actions">
        <strong class="nowrap" role="status">
          {all.length.toLocaleString('en')} selected
        </strong>
        <span class="rule" />
        <Button
          kind="quiet"
          small
          icon={Columns3}
          off={all.length > mostCompared ? `${mostCompared} can be compared at once` : undefined}
          onClick={() => (comparing.value = all)}
        >
          Compare
        </Button>
        <Button
          kind="quiet"
          small
          icon={Ban}
          keys="B"
          off={whyNoBlock()}
          onClick={() => block({ targets: all.map(value => ({ kind: 'ip', value })), done: clear })}
        >
          Block…
        </Button>
        <span class="rule" />
        <IconButton label="Clear the selection (Esc)" icon={X} small onClick={clear} />
      </div>
    </section>
  )
}
