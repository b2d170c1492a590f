import { useComputed, useSignal } from '@preact/signals'
import { ExternalLink } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useEffect, useErrorBoundary, useMemo, useRef } from 'preact/hooks'
import type { Connection } from '../messages.ts'
import { Away, Barred, ReadOnly, Standing, Unpaired, wordsOf } from '../ui/connection.tsx'
import { Help } from '../ui/help.tsx'
import { Icon, Logo } from '../ui/icon.tsx'
import { follow, status } from '../ui/live.ts'
import { granted, whyNever } from '../ui/may.ts'
import { isReadOnly } from '../ui/off.ts'
import { SilentEnforcers } from '../ui/silent.tsx'
import { ToastHost } from '../ui/toast.tsx'
import { UnmadeChanges } from '../ui/unmade.tsx'
import { explorerKeys } from './key-list.ts'
import { later } from './later.tsx'
import { printPlace } from './link.ts'
import { watchHands } from './panel.tsx'
import { followAddress, go, place } from './place.ts'
import { RespondDialogs } from './respond/dialogs.tsx'
import { searches } from './searches.ts'
import { type Section, sections } from './sections.ts'
import { Failed } from './states.tsx'
import { helping, toasts } from './surface.ts'
import { useKeys } from './use-keys.ts'
import { tellWhole } from './whole.ts'

/** Beside whatever page is open, where there is little room. */
const isBeside = location.pathname === '/sidepanel.html'
/** After G a section's letter goes there, for so long: ms. */
const patience = 1_500

function Rail({ connection, current }: { connection: Connection | undefined; current: string }) {
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
          <span class="word">{label}</span>
        </a>
      ))}
      {isBeside && (
        <a
          href={`/explorer.html${location.hash}`}
          target="_blank"
          title="Open in a tab"
          onClick={event => (event.currentTarget.href = `/explorer.html${location.hash}`)}
          rel="noopener"
        >
          <Icon of={ExternalLink} />
          <span class="word">Open in a tab</span>
        </a>
      )}
      <span class="row conn" role="status" title={wordsOf(connection)}>
        <Standing of={connection} />
        <span class="word">{wordsOf(connection)}</span>
      </span>
    </nav>
  )
}

export function App() {
  useMemo(() => {
    followAddress()
    watchHands()
    tellWhole()
    follow()
  }, [])
  const went = useRef(0)
  // another query is the section's own affair
  const section = useComputed(() => place.value.section).value
  const current = sections.find(({ id }) => id === section)
  useEffect(() => {
    if (!current) {
      if (location.hash.length > 2) toasts.fail('There is no such place in Signalbox: these are the signals.')
      go({ section: sections[0]!.id, with: {} }, false)
    } else document.title = `${current.label} · Signalbox`
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
      <Rail connection={now?.connection} current={section} />
      <Body state={state} current={current} />
      <RespondDialogs />
      <Reading />
      <ToastHost toasts={toasts} />
      {helping.value && <Help keys={explorerKeys} onClose={() => (helping.value = false)} />}
    </>
  )
}

const EvidenceDialog = later(async () => (await import('./evidence/dialog.tsx')).EvidenceDialog)
/** Evidence lies over whatever section is open. */
function Reading() {
  const isOpen = useComputed(() => place.value.with['evidence'] !== undefined).value
  return isOpen && status.value?.connection.state === 'live' ? <EvidenceDialog /> : null
}

function Body({ state, current }: { state: Connection['state']; current: Section | undefined }) {
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
  // what was asked for before anything was drawn is on its way already
  const isEarly = !now && current !== undefined && Object.hasOwn(searches, current.id)
  const isKnown = state === 'live' || answered.value !== null
  // what was read before it was taken away is shown no more
  const barred = isKnown ? current?.reads?.map(whyNever).find(why => why !== undefined) : undefined
  return (
    <div class="app">
      <div class="standing">
        {now?.connection.state === 'away' && <Away url={now.url} connection={now.connection} at={answered.value} />}
        <UnmadeChanges href={id => `#/signals?signal=${id}`} />
        {isReadOnly.value && <ReadOnly />}
        {granted.value.has('appsec_protect_read') && <SilentEnforcers live={state === 'live'} href="#/settings?part=enforcers" />}
      </div>
      {current && (isEarly || isKnown) && (
        <Drawn key={current.id} section={current}>
          {barred === undefined ? (
            <current.Page />
          ) : (
            <main class="apart">
              <Failed error={barred} />
            </main>
          )}
        </Drawn>
      )}
    </div>
  )
}

/** A section that cannot be drawn is said, and takes nothing with it. */
function Drawn({ section, children }: { section: Section; children: ComponentChildren }) {
  const [error, again] = useErrorBoundary(problem => console.error(problem))
  if (error === undefined) return <>{children}</>
  const anew = () => {
    go({ section: section.id, with: {} })
    again()
  }
  return <Failed error={`${section.label} could not be drawn as this link has it: ${String(error)}`} onRetry={anew} />
}
