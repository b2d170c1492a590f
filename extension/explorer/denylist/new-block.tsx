import { useState } from 'preact/hooks'
import type { BlockKind } from '../../../shared/denylist.ts'
import { Modal } from '../../ui/modal.tsx'
import { AskForm } from '../escalate/ask-form.tsx'
import { Labelled } from '../labelled.tsx'
import { block } from '../respond/asking.ts'

const most = 100

/** Whom to block, typed or pasted; the dialog that blocks comes next. */
export function NewBlock({ onClose }: { onClose(): void }) {
  const [kind, setKind] = useState<BlockKind>('ip')
  const [text, setText] = useState('')
  const values = [...new Set(text.split(kind === 'ip' ? /[\s,]+/ : /\n/).map(value => value.trim()))].filter(Boolean)
  return (
    <Modal label="New block" onClose={onClose}>
      <AskForm
        word="Next"
        off={values.length === 0 ? 'Name somebody first' : values.length > most ? `${most} at once are the most` : undefined}
        onSend={async () => {
          onClose()
          block({ targets: values.map(value => ({ kind, value })) })
          return undefined
        }}
        onBack={onClose}
      >
        <fieldset class="choices">
          <legend class="eyebrow">What it is</legend>
          {(['ip', 'user'] as const).map(one => (
            <label key={one}>
              <input type="radio" name="kind" checked={kind === one} onChange={() => setKind(one)} />
              {one === 'ip' ? 'Addresses and ranges' : 'Users'}
            </label>
          ))}
        </fieldset>
        <Labelled
          label={kind === 'ip' ? 'Addresses and ranges' : 'Users'}
          says={
            kind === 'ip' ? 'One a line, or between spaces: 203.0.113.7, 198.51.100.0/24, 2001:db8::/64.' : 'One a line, as logs name them.'
          }
          problem={undefined}
        >
          {attributes => (
            <textarea
              {...attributes}
              class="field mono"
              rows={4}
              spellcheck={false}
              maxLength={60_000}
              value={text}
              onInput={event => setText(event.currentTarget.value)}
            />
          )}
        </Labelled>
      </AskForm>
    </Modal>
  )
}
