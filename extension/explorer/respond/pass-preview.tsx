import { ShieldAlert } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { ask, isFailure } from '../../relay.ts'
import type { PassForm, PassPreview } from '../../respond-messages.ts'
import { Icon } from '../../ui/icon.tsx'
import { Visible } from '../../ui/visible.tsx'

type Looked = { preview: PassPreview | undefined; failure: string; off: string | undefined; confirm: string[] }
/** Between the last key and the question what it would come to, ms. */
const pause = 300
const shown = 5

/** What sparing some addresses would come to, asked for whenever they change, and what has to be typed for it. */
export function usePassPreview(form: PassForm | undefined, id: string | undefined, typed: Readonly<Record<string, string>>): Looked {
  const key = form && JSON.stringify([form.addresses, form.trusted])
  const [found, setFound] = useState<{ key: string; preview?: PassPreview; failure: string }>()
  useEffect(() => {
    if (!form || !key) return
    let isLatest = true
    const look = async () => {
      // what nobody has written yet does not matter to what would be lifted
      const written = { ...form, description: form.description || 'preview' }
      const answer = await ask('previewPass', { form: written, ...(id !== undefined && { id }) })
      if (isLatest) setFound(isFailure(answer) ? { key, failure: answer.error } : { key, preview: answer, failure: '' })
    }
    const timer = setTimeout(() => void look(), pause)
    return () => {
      isLatest = false
      clearTimeout(timer)
    }
  }, [key, id])
  const { preview, failure = '' } = found && found.key === key ? found : {}
  const confirm = preview?.objections.map(({ value }) => value) ?? []
  const lacking = confirm.find(value => typed[value]?.trim() !== value)
  const off = lacking !== undefined ? `Type ${lacking} to spare all of it` : preview || failure ? undefined : 'Looking what it would lift'
  return { preview, failure, off, confirm }
}

/** What would end, in whole, and what would go unseen; and the ranges that have to be typed. */
export function PassConsequences(props: {
  looked: Looked
  typed: Readonly<Record<string, string>>
  onType(range: string, text: string): void
}) {
  const { looked, typed, onType } = props
  const { preview, failure } = looked
  if (!preview) return <p class="weak">{failure === '' ? 'Looking what it would lift…' : `What it would lift is not known: ${failure}`}</p>
  const { lifted, liftedCount, logs, objections } = preview
  const more = liftedCount > shown ? ` and ${(liftedCount - shown).toLocaleString('en')} more` : ''
  return (
    <section class="guard" aria-label="What it comes to">
      <p role="status">
        {liftedCount === 0 ? (
          'No block ends.'
        ) : (
          <>
            <strong>{liftedCount === 1 ? '1 block ends' : `${liftedCount.toLocaleString('en')} blocks end`}</strong>, as a whole:{' '}
            <Visible
              class="mono"
              text={lifted
                .slice(0, shown)
                .map(({ value }) => value)
                .join(', ')}
            />
            {more}.
          </>
        )}
        {logs !== null &&
          ` ${logs === 0 ? 'No log of the last 24 hours is of it.' : `${logs === 1 ? '1 log' : `${logs.toLocaleString('en')} logs`} of the last 24 hours would have made no signals.`}`}
      </p>
      {objections.map(({ value, message }) => (
        <div key={value} class="notice critical" role="alert">
          <Icon of={ShieldAlert} />
          <div class="guard">
            <p>{message}. Type it again to spare all of it.</p>
            <input
              class="field mono"
              aria-label={`Type ${value} to spare all of it`}
              placeholder={`Type ${value} to spare all of it`}
              maxLength={1024}
              autocomplete="off"
              spellcheck={false}
              value={typed[value] ?? ''}
              onInput={event => onType(value, event.currentTarget.value)}
            />
          </div>
        </div>
      ))}
    </section>
  )
}
