import type { Draft, EvidencePreview, KnownAddress } from '../evidence-messages.ts'
import { VerdictTag } from '../ui/facts.tsx'
import { exact } from '../ui/time.tsx'
import { Visible } from '../ui/visible.tsx'
import { busy, change, form, look, ownZone } from './model.ts'

/** Addresses that are listed. */
const most = 50

/** The addresses in the lines, the worst first. */
export function Addresses({ all }: { all: readonly KnownAddress[] }) {
  if (all.length === 0) return <p class="dim">No IP address in these lines.</p>
  const sorted = [...all].sort((a, b) => Number(b.verdict !== null) - Number(a.verdict !== null))
  return (
    <ul class="addresses">
      {sorted.slice(0, most).map(({ address, verdict, says, place, scope, knownGood }) => (
        <li class="row" key={address}>
          <span class="addr">{address}</span>
          {verdict && <VerdictTag kind={verdict} />}
          <span class="cut dim" title={[...says, place].filter(Boolean).join('\n')}>
            <Visible text={[place || (scope === 'public' ? '' : scopes(scope)), ...says].filter(Boolean).join(' · ') || 'In no feed'} />
          </span>
          {knownGood.length > 0 && (
            <span class="weak nowrap">
              known good: <Visible text={knownGood.join(', ')} />
            </span>
          )}
        </li>
      ))}
      {all.length > most && <li class="weak">and {all.length - most} more</li>}
    </ul>
  )
}
const scopes = (scope: string) => `${scope.replaceAll('_', ' ')} address`

const zoneName = (minutes: number) => {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  return `UTC${minutes < 0 ? '−' : '+'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`
}

/** All that is kept, in the words of the daemon. */
export function Kept({ draft, preview }: { draft: Draft; preview: EvidencePreview | null }) {
  const { page, time, kept } = draft
  return (
    <dl class="kept">
      <dt>Text</dt>
      <dd>{preview ? `${sized(preview.lines, 'line')}, ${sized(preview.bytes, 'byte')}, unchanged` : 'unchanged'}</dd>
      <dt>SHA-256</dt>
      <dd class="mono">{kept?.sha256 || preview?.sha256 || '…'}</dd>
      <dt>Page</dt>
      <dd>
        <Visible text={page.title || 'Untitled'} />
        <br />
        <span class="mono">
          <Visible text={page.url} />
        </span>
      </dd>
      <dt>Selected</dt>
      <dd>{exact(time)}</dd>
      <dt>Logs</dt>
      <dd>
        {preview ? sized(preview.logs, 'log') : '…'} with <code>source:browser</code>, searchable at once
        {ownZone !== 0 && (
          <label class="zone">
            Times without a zone are
            <select
              class="field"
              value={String(form.value.zone)}
              disabled={busy.value || kept !== null}
              onChange={event => {
                change({ zone: Number(event.currentTarget.value) })
                void look()
              }}
            >
              <option value="0">UTC</option>
              <option value={String(ownZone)}>Local ({zoneName(ownZone)})</option>
            </select>
          </label>
        )}
      </dd>
    </dl>
  )
}

export const sized = (count: number, noun: string) => `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
