import { ArrowLeft, Ban, RefreshCw } from 'lucide'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { SignalDetails, SignalRow } from '../messages.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Evidence } from '../ui/evidence.tsx'
import { Who } from '../ui/facts.tsx'
import { Severity } from '../ui/glyphs.tsx'
import { readMarkdown } from '../ui/markdown.tsx'
import { archivedAs, told } from '../ui/story.ts'
import { Ago, LastSeen } from '../ui/time.tsx'
import { ArchiveForm } from '../ui/triage.tsx'
import { Visible } from '../ui/visible.tsx'
import { Words } from '../ui/words.tsx'
import type { Desk } from './desk.ts'
import { Moves } from './moves.tsx'

/** One signal over the list, which stays as it is below. `off`: why nothing can be done with it now. */
export function Details({ desk, row, off, me }: { desk: Desk; row: SignalRow; off: string | undefined; me: string }) {
  const { opened, archiving, busy } = desk
  const reading = useRef<HTMLElement>(null)
  const form = archiving.value !== null
  useLayoutEffect(() => reading.current?.scrollTo(0, 0), [row.id])
  useLayoutEffect(() => {
    if (!form) reading.current?.focus()
  }, [row.id, form])
  return (
    <section class="details" aria-labelledby="about" aria-busy={opened.about.value === null || busy.value.has(row.id)}>
      <div class="row top">
        <IconButton label="Back to the list (Esc)" icon={ArrowLeft} small onClick={opened.close} />
        <Severity level={row.severity} />
        <span class="end" />
        <Who person={row.assignee} quiet />
        <span class="dim cut">{row.assignee ? row.assignee.name || row.assignee.handle : 'Nobody'}</span>
        <span class="weak nowrap">
          <LastSeen row={row} />
        </span>
      </div>
      <h2 id="about">
        <Visible text={row.title} />
      </h2>
      <div class="row acts">
        <Moves desk={desk} row={row} me={me} form={form} off={off} />
        <span class="end" />
        <IconButton label="Block… (B)" icon={Ban} small aria-keyshortcuts="B" off={desk.noBlock()} onClick={() => void desk.block(row)} />
      </div>
      {form && <ArchiveForm off={off} onArchive={choice => desk.move([row], 'archived', choice)} onBack={() => (archiving.value = null)} />}
      <section class="reading" ref={reading} tabIndex={-1} aria-label="What is known">
        {row.archive && (
          <p class="dim">
            Archived: <Visible text={archivedAs(row.archive)} />
          </p>
        )}
        {opened.failure.value && <Unread desk={desk} error={opened.failure.value} />}
        {opened.about.value && <Read about={{ ...opened.about.value, row }} />}
      </section>
    </section>
  )
}

const Read = ({ about }: { about: SignalDetails }) => (
  <>
    <Evidence about={about} message={readMarkdown(about.message)} samples={10} />
    <h3>Timeline</h3>
    <ol class="timeline">
      {about.timeline.map((deed, at) => (
        <li key={at}>
          <Visible text={told(deed)} />{' '}
          <span class="weak">
            <Ago time={deed.time} sentence />
          </span>
          {deed.comment && (
            <p class="dim">
              “<Visible text={deed.comment} />”
            </p>
          )}
        </li>
      ))}
    </ol>
  </>
)

const Unread = ({ desk, error }: { desk: Desk; error: string }) => (
  <div role="alert">
    <p>
      <Words text={error} />
    </p>
    <Button small icon={RefreshCw} onClick={desk.opened.load}>
      Try again
    </Button>
  </div>
)
