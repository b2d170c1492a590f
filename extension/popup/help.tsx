import { X } from 'lucide'
import { useEffect, useRef } from 'preact/hooks'
import { IconButton } from '../ui/button.tsx'
import { Caps, KeyList } from '../ui/key-list.tsx'

/** The line at the bottom: the keys that matter now. */
export const Footer = ({ keys }: { keys: [keys: string, does: string][] }) => (
  <footer>
    {keys.map(([key, does]) => (
      <span key={key}>
        <Caps keys={key} /> {does}
      </span>
    ))}
  </footer>
)

/** All keys. The focus goes in, and back to where it was. */
export function Help({ onClose }: { onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={onClose}>
      <div class="row">
        <h2 id="help-title">Keys</h2>
        <span class="end" />
        <IconButton label="Close (Esc)" icon={X} onClick={() => dialog.current?.close()} />
      </div>
      <KeyList />
      <p class="weak">Letters do nothing while you type. They can be switched off in the options.</p>
    </dialog>
  )
}
