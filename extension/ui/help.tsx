import { X } from 'lucide'
import { useEffect, useRef } from 'preact/hooks'
import { IconButton } from './button.tsx'
import { KeyList, type Keys } from './key-list.tsx'

/** All keys. The focus goes in, and back to where it was. */
export function Help({ keys, onClose }: { keys: Keys; onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={onClose}>
      <div class="row">
        <h2 id="help-title">Keys</h2>
        <span class="end" />
        <IconButton label="Close (Esc)" icon={X} onClick={() => dialog.current?.close()} />
      </div>
      <KeyList of={keys} />
      <p class="weak">Letters do nothing while you type. They can be switched off in the options.</p>
    </dialog>
  )
}
