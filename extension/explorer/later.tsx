import { signal } from '@preact/signals'
import type { FunctionComponent } from 'preact'
import { Failed } from './states.tsx'

/** A component that is loaded when it is drawn first. */
export function later(load: () => Promise<FunctionComponent>): FunctionComponent {
  const loaded = signal<{ Component: FunctionComponent } | 'failed' | undefined>(undefined)
  let asked = false
  const ask = () => {
    asked = true
    load().then(
      Component => (loaded.value = { Component }),
      () => (loaded.value = 'failed'),
    )
  }
  return function Later() {
    if (!asked) ask()
    const now = loaded.value
    // Signalbox was updated under the open page, and the file went with the version before
    if (now === 'failed') return <Failed error="This section could not be loaded. Load the page anew." onRetry={() => location.reload()} />
    return now ? <now.Component /> : null
  }
}
