import type { IconNode } from 'lucide'
import type { ButtonHTMLAttributes, ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'

interface Look {
  kind?: 'primary' | 'danger' | 'quiet'
  small?: boolean
  icon?: IconNode
  /** Why it cannot be pressed now, in words. It stays focusable, so that the reason can be read. */
  off?: string | undefined
}
type Rest = Omit<ButtonHTMLAttributes, 'icon' | 'label' | 'class'>

const look = ({ kind = undefined, small = false }: Look, more = '') => `btn ${kind ?? ''} ${small ? 'small' : ''} ${more}`

/** Attributes of a control that says why it is off instead of vanishing. */
const pressable = (off: string | undefined, onClick: Rest['onClick']): Rest =>
  off === undefined ? { onClick } : { 'aria-disabled': true, title: off, onClick: event => event.preventDefault() }

/** A button with its word; `keys` is its key, shown and announced. `onClick` gets the event, for those who must know that it is trusted. */
export function Button(props: Look & Rest & { keys?: string; class?: string; children: ComponentChildren }) {
  const { kind, small, icon, off, keys, children, onClick, class: more, ...rest } = props
  return (
    <button
      type="button"
      class={look({ ...(kind && { kind }), small: small ?? false }, more)}
      aria-keyshortcuts={keys}
      {...rest}
      {...pressable(off, onClick)}
    >
      {icon && <Icon of={icon} small />}
      {children}
      {keys && (
        <span aria-hidden="true">
          <kbd>{keys}</kbd>
        </span>
      )}
    </button>
  )
}

/** A button that is only a picture; `label` is its name and its tooltip. */
export function IconButton(props: Look & Rest & { icon: IconNode; label: string }) {
  const { kind = 'quiet', small = false, icon, off, label, onClick, ...rest } = props
  return (
    <button type="button" class={look({ kind, small }, 'square')} aria-label={label} title={label} {...rest} {...pressable(off, onClick)}>
      <Icon of={icon} />
    </button>
  )
}
