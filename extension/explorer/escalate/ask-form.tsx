import type { IconNode } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Failure } from '../../messages.ts'
import { Button } from '../../ui/button.tsx'
import { Trouble } from '../states.tsx'

/** A form whose answer may be a refusal: that is said, and what was typed stays. `off` says what is missing yet. */
export function AskForm(props: {
  word: string
  icon?: IconNode
  off: string | undefined
  onSend(): Promise<Failure | undefined>
  onBack(): void
  children: ComponentChildren
}) {
  const { word, icon, onSend, onBack, children } = props
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState('')
  const off = busy ? 'Pending: sent, not answered yet' : props.off
  async function send() {
    if (off !== undefined) return
    setBusy(true)
    const failure = await onSend()
    setBusy(false)
    setWhy(failure?.error ?? '')
  }
  return (
    <form
      class="form"
      onSubmit={event => {
        event.preventDefault()
        void send()
      }}
    >
      {children}
      {why !== '' && <Trouble text={why} />}
      <div class="row foot">
        <Button type="submit" kind="primary" {...(icon && { icon })} off={off}>
          {word}
        </Button>
        <Button kind="quiet" onClick={onBack}>
          Cancel
        </Button>
      </div>
    </form>
  )
}

/** What a case or an incident is to be called. */
export const TitleField = ({ title, onChange }: { title: string; onChange(title: string): void }) => (
  <label class="labelled">
    <span class="eyebrow">Title</span>
    <input class="field" required maxLength={512} autocomplete="off" value={title} onInput={event => onChange(event.currentTarget.value)} />
  </label>
)
