import { Search } from 'lucide'
import type { RefObject } from 'preact'
import { Icon } from '../ui/icon.tsx'
import { place, show } from './place.ts'

/** The search of a section that has a list of its own: what is typed stands in the URL. */
export function SearchField(props: {
  field: RefObject<HTMLInputElement | null>
  label: string
  hint: string
  most: number
  isWrong?: boolean
}) {
  const { field, label, hint, most, isWrong } = props
  return (
    <label class="query">
      <Icon of={Search} />
      <span class="sr">{label}</span>
      <input
        ref={field}
        type="search"
        spellcheck={false}
        placeholder={hint}
        maxLength={most}
        {...(isWrong !== undefined && { 'aria-invalid': isWrong })}
        value={place.value.with['search'] ?? ''}
        onInput={event => show({ search: event.currentTarget.value })}
        onKeyDown={event => {
          if (event.key !== 'Escape' && (event.key !== 'Enter' || event.isComposing)) return
          event.preventDefault()
          event.currentTarget.blur()
        }}
      />
      <kbd>/</kbd>
    </label>
  )
}
