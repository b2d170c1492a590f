import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import type { Connection } from '../messages.ts'
import { Away, Barred, connectionWords, Unpaired } from '../ui/connection.tsx'
import { Dot } from '../ui/dot.tsx'
import { Help } from '../ui/help.tsx'
import { Icon, Logo } from '../ui/icon.tsx'
import { follow, status } from '../ui/live.ts'
import { ToastHost } from '../ui/toast.tsx'
import { explorerKeys } from './key-list.ts'
import { followAddress, go, place, printPlace } from './place.ts'
import { sections } from './sections.ts'
import { helping, toasts } from './surface.ts'
import { useKeys } from './use-keys.ts'

/** After G a section's letter goes there, for so long: ms. */
const patience = 1_500

function Rail({ connection, current }: { connection: Connection['state']; current: string }) {
  return (
    <nav class="rail" aria-label="Sections">
      <Logo />
      {sections.map(({ id, label, icon, key, last }) => (
        <a
          key={id}
          class={last ? 'last' : undefined}
          href={printPlace({ section: id, with: {} })}
          aria-current={id === current ? 'page' : undefined}
          title={`${label} (G ${key.toUpperCase()})`}
        >
          <Icon of={icon} />
          {label}
        </a>
      ))}
      <span class="row conn" role="status">
        <Dot of={connection} />
        {connectionWords[connection]}
      </span>
    </nav>
  )
}

export function App() {
  useMemo(() => {
    followAddress()
    follow()
  }, [])
  const went = useRef(0)
  // another query is the section's own affair
  const section = useComputed(() => place.value.section).value
  const current = sections.find(({ id }) => id === section)
  useEffect(() => {
    if (!current) go({ section: sections[0]!.id, with: {} }, false)
    else document.title = `${current.label} · Signalbox`
  }, [current])
  useKeys({
    '?': () => {
      helping.value = true
    },
    g() {
      went.current = Date.now()
    },
    u: toasts.undo,
  })
  // after G a letter is a section's, whatever it means to the list
  useKeys(
    Object.fromEntries(sections.map(({ id, key }) => [key, () => Date.now() - went.current < patience && go({ section: id, with: {} })])),
    true,
  )
  const now = status.value
  const state = now?.connection.state ?? 'connecting'
  return (
    <>
      <Rail connection={state} current={section} />
      <Body state={state} Page={current?.Page} />
      <ToastHost toasts={toasts} />
      {helping.value && <Help keys={explorerKeys} onClose={() => (helping.value = false)} />}
    </>
  )
}

function Body({ state, Page }: { state: Connection['state']; Page: (typeof sections)[number]['Page'] | undefined }) {
  // what was there stays while the daemon is away, dated and read only
  const answered = useSignal<number | null>(null)
  useEffect(() => {
    if (state === 'live') answered.value = Date.now()
  }, [state])
  const now = status.value
  if (now?.connection.state === 'unpaired')
    return (
      <main class="apart">
        <Unpaired status={now} />
      </main>
    )
  if (now?.connection.state === 'foreign' || now?.connection.state === 'version')
    return (
      <main class="apart">
        <Barred status={now} />
      </main>
    )
  return (
    <div class="app">
      {now?.connection.state === 'away' && (
        <div class="away">
          <Away connection={now.connection} at={answered.value} />
        </div>
      )}
      {Page && (state === 'live' || answered.value !== null) && <Page />}
    </div>
  )
}
