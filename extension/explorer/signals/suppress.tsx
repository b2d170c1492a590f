import { EyeOff } from 'lucide'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { ask, isFailure } from '../../relay.ts'
import type { Investigation, SuppressionPreview } from '../../signal-messages.ts'
import { Button } from '../../ui/button.tsx'
import { Ago } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { draftOf } from '../drafts.ts'
import { createLoad } from '../load.ts'
import { Trouble } from '../states.tsx'
import { toasts } from '../surface.ts'

const day = 86_400_000
const spans: readonly (readonly [label: string, days: number])[] = [
  ['7 days', 7],
  ['30 days', 30],
  ['90 days', 90],
  ['Without an end', 0],
]
/** After the last key, ms. */
const pause = 400

/** Hide signals like this one from now on. What it would have hidden in the last 30 days is shown before anything is made. */
export function SuppressForm(props: { signal: string; candidate: NonNullable<Investigation['candidate']>; onDone(): void }) {
  const { signal, candidate, onDone } = props
  const draft = draftOf(`signal:${signal}:suppression`, { hides: candidate.hides, reason: '', days: 30 })
  const { hides, reason, days } = draft.value
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState('')
  const preview = useMemo(() => createLoad('previewSuppression'), [])
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector('textarea')?.focus(), [])
  const wanted = { name: candidate.name, rules: candidate.rules, hides: hides.trim(), reason: reason.trim() }
  useEffect(() => {
    if (wanted.hides === '') return preview.clear()
    const timer = setTimeout(() => void preview.load({ ...wanted, reason: '' }), preview.value.peek() ? pause : 0)
    return () => clearTimeout(timer)
  }, [wanted.hides])
  const failure = preview.failure.value
  const off = busy
    ? 'Pending: sent, not answered yet'
    : wanted.hides === ''
      ? 'Say what it hides: without that it would hide everything of the rule'
      : failure
        ? 'Mend the query first'
        : wanted.reason === ''
          ? 'Say why first: somebody will ask in half a year'
          : undefined
  const done = () => {
    draft.drop()
    onDone()
  }
  async function suppress() {
    if (off !== undefined) return
    setBusy(true)
    const answer = await ask('suppress', { ...wanted, ...(days > 0 && { until: Date.now() + days * day }) })
    setBusy(false)
    if (isFailure(answer)) return setWhy(answer.error)
    toasts.show({ icon: EyeOff, text: `Suppressed: ${wanted.name}` })
    done()
  }
  return (
    <form
      ref={form}
      class="form suppress"
      aria-label="Suppress signals like this one"
      onSubmit={event => {
        event.preventDefault()
        void suppress()
      }}
      onKeyDown={event => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onDone()
      }}
    >
      <label class="labelled">
        <span class="eyebrow">Hides signals of its rule where</span>
        <textarea
          class="field mono"
          rows={2}
          spellcheck={false}
          maxLength={8192}
          value={hides}
          onInput={event => draft.change({ hides: event.currentTarget.value })}
        />
      </label>
      <div aria-live="polite">{failure ? <Trouble text={failure.error} /> : <Preview preview={preview.value.value} />}</div>
      <label class="labelled">
        <span class="eyebrow">Why it is right to look away</span>
        <input
          class="field"
          maxLength={4096}
          autocomplete="off"
          placeholder="Such as: our own scanner, every night"
          value={reason}
          onInput={event => draft.change({ reason: event.currentTarget.value })}
        />
      </label>
      <fieldset class="choices">
        <legend class="eyebrow">For how long</legend>
        {spans.map(([label, span]) => (
          <label key={span}>
            <input type="radio" name="suppress-days" checked={span === days} onChange={() => draft.change({ days: span })} />
            {label}
          </label>
        ))}
      </fieldset>
      {why !== '' && <Trouble text={why} />}
      <div class="row">
        <Button type="submit" kind="primary" icon={EyeOff} off={off}>
          Suppress
        </Button>
        <Button kind="quiet" onClick={done}>
          Keep them
        </Button>
      </div>
    </form>
  )
}

function Preview({ preview }: { preview: SuppressionPreview | null }) {
  if (!preview) return <p class="dim">Looking at the last 30 days</p>
  const { signals, estimated, cut, latest } = preview
  return (
    <>
      <p>
        In the last 30 days it would have hidden{' '}
        <strong>
          {(estimated || cut) && 'about '}
          {signals.toLocaleString('en')} {signals === 1 ? 'signal' : 'signals'}
        </strong>
        . Those that are there stay.
      </p>
      <ul class="lines">
        {latest.map(({ id, title, time }) => (
          <li key={id}>
            <div>
              <Visible text={title} />
            </div>
            <span class="weak nowrap">
              <Ago time={time} sentence />
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}
