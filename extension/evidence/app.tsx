import { CircleAlert, RefreshCw, WrapText } from 'lucide'
import { useMemo } from 'preact/hooks'
import type { Draft } from '../evidence-messages.ts'
import { Button } from '../ui/button.tsx'
import { Barred, Unpaired } from '../ui/connection.tsx'
import { Icon, Logo } from '../ui/icon.tsx'
import { follow, status } from '../ui/live.ts'
import { Visible } from '../ui/visible.tsx'
import { Words } from '../ui/words.tsx'
import { Addresses, Kept } from './about.tsx'
import { Act } from './act.tsx'
import { Lines } from './lines.tsx'
import { blind, draft, look, open, preview } from './model.ts'

/** Lines selected on a page: what they are, what would be kept of them, and what is to be made of them. */
export function App() {
  useMemo(() => {
    follow()
    void open()
  }, [])
  const now = draft.value
  const state = status.value?.connection.state
  if (now === undefined) return <main aria-busy="true" />
  if (now === null)
    return (
      <main class="middle">
        <Icon of={CircleAlert} />
        <p role="alert">These lines are no longer here. Select them on the page again.</p>
      </main>
    )
  if (status.value && state === 'unpaired')
    return (
      <main>
        <Unpaired status={status.value} />
      </main>
    )
  if (status.value && (state === 'foreign' || state === 'version'))
    return (
      <main>
        <Barred status={status.value} />
      </main>
    )
  return (
    <>
      <Head page={now.page} />
      <Body draft={now} />
      <Act draft={now} />
    </>
  )
}

const Head = ({ page }: { page: Draft['page'] }) => (
  <header class="row">
    <Logo />
    <h1>Selected lines</h1>
    <span class="cut dim" title={page.url}>
      <Visible text={page.title || page.url} />
    </span>
  </header>
)

/** It scrolls, so keys must reach it. */
const scrolled = { tabIndex: 0, 'aria-label': 'What is selected, and what is kept of it' } as const

function Body({ draft: now }: { draft: Draft }) {
  const read = preview.value
  return (
    <main {...scrolled}>
      {now.why !== '' && (
        <p class="notice critical" role="alert">
          <Icon of={CircleAlert} />
          <span>{now.why}</span>
        </p>
      )}
      {now.flat && now.why === '' && (
        <p class="notice medium">
          <Icon of={WrapText} />
          <span>Line breaks lost: Signalbox may not read this page, and the browser gives its text as one line, perhaps cut.</span>
        </p>
      )}
      {blind.value !== '' && (
        <div class="notice critical" role="alert">
          <Icon of={CircleAlert} />
          <div>
            <Words text={blind.value} />
            <div class="gap">
              <Button small icon={RefreshCw} onClick={look}>
                Try again
              </Button>
            </div>
          </div>
        </div>
      )}
      {now.why === '' && (
        <section>
          <h2>Addresses</h2>
          {read ? <Addresses all={read.addresses} /> : <p class="weak">…</p>}
        </section>
      )}
      <section>
        <h2>Lines</h2>
        <Lines text={now.text} preview={read} />
      </section>
      {now.why === '' && (
        <section>
          <h2>What is kept</h2>
          <Kept draft={now} preview={read} />
          <p class="weak">It goes to your own daemon and nowhere else.</p>
        </section>
      )}
    </main>
  )
}
