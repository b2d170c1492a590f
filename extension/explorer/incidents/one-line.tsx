import { useState } from 'preact/hooks'
import { Button } from '../../ui/button.tsx'
import { isFixed } from '../../ui/may.ts'
import type { Typed } from '../drafts.ts'

/** One line to be typed and sent. It stays where it was not taken; an answer in words says why. */
export function OneLine(props: {
  label: string
  word: string
  typed: Pick<Typed, 'text' | 'type' | 'sent'>
  off: string | undefined
  most: number
  onSave(text: string): Promise<boolean | string>
}) {
  const { label, word, typed, most, onSave } = props
  const { text } = typed
  const [why, setWhy] = useState('')
  const off = props.off ?? (text.trim() === '' ? 'Write something first' : undefined)
  const save = async () => {
    if (off !== undefined) return
    const saved = await onSave(text.trim())
    setWhy(typeof saved === 'string' ? saved : '')
    if (saved === true) typed.sent()
  }
  return (
    <>
      <form
        class="note row"
        onSubmit={event => {
          event.preventDefault()
          void save()
        }}
      >
        <input
          class="field"
          aria-label={label}
          placeholder={props.off ?? label}
          readOnly={isFixed(props.off, text)}
          maxLength={most}
          autocomplete="off"
          value={text}
          onInput={event => typed.type(event.currentTarget.value)}
          onKeyDown={event => {
            if (event.key !== 'Escape') return
            event.stopPropagation()
            event.currentTarget.blur()
          }}
        />
        <Button type="submit" small off={off}>
          {word}
        </Button>
      </form>
      {why !== '' && (
        <p class="bad" role="alert">
          {why}
        </p>
      )}
    </>
  )
}
