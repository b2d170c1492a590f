import { Trash2 } from 'lucide'
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { RuleDetails, RuleNoise, RuleRow } from '../../rule-messages.ts'
import { Button } from '../../ui/button.tsx'
import { Severity } from '../../ui/glyphs.tsx'
import { off } from '../../ui/off.ts'
import { Switch } from '../../ui/switch.tsx'
import { Absent, useGone } from '../gone.tsx'
import { createLoad } from '../load.ts'
import { Panel } from '../panel.tsx'
import { place, show } from '../place.ts'
import { Sure } from '../sure.tsx'
import { AccessTab } from './access.tsx'
import { BacktestTab } from './backtest.tsx'
import { RuleEditor } from './edit.tsx'
import { facets } from './filter.ts'
import { Overview } from './overview.tsx'
import { list, noise, remove, saved, turn } from './rulebook.ts'
import { SuppressionsTab } from './suppressions.tsx'
import { TestsTab } from './tests.tsx'
import { VersionsTab } from './versions.tsx'
import { origins, plain } from './words.ts'

/** One rule: what it looks for, how it does, and what can be done with it. */
export function RulePanel({ id }: { id: string }) {
  const details = useMemo(() => createLoad('rule'), [])
  const row = list.value.value?.rows.find(one => one.id === id)
  // a switch or a save elsewhere makes a new version
  useEffect(() => void details.load({ id }), [id, row?.version])
  const tab = place.value.with['tab'] ?? 'overview'
  const failure = details.failure.value
  const gone = useGone('rule', failure, row?.name ?? details.value.value?.row.name)
  const about = gone ? null : details.value.value
  const shown = gone ? undefined : (row ?? about?.row)
  return (
    <Panel
      label={gone?.label ?? shown?.name ?? 'Rule'}
      of={id}
      head={shown && <Head row={shown} />}
      {...(shown && {
        tools: (
          <span class="row switch">
            {shown.enabled ? 'On' : 'Off'}
            <Switch label={`${shown.name} on`} on={shown.enabled} off={off.value} onTurn={on => void turn(shown, on)} />
          </span>
        ),
        tabs: [
          { id: 'overview', label: 'Overview' },
          { id: 'tests', label: 'Tests', count: about?.tests.length },
          { id: 'backtest', label: 'Back-test' },
          { id: 'suppressions', label: 'Suppressions' },
          { id: 'versions', label: 'Versions', count: shown.version },
          { id: 'access', label: 'Access' },
          { id: 'json', label: 'JSON' },
        ],
      })}
      tab={tab}
      onTab={id => show({ tab: id === 'overview' ? undefined : id })}
      onClose={() => show({ rule: undefined, tab: undefined })}
    >
      {about && about.row.id === id && (
        <Tab tab={tab} about={about} noise={noise.value.value?.noise[id]} reload={() => details.load({ id })} />
      )}
      {!about && <Absent gone={gone} failure={failure} onRetry={() => details.load({ id })} />}
    </Panel>
  )
}

const Head = ({ row }: { row: RuleRow }) => (
  <>
    {row.severity && <Severity level={row.severity} />}
    <span class="weak">
      {origins[facets.origin(row)]}, {plain(row.method).toLowerCase()}
    </span>
  </>
)

function Tab({ tab, about, noise, reload }: { tab: string; about: RuleDetails; noise: RuleNoise | undefined; reload(): Promise<void> }) {
  const { row } = about
  switch (tab) {
    case 'tests':
      return <TestsTab about={about} />
    case 'backtest':
      return <BacktestTab id={row.id} />
    case 'suppressions':
      return <SuppressionsTab id={row.id} />
    case 'versions':
      return <VersionsTab row={row} />
    case 'access':
      return <AccessTab key={row.id} row={row} />
    case 'json':
      return (
        <section>
          <RuleEditor
            key={row.id}
            source={about.source}
            of={row}
            word="Save"
            onSaved={changed => {
              saved(changed, `saved as version ${changed.version}`)
              void reload()
            }}
            onStale={reload}
          />
        </section>
      )
    default:
      return (
        <>
          <Overview about={about} noise={noise} />
          {!row.isDefault && <Delete row={row} />}
        </>
      )
  }
}

/** What is deleted cannot be brought back: it is asked once more, where it was pressed. */
function Delete({ row }: { row: RuleRow }) {
  const [sure, setSure] = useState(false)
  return (
    <section>
      <Button icon={Trash2} kind="danger" off={off.value} onClick={() => setSure(true)}>
        Delete…
      </Button>
      {sure && (
        <Sure icon={Trash2} word="Delete" back="Keep it" onYes={() => remove(row)} onNo={() => setSure(false)}>
          <strong>Delete this rule?</strong> It judges no more logs. Its signals stay.
        </Sure>
      )}
    </section>
  )
}
