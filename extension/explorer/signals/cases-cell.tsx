import { Folder, FolderOpen, Unlink } from 'lucide'
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { CaseRef } from '../../case-messages.ts'
import { ask, isFailure } from '../../relay.ts'
import type { SignalRow } from '../../signal-row.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { whyNot } from '../../ui/may.ts'
import { Visible } from '../../ui/visible.tsx'
import { CaseStatusLabel, Priority } from '../cases/looks.tsx'
import { placeOfCase } from '../escalate/cases.ts'
import { createLoad } from '../load.ts'
import { go } from '../place.ts'
import { toasts } from '../surface.ts'
import { tell } from './desk.ts'
import { OverButton } from './over.tsx'

/** The cases of a signal: the card of one says how it stands, opens it, and takes the signal out of it. */
export function CasesCell({ signal }: { signal: SignalRow }) {
  const [first, ...others] = signal.cases ?? []
  if (!first) return null
  return (
    <span class="row in-cases">
      <CaseButton signal={signal} one={first} tabIndex={-1} />
      {others.length > 0 && (
        <span class="weak" title={others.map(({ key }) => key).join(', ')}>
          +{others.length}
        </span>
      )}
    </span>
  )
}

const CaseButton = ({ signal, one, tabIndex }: { signal: SignalRow; one: CaseRef; tabIndex?: number }) => (
  <OverButton label={`Case ${one.key}`} {...(tabIndex !== undefined && { tabIndex })} shows={<span class="nowrap">{one.key}</span>}>
    {close => <CaseCard signal={signal} one={one} close={close} />}
  </OverButton>
)

function CaseCard({ signal, one, close }: { signal: SignalRow; one: CaseRef; close(): void }) {
  const found = useMemo(() => createLoad('caseRow'), [])
  const [busy, setBusy] = useState(false)
  useEffect(() => void found.load({ id: one.id }), [one.id])
  const row = found.value.value
  async function unlink() {
    setBusy(true)
    const answer = await ask('unlinkFromCase', { id: one.id, kind: 'SECURITY_SIGNAL', thing: signal.id })
    setBusy(false)
    if (isFailure(answer)) return toasts.fail(`Not unlinked from ${one.key}: ${answer.error}`)
    close()
    toasts.show({ icon: Unlink, text: `Unlinked from ${one.key}` })
    tell([signal.id])
  }
  const off = busy ? 'Pending: sent, not answered yet' : whyNot('cases_write')
  return (
    <div class="service-card">
      <strong>{one.key}</strong>
      <p>
        <Visible text={row?.title ?? (found.failure.value ? found.failure.value.error : 'Looking it up')} />
      </p>
      {row && (
        <>
          <div class="row">
            <CaseStatusLabel status={row.status} />
            {row.priority !== 'NOT_DEFINED' && <Priority of={row.priority} />}
          </div>
          <p class="dim">{row.assignee ? `Assigned to ${row.assignee.name || row.assignee.handle}` : 'Assigned to nobody'}</p>
        </>
      )}
      <div class="row wrap">
        <Button
          small
          icon={FolderOpen}
          onClick={() => {
            close()
            go(placeOfCase(one.id))
          }}
        >
          Open case
        </Button>
        <Button small icon={Unlink} off={off} onClick={() => void unlink()}>
          Unlink
        </Button>
      </div>
    </div>
  )
}

/** The cases of a signal by name, in its panel. */
export const InCases = ({ signal }: { signal: SignalRow }) =>
  signal.cases ? (
    <div class="row wrap in-cases">
      <Icon of={Folder} small />
      <span class="sr">In</span>
      {signal.cases.map(one => (
        <CaseButton key={one.id} signal={signal} one={one} />
      ))}
    </div>
  ) : null
