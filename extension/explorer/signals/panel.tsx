import { ArrowDown, ArrowUp, UserPlus } from 'lucide'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { type State, states } from '../../../shared/triage.ts'
import { onPush } from '../../relay.ts'
import type { FoundRow } from '../../search-messages.ts'
import type { Investigation } from '../../signal-messages.ts'
import type { SignalRow } from '../../signal-row.ts'
import { IconButton } from '../../ui/button.tsx'
import { Glyph, Severity } from '../../ui/glyphs.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Ago, exact } from '../../ui/time.tsx'
import { ArchiveForm, locked } from '../../ui/triage.tsx'
import { Visible } from '../../ui/visible.tsx'
import { Absent, useGone } from '../gone.tsx'
import { createLoad } from '../load.ts'
import { Panel } from '../panel.tsx'
import { place, show } from '../place.ts'
import type { Surface } from '../search/types.ts'
import { useKeys } from '../use-keys.ts'
import { InCases } from './cases-cell.tsx'
import { doneTo, dueSays, panelStates, snoozeSays } from './cells.tsx'
import { assign, busy, form, move, offFor, onChange, openForm, snooze, typedIn } from './desk.ts'
import { InIncidents } from './incidents-tag.tsx'
import { LogsTab } from './logs-tab.tsx'
import { Overview } from './overview.tsx'
import { PersonButton } from './person-button.tsx'
import { meanings } from './reading.ts'
import { RelatedTab } from './related-tab.tsx'
import { RuleTab } from './rule-tab.tsx'
import { SnoozeForm } from './snooze.tsx'
import { triageKeys } from './triage-keys.ts'
import { Because, Narrowing } from './value-menu.ts'

/** One signal: is it bad, did it get in, what do I do. Evidence below, raw data last. */
export function SignalPanel({ row: found, surface }: { row: FoundRow; surface: Surface }) {
  const { id } = found
  const details = useMemo(() => createLoad('investigate'), [id])
  const load = () => details.load({ id })
  const read = () => {
    void load()
    // the list shows the same
    void surface.renew([id])
  }
  useEffect(() => {
    void load()
    const stops = [
      onPush(push => push.type === 'changed' && push.ids.includes(id) && read()),
      onChange(ids => void ((ids.length === 0 || ids.includes(id)) && read())),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }, [id])
  const failure = details.failure.value
  const gone = useGone('signal', failure, found.signal?.title)
  const about = gone ? null : details.value.value
  // the newer of the two
  const row = newer(about?.row, found.signal)
  const tab = place.value.with['tab'] ?? 'overview'
  useKeys(row && !gone ? triageKeys(() => [row], '.panel') : {})
  if (!row) return null
  return (
    <Narrowing.Provider value={surface.narrow}>
      <Because.Provider value={{ signal: id, title: row.title }}>
        <Panel
          label={gone?.label ?? row.title}
          of={id}
          head={<Head row={row} surface={surface} />}
          {...(!gone && {
            under: <Triage row={row} />,
            tabs: [
              { id: 'overview', label: 'Overview' },
              { id: 'logs', label: 'Logs', count: row.events_matched },
              { id: 'related', label: 'Related' },
              { id: 'rule', label: 'Rule' },
              { id: 'json', label: 'JSON' },
            ],
          })}
          tab={tab}
          onTab={id => show({ tab: id === 'overview' ? undefined : id, do: undefined })}
          onClose={() => {
            form.value = null
            show({ row: undefined, tab: undefined, do: undefined })
          }}
        >
          {about && <Tab tab={tab} about={{ ...about, row }} />}
          {!about && <Absent gone={gone} failure={failure} onRetry={load} />}
        </Panel>
      </Because.Provider>
    </Narrowing.Provider>
  )
}

const newer = (a: SignalRow | undefined, b: SignalRow | undefined): SignalRow | undefined => (!a || (b && b.version > a.version) ? b : a)

function Head({ row, surface }: { row: SignalRow; surface: Surface }) {
  const at = surface.rows.indexOf(row.id)
  const total = surface.rows.total
  const go = (by: number) => {
    const next = surface.rows.at(at + by)
    if (!next) return
    surface.current.value = next.id
    show({ row: next.id })
  }
  const off = (there: boolean) => (there ? undefined : 'There is none')
  return (
    <>
      <span title={meanings[row.severity]}>
        <Severity level={row.severity} />
      </span>
      {at >= 0 && (
        <>
          <span class="weak nowrap">
            {(at + 1).toLocaleString('en')} of {total.toLocaleString('en')}
          </span>
          <IconButton label="Next signal (J)" icon={ArrowDown} small off={off(at + 1 < total)} onClick={() => go(1)} />
          <IconButton label="Signal before (K)" icon={ArrowUp} small off={off(at > 0)} onClick={() => go(-1)} />
        </>
      )}
    </>
  )
}

/** State, assignee and age, and the form of what is being decided. */
function Triage({ row }: { row: SignalRow }) {
  const off = offFor(row)
  const box = useRef<HTMLDivElement>(null)
  const open = form.value?.rows.some(one => one.id === row.id) ? form.value.is : undefined
  const was = useRef(open)
  useEffect(() => {
    // a form that is gone has taken the focus with it
    if (was.current && !open && document.activeElement === document.body)
      box.current?.closest('.panel')?.querySelector<HTMLElement>('.body')?.focus()
    was.current = open
  }, [open])
  const pick = (to: State) => (to === 'archived' ? openForm('archive', [row]) : void move([row], to))
  const pending = busy.value.has(row.id)
  const done = doneTo(row)
  return (
    <div ref={box}>
      <div class="row meta">
        <fieldset class="choices states" aria-busy={pending}>
          <legend class="sr">Triage state</legend>
          {states.map(state => (
            <button
              key={state}
              type="button"
              class={`state ${state}`}
              aria-pressed={state === row.state}
              aria-disabled={off !== undefined && state !== row.state}
              title={off ?? panelStates[state]}
              onClick={() => off === undefined && state !== row.state && pick(state)}
            >
              <Glyph of={state} />
              {panelStates[state]}
            </button>
          ))}
        </fieldset>
        <PersonButton
          person={row.assignee}
          part="Assignee"
          ask="Assign"
          nobody="Assign"
          icon={<Assign />}
          off={off}
          onPick={to => void assign([row], to)}
        />
        <span class="weak nowrap end">{pending ? 'Pending' : <Ago time={row.timestamp} sentence />}</span>
      </div>
      {row.locked && <p class="dim">{locked}</p>}
      {row.due && (
        <p class={row.due.late ? 'late' : 'dim'} title={exact(row.due.by)}>
          {dueSays(row.due)}
        </p>
      )}
      {done && (
        <p class="dim">
          <Visible text={done.charAt(0).toUpperCase() + done.slice(1)} />
        </p>
      )}
      {row.snooze && (
        <p class="dim">
          <Visible text={snoozeSays(row.snooze)} />
        </p>
      )}
      <InCases signal={row} />
      <InIncidents ids={row.incidents ?? []} />
      {open === 'archive' && (
        <ArchiveForm
          key={row.id}
          kept={typedIn('archive', row.id)}
          onArchive={choice => move([row], 'archived', choice)}
          onBack={() => (form.value = null)}
        />
      )}
      {open === 'snooze' && (
        <SnoozeForm
          key={row.id}
          count={1}
          kept={typedIn('snooze', row.id)}
          onSnooze={(...how) => snooze([row], ...how)}
          onBack={() => (form.value = null)}
        />
      )}
    </div>
  )
}
const Assign = () => (
  <span class="who none">
    <Icon of={UserPlus} />
  </span>
)

function Tab({ tab, about }: { tab: string; about: Investigation }) {
  switch (tab) {
    case 'logs':
      return <LogsTab about={about} />
    case 'related':
      return <RelatedTab about={about} />
    case 'rule':
      return <RuleTab about={about} />
    case 'json':
      return (
        <section>
          <pre class="json">
            <Visible text={about.json} />
          </pre>
        </section>
      )
    default:
      return <Overview about={about} />
  }
}
