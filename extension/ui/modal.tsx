import { X } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { IconButton } from './button.tsx'
import { firstField } from './first-field.ts'

/** A window over everything else. The focus goes into its first field, stays in it, and back to where it was; Esc closes it. */
export function Modal({ label, onClose, children }: { label: string; onClose(): void; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useLayoutEffect(() => {
    const opener = document.activeElement
    dialog.current?.showModal()
    firstField(dialog.current)?.focus()
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      class="modal"
      aria-labelledby={id}
      onClose={onClose}
      // what lies below has keys of its own
      onKeyDown={event => event.stopPropagation()}
    >
      <header class="row">
        <h2 id={id}>{label}</h2>
        <span class="end" />
        <IconButton label="Close (Esc)" icon={X} onClick={() => dialog.current?.close()} />
      </header>
      <div class="body">{children}</div>
    </dialog>
  )
}
