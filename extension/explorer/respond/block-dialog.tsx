import { useMemo } from 'preact/hooks'
import { ask } from '../../relay.ts'
import { BlockForm } from '../../respond/block-form.tsx'
import { createBlocking, titleOf } from '../../respond/blocking.ts'
import { whyNoBlock } from '../../ui/may.ts'
import { Modal } from '../../ui/modal.tsx'
import { Visible } from '../../ui/visible.tsx'
import { me } from '../signals/desk.ts'
import { toasts } from '../surface.ts'
import { type BlockAsked, blocking } from './asking.ts'

export function BlockDialog() {
  const asked = blocking.value
  return asked && <Dialog key={JSON.stringify(asked.targets)} asked={asked} />
}

function Dialog({ asked }: { asked: BlockAsked }) {
  const close = () => (blocking.value = null)
  const model = useMemo(
    () =>
      createBlocking({
        ...{ ask, toasts },
        about: { targets: asked.targets, ...(asked.signal !== undefined && { signal: asked.signal }) },
        reason: asked.reason ?? '',
        done() {
          close()
          asked.done?.()
        },
      }),
    [],
  )
  return (
    <Modal label={titleOf(asked.targets)} onClose={close}>
      {asked.from && (
        <p class="dim">
          From the signal “
          <Visible text={asked.from} />
          ”.
        </p>
      )}
      <BlockForm model={model} ask={ask} off={whyNoBlock()} me={me()} back="Cancel" onBack={close} />
    </Modal>
  )
}
