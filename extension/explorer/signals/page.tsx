import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { incidentKey } from '../../../shared/incident.ts'
import { intentions } from '../../../shared/indicator.ts'
import { isSeverity, type Severity as Level, severities } from '../../../shared/severity.ts'
import { type ArchiveReason, reasonLabels, type State, states } from '../../../shared/triage.ts'
import type { FoundRow } from '../../search-messages.ts'
import { Severity, StateLabel } from '../../ui/glyphs.tsx'
import type { Choice } from '../../ui/menu.tsx'
import { CaseDialog } from '../escalate/case-dialog.tsx'
import { escalateToCase, whyNoCase } from '../escalate/cases.ts'
import { IncidentDialog } from '../escalate/incident-dialog.tsx'
import { escalateToIncident, whyNoIncidentFrom } from '../escalate/incidents.ts'
import { place, show } from '../place.ts'
import { Search } from '../search/search.tsx'
import type { Surface } from '../search/types.ts'
import { AddressPanel } from './address-panel.tsx'
import { briefSignal } from './brief.tsx'
import { Bulk, LoneForm } from './bulk.tsx'
import { catalogue } from './catalogue.ts'
import { signalColumns } from './columns.tsx'
import { form, noting, onChange } from './desk.ts'
import { SignalPanel } from './panel.tsx'
import { triageKeys } from './triage-keys.ts'

const looks = {
  status: {
    order: severities,
    draw: (value: string) => (isSeverity(value) ? <Severity level={value as Level} /> : value),
  },
  '@workflow.triage.state': {
    order: states,
    draw: (value: string) => ((states as readonly string[]).includes(value) ? <StateLabel state={value as State} /> : value),
  },
  '@workflow.triage.archiveReason': {
    draw: (value: string) => (Object.hasOwn(reasonLabels, value) ? reasonLabels[value as Exclude<ArchiveReason, 'none'>] : value),
  },
  '@workflow.triage.incidentIds': { draw: (id: string) => incidentKey(Number(id)) },
  '@threat_intel.results.intention': { order: intentions },
}

/** The search that stands there now, for what lies beside it. */
const here = signal<Surface | null>(null)

/** Signals, the newest first. */
export const SignalsPage = () => (
  <>
    <SignalsSearch />
    <Address />
    <CaseDialog />
    <IncidentDialog />
  </>
)

const SignalsSearch = () => (
  <Search
    section="signals"
    label="Signals"
    noun={['signal', 'signals']}
    columns={signalColumns}
    looks={looks}
    brief={briefSignal}
    panel={(row, surface) => <SignalPanel row={row} surface={surface} />}
    bulk={surface => <Bulk surface={surface} />}
    act={keysOf}
    rowMenu={menuOf}
    tools={surface => <Follow surface={surface} />}
    nothing="Nothing open. New ones appear here by themselves."
  />
)

/** What the menu of a row offers beside its values. */
const menuOf = ({ signal }: FoundRow): Choice[] =>
  signal
    ? [
        { label: 'Create or add to case…', apart: true, off: whyNoCase(), onPick: () => escalateToCase({ rows: [signal] }) },
        {
          label: 'Declare or add to incident…',
          off: whyNoIncidentFrom([signal]),
          onPick: () => escalateToIncident({ rows: [signal] }),
        },
      ]
    : []

/** Keys that act on the current row; a panel and the bar of those selected have their own. */
function keysOf(surface: Surface) {
  let row: FoundRow | undefined
  const keys = triageKeys(() => (row?.signal ? [row.signal] : []), '.grid .current')
  return Object.fromEntries(
    Object.entries(keys).map(([key, run]) => [
      key,
      (current: FoundRow) => {
        if (place.value.with['row'] !== undefined || surface.selected.value.size > 0) return false
        // the address that lies over the list is what is blocked then
        if (key === 'b' && place.value.with['ip'] !== undefined) return false
        row = current
        if (key !== 'n') return run?.(new KeyboardEvent('keydown', { key }))
        noting.value = current.id
        show({ row: current.id, tab: undefined }, true)
        return true
      },
    ]),
  )
}

/** Keeps the rows as they are on the daemon, and draws what belongs to the list as a whole. */
function Follow({ surface }: { surface: Surface }) {
  useEffect(() => {
    const renew = (ids: readonly string[]) => {
      surface.recount()
      return surface.renew(ids.length > 0 ? ids : surface.rows.all().map(({ id }) => id))
    }
    const stop = onChange(renew)
    here.value = surface
    void catalogue.load({})
    return () => {
      stop()
      form.value = null
      here.value = null
    }
  }, [])
  return place.value.with['row'] === undefined ? <LoneForm surface={surface} /> : null
}

/** The address that the URL names, unless a signal lies over it. */
function Address() {
  const { ip, row } = place.value.with
  return here.value && ip !== undefined && row === undefined ? <AddressPanel address={ip} surface={here.value} /> : null
}
