import { useEffect, useMemo, useState } from 'preact/hooks'
import type { MarkKind } from '../messages.ts'
import { rowHeights, themes } from '../settings.ts'
import { Logo } from '../ui/icon.tsx'
import { KeyList, popupKeys } from '../ui/key-list.tsx'
import { choose, follow, settings } from '../ui/live.ts'
import { Switch } from '../ui/switch.tsx'
import { ConnectionSection } from './connection.tsx'
import { NotificationsSection } from './notifications.tsx'
import { Line, Pick, Section } from './parts.tsx'
import { SitesSection } from './sites.tsx'

const titles = ['Connection', 'Sites', 'Marks', 'Notifications', 'Appearance', 'Keys'] as const

const marks: [MarkKind, word: string, says: string][] = [
  ['match', 'Match', 'in a feed as malicious, suspicious or anonymizer'],
  ['signal', 'Open signal', 'part of a signal that nobody has archived'],
  ['blocked', 'Blocked', 'on your denylist'],
  ['trusted', 'Trusted', 'on your trusted list or passlist'],
  ['unknown', 'Unknown', 'an address of which nothing is known'],
]

function MarksSection() {
  const { marks: on } = settings.value
  return (
    <Section
      title="Marks"
      says="The line under an address says what is known about it. Other values, such as domains and hashes, have one where a feed or an open signal names them."
    >
      <ul class="list">
        {marks.map(([kind, word, says]) => (
          <li class="row" key={kind}>
            <span class="sample">
              <span class={`mono mark ${kind}`}>203.0.113.9</span>
            </span>
            <span>
              <strong>{word}</strong> <span class="dim">{says}</span>
            </span>
            <span class="end" />
            <Switch label={`Mark: ${word}`} on={on[kind]} onTurn={to => choose({ marks: { ...on, [kind]: to } })} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

const AppearanceSection = () => (
  <Section title="Appearance">
    <Line label="Theme" says="The card on a page follows this too.">
      <Pick name="Theme" of={themes} chosen={settings.value.theme} onPick={theme => choose({ theme })} />
    </Line>
    <Line label="Row height" says="Of the list in the popup.">
      <Pick name="Row height" of={rowHeights} chosen={settings.value.rowHeight} onPick={rowHeight => choose({ rowHeight })} />
    </Line>
  </Section>
)

const KeysSection = () => (
  <Section title="Keys" says="One letter does the work. Never while you type.">
    <Line label="Letters act" says="Switched off, arrows, Enter and Esc still work.">
      <Switch label="Letters act" on={settings.value.keys} onTurn={keys => choose({ keys })} />
    </Line>
    <KeyList of={popupKeys} />
  </Section>
)

/** Which section is being read: the last whose head has passed the top third. */
function useCurrent(): string {
  const [current, setCurrent] = useState<string>(titles[0])
  useEffect(() => {
    const look = () => {
      const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2 && scrollY > 0
      const passed = titles.filter(
        title => (document.getElementById(title.toLowerCase())?.getBoundingClientRect().top ?? 0) < innerHeight / 3,
      )
      setCurrent((atEnd ? titles.at(-1) : passed.at(-1)) ?? titles[0])
    }
    addEventListener('scroll', look, { passive: true })
    return () => removeEventListener('scroll', look)
  }, [])
  return current
}

export function App() {
  useMemo(() => follow(), [])
  const current = useCurrent()
  return (
    <>
      <nav aria-label="Options">
        <div class="row">
          <Logo />
          Signalbox
        </div>
        {titles.map(title => (
          <a key={title} href={`#${title.toLowerCase()}`} aria-current={title === current ? 'true' : undefined}>
            {title}
          </a>
        ))}
      </nav>
      <main>
        <h1 class="sr">Options</h1>
        <ConnectionSection />
        <SitesSection />
        <MarksSection />
        <NotificationsSection />
        <AppearanceSection />
        <KeysSection />
      </main>
    </>
  )
}
