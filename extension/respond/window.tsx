import { useMemo } from 'preact/hooks'
import { ask } from '../relay.ts'
import { Barred, Unpaired } from '../ui/connection.tsx'
import { follow, status } from '../ui/live.ts'
import { whyNoBlock } from '../ui/may.ts'
import { createToasts, ToastHost } from '../ui/toast.tsx'
import { readHash } from './asked.ts'
import { BlockForm } from './block-form.tsx'
import { createBlocking, titleOf } from './blocking.ts'

const toasts = createToasts()

/** The dialog in a window of our own, where no page can draw, read or click: opened from the card and the popup. */
export function Window() {
  const model = useMemo(() => {
    follow()
    // the window is used again for the next
    addEventListener('hashchange', () => location.reload())
    return createBlocking({ ask, toasts, about: readHash(location.hash) })
  }, [])
  const now = status.value
  const state = now?.connection.state
  if (now && state === 'unpaired')
    return (
      <main class="apart">
        <Unpaired status={now} />
      </main>
    )
  if (now && (state === 'foreign' || state === 'version'))
    return (
      <main class="apart">
        <Barred status={now} />
      </main>
    )
  const { targets, signal } = model.about
  return (
    <>
      <header>
        <h1>{titleOf(targets)}</h1>
        {signal !== undefined && (
          <a href={`/explorer.html#/signals?signal=${encodeURIComponent(signal)}`} target="_blank" rel="noopener">
            The signal that it is because of
          </a>
        )}
      </header>
      <main>
        {targets.length === 0 ? (
          <p class="dim">There is nothing to block here.</p>
        ) : (
          // asked once the connection is known, and again when it is back
          state === 'live' && (
            <BlockForm
              model={model}
              ask={ask}
              off={whyNoBlock()}
              me={now?.connection.state === 'live' ? now.connection.user.uuid : ''}
              back="Close"
              onBack={() => window.close()}
            />
          )
        )}
        {targets.length > 0 && state !== 'live' && <p class="dim">{state === 'away' ? 'The daemon does not answer.' : 'Connecting'}</p>}
      </main>
      <ToastHost toasts={toasts} />
    </>
  )
}
