import { Download, UserPlus } from 'lucide'
import { useEffect, useMemo } from 'preact/hooks'
import { incidentMoves, incidentSeverities, incidentStateLabels, incidentStates } from '../../../shared/incident.ts'
import type { IncidentRow } from '../../incident-messages.ts'
import { onPush } from '../../relay.ts'
import { Icon } from '../../ui/icon.tsx'
import { MenuButton } from '../../ui/menu-button.tsx'
import { Ago } from '../../ui/time.tsx'
import { Absent, useGone } from '../gone.tsx'
import { createLoad } from '../load.ts'
import { Panel } from '../panel.tsx'
import { place, show } from '../place.ts'
import { uuidOf } from '../signals/desk.ts'
import { PersonButton } from '../signals/person-button.tsx'
import { useKeys } from '../use-keys.ts'
import { change, exportIncident, list, offFor } from './desk.ts'
import { IncidentSeverityLabel, IncidentStateLabel, severityWords } from './looks.tsx'
import { Overview } from './overview.tsx'
import { IncidentTimeline } from './timeline.tsx'

/** One incident: how bad, who commands, how far; what it holds and what happened. `id` is its number or its id. */
export function IncidentPanel({ id }: { id: string }) {
  const details = useMemo(() => createLoad('incident'), [])
  const load = () => void details.load({ id })
  const known = list.value.value?.rows.find(one => one.id === id || String(one.publicId) === id)
  useEffect(load, [id, known?.version])
  useEffect(
    () =>
      onPush(push => {
        const open = details.value.peek()?.row
        // what is on its way may have been read before
        if (push.type === 'incidentNews' && (!open || push.ids.includes(open.publicId))) load()
      }),
    [id],
  )
  const failure = details.failure.value
  const gone = useGone('incident', failure, details.value.value?.row.key ?? known?.key)
  const about = gone ? null : details.value.value
  // the newer of the two; what hangs on it is only in the one that was asked for
  const row = about
    ? known && known.version > about.row.version
      ? { ...known, cases: about.row.cases }
      : about.row
    : gone
      ? undefined
      : known
  useKeys({ n: () => focusNote() })
  const tab = place.value.with['tab'] ?? 'overview'
  return (
    <Panel
      label={gone?.label ?? (row ? `${row.key} ${row.title}` : 'Incident')}
      of={id}
      head={
        row && (
          <>
            <IncidentSeverityLabel of={row.severity} />
            <IncidentStateLabel state={row.state} />
          </>
        )
      }
      under={row && <Command row={row} />}
      tools={
        row && (
          <MenuButton
            label="Postmortem"
            over
            choices={[
              { label: 'Markdown', onPick: () => void exportIncident(row, 'md') },
              { label: 'JSON', onPick: () => void exportIncident(row, 'json') },
            ]}
          >
            <Icon of={Download} small />
            Postmortem
          </MenuButton>
        )
      }
      {...(row && {
        tabs: [
          { id: 'overview', label: 'Overview' },
          { id: 'timeline', label: 'Timeline', count: about?.events.length },
        ],
      })}
      tab={tab}
      onTab={next => show({ tab: next === 'overview' ? undefined : next })}
      onClose={() => show({ incident: undefined, tab: undefined })}
    >
      {about &&
        row &&
        (tab === 'timeline' ? (
          <IncidentTimeline about={{ ...about, row }} reload={load} />
        ) : (
          <Overview about={{ ...about, row }} reload={load} />
        ))}
      {!about && <Absent gone={gone} failure={failure} onRetry={load} />}
    </Panel>
  )
}

function focusNote(): boolean {
  const field = document.querySelector<HTMLElement>('#incident-note')
  if (field) field.focus()
  else show({ tab: 'timeline' })
  return true
}

/** State, severity and commander: what changes in the heat. */
function Command({ row }: { row: IncidentRow }) {
  const off = offFor(row)
  const why = (state: IncidentRow['state']) =>
    off ?? (incidentMoves[row.state].includes(state) ? undefined : `Not from ${incidentStateLabels[row.state].toLowerCase()}`)
  const back = incidentMoves[row.state]
  return (
    <div class="row meta wrap">
      <fieldset class="choices states">
        <legend class="sr">State</legend>
        {incidentStates.map(state => (
          <button
            key={state}
            type="button"
            aria-pressed={state === row.state}
            aria-disabled={state !== row.state && why(state) !== undefined}
            title={state === row.state ? undefined : why(state)}
            onClick={() =>
              state !== row.state &&
              why(state) === undefined &&
              void change(row, { state }, back.includes(state) ? { state: row.state } : undefined)
            }
          >
            <IncidentStateLabel state={state} />
          </button>
        ))}
      </fieldset>
      <MenuButton
        label="Severity"
        name={`Severity: ${row.severity}`}
        off={off}
        over
        choices={incidentSeverities.map(severity => ({
          label: severity === 'UNKNOWN' ? severityWords[severity] : `${severity}: ${severityWords[severity]}`,
          checked: severity === row.severity,
          onPick: () => severity !== row.severity && void change(row, { severity }, { severity: row.severity }),
        }))}
      >
        <span class="dim">Severity</span> <IncidentSeverityLabel of={row.severity} />
      </MenuButton>
      <PersonButton
        person={row.commander}
        part="Commander"
        ask="Name a commander"
        nobody="Nobody commands"
        icon={<Icon of={UserPlus} small />}
        off={off}
        onPick={to => {
          const commander = uuidOf(to)
          if (commander !== (row.commander?.uuid ?? '')) void change(row, { commander }, { commander: row.commander?.uuid ?? '' })
        }}
      />
      <span class="weak nowrap end">
        <Ago time={row.created} sentence />
      </span>
    </div>
  )
}
