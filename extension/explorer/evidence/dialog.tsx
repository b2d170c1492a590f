import { ScrollText } from 'lucide'
import { useEffect, useMemo } from 'preact/hooks'
import { linesOf } from '../../../shared/evidence.ts'
import type { KeptEvidence } from '../../evidence-messages.ts'
import { Button } from '../../ui/button.tsx'
import { whyNot } from '../../ui/may.ts'
import { Modal } from '../../ui/modal.tsx'
import { Ago, exact } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { createLoad } from '../load.ts'
import { go, place, show } from '../place.ts'
import { Failed, Skeleton } from '../states.tsx'

/** Lines that are shown, and characters of one. */
const most = { lines: 500, characters: 2_000 }

/** One piece of evidence: what was kept, of which page, when, by whom, and the logs that its lines became. */
export function EvidenceDialog() {
  const id = place.value.with['evidence'] ?? ''
  const found = useMemo(() => createLoad('evidence'), [])
  const load = () => void found.load({ id })
  useEffect(load, [id])
  const about = found.value.value
  const failure = found.failure.value
  return (
    <Modal label="Evidence" onClose={() => show({ evidence: undefined })}>
      {about && <About about={about} />}
      {!about && (failure ? <Failed error={failure.error} onRetry={load} /> : <Skeleton />)}
    </Modal>
  )
}

function About({ about }: { about: KeptEvidence }) {
  const { id, sha256, bytes, lines, text, page, time, keptAt, by, logs, pending } = about
  const shown = linesOf(text)
  return (
    <div class="kept-lines">
      <dl class="facts">
        <dt>Page</dt>
        <dd>
          <Visible text={page.title || 'Untitled'} />
          <br />
          <span class="mono weak">
            <Visible text={page.url} />
          </span>
        </dd>
        <dt>Selected</dt>
        <dd>{exact(time)}</dd>
        <dt>Kept</dt>
        <dd>
          by {by} <Ago time={keptAt} sentence />
        </dd>
        <dt>Text</dt>
        <dd>
          {lines.toLocaleString('en')} {lines === 1 ? 'line' : 'lines'}, {bytes.toLocaleString('en')} bytes, unchanged
        </dd>
        <dt>SHA-256</dt>
        <dd class="mono">{sha256}</dd>
      </dl>
      <Button
        small
        icon={ScrollText}
        off={pending ? 'Its logs are not stored yet' : whyNot('logs_read_data')}
        onClick={() => go({ section: 'logs', with: { query: `evidence:${id}`, from: '0' } })}
      >
        {`Show ${logs.toLocaleString('en')} ${logs === 1 ? 'log' : 'logs'}`}
      </Button>
      <h3>Lines</h3>
      <ol class="samples">
        {shown.slice(0, most.lines).map((line, at) => (
          <li class="mono" key={at}>
            <Visible text={line.slice(0, most.characters)} />
            {line.length > most.characters && (
              <span class="weak"> and {(line.length - most.characters).toLocaleString('en')} characters</span>
            )}
          </li>
        ))}
      </ol>
      {(shown.length > most.lines || about.cut) && (
        <p class="dim">{Math.max(0, lines - Math.min(shown.length, most.lines)).toLocaleString('en')} more lines are in the evidence.</p>
      )}
    </div>
  )
}
