import { ShieldCheck } from 'lucide'
import { useState } from 'preact/hooks'
import { normaliseBlocked } from '../../../shared/denylist.ts'
import { ask, isFailure } from '../../relay.ts'
import { readDuration } from '../../respond/duration.ts'
import type { PassForm, RespondProtocol } from '../../respond-messages.ts'
import { Modal } from '../../ui/modal.tsx'
import { now } from '../../ui/time.tsx'
import { saidUntil } from '../../ui/until.ts'
import { restore } from '../denylist/desk.ts'
import { AskForm } from '../escalate/ask-form.tsx'
import { Labelled } from '../labelled.tsx'
import { toasts } from '../surface.ts'
import { type PassAsked, passing } from './asking.ts'
import { PassConsequences, usePassPreview } from './pass-preview.tsx'

const spans = [
  ['1d', '1 day'],
  ['1w', '1 week'],
  ['30d', '30 days'],
  ['never', 'No end'],
] as const

export function PassDialog() {
  const asked = passing.value
  return asked && <Dialog key={asked.addresses.join(' ')} asked={asked} />
}

/** Who is never to be blocked, and why: with an end, so that nobody is spared for ever by mistake. */
function Dialog({ asked }: { asked: PassAsked }) {
  const [addresses, setAddresses] = useState(asked.addresses.join('\n'))
  const [trusted, setTrusted] = useState(asked.trusted)
  const [description, setDescription] = useState(asked.description ?? '')
  const [reason, setReason] = useState(asked.reason ?? '')
  const [span, setSpan] = useState<string>(asked.id === undefined ? '1w' : 'kept')
  const close = () => (passing.value = null)
  const written = addresses.split(/[\s,]+/).filter(Boolean)
  const wrong = written.filter(text => normaliseBlocked('ip', text) === undefined)
  const read = span === 'never' || span === 'kept' ? undefined : readDuration(span)
  const [typed, setTyped] = useState<Record<string, string>>({})
  const missing =
    written.length === 0
      ? 'Name an address first'
      : wrong.length > 0
        ? `${wrong[0]!.slice(0, 60)} is neither an address nor a range`
        : description.trim() === ''
          ? 'Say whose it is first'
          : read && 'wrong' in read
            ? read.wrong
            : undefined
  const form = (): PassForm => ({
    addresses: [...new Set(written.map(text => normaliseBlocked('ip', text)!))],
    ...{ trusted, description: description.trim(), reason: reason.trim() },
    until: span === 'kept' ? (asked.until ?? null) : read && 'ms' in read && read.ms !== null ? Date.now() + read.ms : null,
  })
  const canLook = written.length > 0 && wrong.length === 0 && !(read && 'wrong' in read)
  const looked = usePassPreview(canLook ? form() : undefined, asked.id, typed)
  const off = missing ?? looked.off
  async function send() {
    const before: PassForm = {
      ...{ addresses: asked.addresses, trusted: asked.trusted, description: asked.description ?? '' },
      ...{ reason: asked.reason ?? '', until: asked.until ?? null },
    }
    const answer = await (asked.id === undefined
      ? ask('addToPasslist', { form: form(), confirm: looked.confirm })
      : ask('changePass', { id: asked.id, before, form: form(), enabled: true, confirm: looked.confirm }))
    if (isFailure(answer)) return answer
    close()
    tell(answer, asked.id === undefined)
    return undefined
  }
  return (
    <Modal label={asked.id !== undefined ? 'Change who is let be' : trusted ? 'Declare trusted' : 'Add to the passlist'} onClose={close}>
      <AskForm
        word={asked.id !== undefined ? 'Save' : trusted ? 'Declare trusted' : 'Add to the passlist'}
        icon={ShieldCheck}
        off={off}
        onSend={send}
        onBack={close}
      >
        <fieldset class="choices">
          <legend class="eyebrow">What it is</legend>
          {[false, true].map(one => (
            <label key={String(one)}>
              <input type="radio" name="trusted" checked={trusted === one} onChange={() => setTrusted(one)} />
              {one ? 'Trusted, still watched' : 'Passlist, not watched'}
            </label>
          ))}
        </fieldset>
        <p class="weak">
          {trusted
            ? 'It still makes signals, and is never blocked: a scanner of ours, a partner.'
            : 'It is never blocked, and its logs make no signals: the office, a monitor.'}{' '}
          A block ends as a whole where one of its addresses is spared.
        </p>
        <Labelled label="Addresses and ranges" says="One a line." problem={undefined}>
          {attributes => (
            <textarea
              {...attributes}
              class="field mono"
              rows={Math.min(6, Math.max(2, written.length))}
              spellcheck={false}
              value={addresses}
              onInput={event => setAddresses(event.currentTarget.value)}
            />
          )}
        </Labelled>
        {canLook && <PassConsequences looked={looked} typed={typed} onType={(range, text) => setTyped({ ...typed, [range]: text })} />}
        <Line label="Whose it is" most={512} value={description} onChange={setDescription} />
        <Line label="Reason" most={4096} value={reason} onChange={setReason} />
        <fieldset class="choices">
          <legend class="eyebrow">For how long</legend>
          {(asked.id === undefined ? spans : ([['kept', `As it is: ${saidUntil(asked.until ?? null, now.value)}`], ...spans] as const)).map(
            ([value, word]) => (
              <label key={value}>
                <input type="radio" name="span" checked={span === value} onChange={() => setSpan(value)} />
                {word}
              </label>
            ),
          )}
        </fieldset>
      </AskForm>
    </Modal>
  )
}

const Line = ({ label, most, value, onChange }: { label: string; most: number; value: string; onChange(value: string): void }) => (
  <label class="labelled">
    <span class="eyebrow">{label}</span>
    <input class="field" maxLength={most} autocomplete="off" value={value} onInput={event => onChange(event.currentTarget.value)} />
  </label>
)

/** As many blocks as an undo brings back. */
const restored = 50
const many = (count: number, one: string, more: string) => (count === 1 ? one : `${count.toLocaleString('en')} ${more}`)

function tell({ row, lifted, liftedCount: count }: RespondProtocol['addToPasslist'][1], isNew: boolean) {
  const what = row.trusted ? 'trusted' : 'on the passlist'
  const canUndo = isNew && count <= restored
  const isFinal = isNew && !canUndo ? ', and an undo would not bring them back' : ''
  const blocks = count === 0 ? '' : `; ${many(count, `the block of ${lifted[0]?.value} was`, 'blocks were')} lifted${isFinal}`
  const undo = async () => {
    const answer = await ask('removePass', { id: row.id })
    if (isFailure(answer)) return toasts.fail(`Not undone: ${answer.error}`)
    let back = 0
    for (const { id, value } of lifted) {
      const was = await ask('denylistEntry', { id })
      const why = isFailure(was) ? was.error : await restore(was.row)
      if (why === undefined) back++
      else toasts.fail(`${value} not blocked again: ${why}`)
    }
    const again = back === 0 ? '' : `; ${many(back, `${lifted[0]?.value} is`, 'values are')} on the denylist again`
    toasts.show({ icon: ShieldCheck, text: `“${row.description}” is not ${what} any more${again}` })
  }
  toasts.show({
    icon: ShieldCheck,
    text: `“${row.description}” is ${what}${blocks}`,
    ...(canUndo && { action: { label: 'Undo', keys: 'U', run: () => void undo() } }),
  })
}
