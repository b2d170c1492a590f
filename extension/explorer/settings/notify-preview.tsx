import { useEffect, useMemo } from 'preact/hooks'
import type { NotifyForm } from '../../notify-messages.ts'
import { Severity } from '../../ui/glyphs.tsx'
import { createLoad } from '../load.ts'
import { barredFromReading } from './notify.ts'

/** How long nobody types before it is asked for, ms. */
const pause = 400
const few = 5

/** What a rule would have told of in the last 7 days, and what it says of the latest, as it is written. */
export function NotifyPreview({ form }: { form: NotifyForm }) {
  const preview = useMemo(() => createLoad('previewNotifyRule'), [])
  // it says the same whatever it is called, and whoever is told
  const asked = JSON.stringify({ ...form, name: 'Preview', targets: form.targets.length > 0 ? form.targets : ['@browser'] })
  useEffect(() => {
    if (barredFromReading() !== undefined) return
    const timer = setTimeout(() => void preview.load({ rule: JSON.parse(asked) as NotifyForm }), pause)
    return () => clearTimeout(timer)
  }, [asked])
  const failure = preview.failure.value
  const found = preview.value.value
  const [written] = found?.written ?? []
  return (
    <section aria-label="Preview" class={`preview ${preview.loading.value ? 'pending' : ''}`}>
      <span class="eyebrow">Preview</span>
      {failure ? (
        <p class="bad" role="alert">
          {failure.problems?.map(({ message }) => message).join('; ') || failure.error}
        </p>
      ) : (
        found && (
          <>
            <p role="status">
              {found.count === 0
                ? 'It would have told of no signal of the last 7 days.'
                : `It would have told of ${found.cut ? 'at least ' : ''}${found.count} signal${found.count === 1 ? '' : 's'} of the last 7 days.`}
            </p>
            {found.signals.length > 0 && (
              <ul class="found">
                {found.signals.slice(0, few).map(({ id, title, severity }) => (
                  <li key={id} class="row">
                    <Severity level={severity} bare />
                    <a class="cut" href={`#/signals?signal=${encodeURIComponent(id)}`}>
                      {title}
                    </a>
                  </li>
                ))}
                {found.count > few && <li class="weak">and {found.count - few} more</li>}
              </ul>
            )}
            {written && (
              <>
                <p class="weak">{found.madeUp ? 'With a signal that is made up it says:' : 'Of the latest it says:'}</p>
                <div class="message">
                  <strong>{written.title}</strong>
                  <p>{written.text}</p>
                </div>
              </>
            )}
          </>
        )
      )}
    </section>
  )
}
