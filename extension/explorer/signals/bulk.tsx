import { useSignal } from '@preact/signals'
import { AlarmClock, Archive, Ban, FolderPlus, ListFilter, Siren, UserPlus, X } from 'lucide'
import { useEffect } from 'preact/hooks'
import { type State, stateLabels, states } from '../../../shared/triage.ts'
import { ask, isFailure } from '../../relay.ts'
import type { SignalRow } from '../../signal-row.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { StateLabel } from '../../ui/glyphs.tsx'
import { Icon } from '../../ui/icon.tsx'
import { whyNoBlock, whyNot } from '../../ui/may.ts'
import { MenuButton } from '../../ui/menu-button.tsx'
import { ArchiveForm, type Archiving } from '../../ui/triage.tsx'
import type { Whom } from '../../ui/triage-words.ts'
import { Visible } from '../../ui/visible.tsx'
import { escalateToCase, whyNoCase } from '../escalate/cases.ts'
import { escalateToIncident, whyNoIncidentFrom, whyNoIncidentFromAll } from '../escalate/incidents.ts'
import { blockOfSignals } from '../respond/of-signals.ts'
import type { Surface } from '../search/types.ts'
import { toasts } from '../surface.ts'
import { useKeys } from '../use-keys.ts'
import { apply, assign, form, move, openForm, snooze, toggleMine, typedIn, uuidOf } from './desk.ts'
import { OverButton } from './over.tsx'
import { PeoplePicker } from './people.tsx'
import { SnoozeForm } from './snooze.tsx'
import { triageKeys } from './triage-keys.ts'

/** The selected rows as they are now. */
const selectedOf = (surface: Surface): SignalRow[] =>
  [...surface.selected.value].flatMap(([id, kept]) => surface.rows.at(surface.rows.indexOf(id))?.signal ?? kept.signal ?? [])

/** What can be done with the rows that are selected, or with all that the query finds. */
export function Bulk({ surface }: { surface: Surface }) {
  const { whole } = surface
  const asking = useSignal(false)
  const rows = selectedOf(surface)
  const total = surface.found.value?.total ?? 0
  const query = surface.query.value
  // another query finds others
  useEffect(() => {
    const forget = () => {
      whole.value = null
    }
    return forget
  }, [query, surface.range.value])
  const clear = () => {
    whole.value = null
    form.value = null
    surface.selected.value = new Map()
  }
  async function selectAll() {
    const span = surface.found.value?.span
    if (!span || asking.value) return
    asking.value = true
    const answer = await ask('select', { query, from: span.from, to: span.to })
    asking.value = false
    if (isFailure(answer)) toasts.fail(`Not selected: ${answer.error}`)
    else whole.value = answer
  }
  const all = whole.value
  const off = whyNot('security_monitoring_signals_write')
  /** What was selected is done with, where it can be done. */
  const then = (work: Promise<void>) => void work.then(() => off === undefined && clear())
  const target = {
    move: (to: State, choice?: Archiving) =>
      all
        ? then(apply(all, to, { state: to, ...(choice && { reason: choice.reason, ...(choice.comment && { comment: choice.comment }) }) }))
        : then(move(rows, to, choice)),
    assign: (to: Whom) => (all ? then(apply(all, 'assign', { assignee: uuidOf(to) })) : then(assign(rows, to))),
    mine: () => (all ? target.assign('me') : then(toggleMine(rows))),
    snooze: (until: number, reason: string) =>
      all ? then(apply(all, 'snooze', { snooze: { until, reason } })) : then(snooze(rows, until, reason)),
    declare: () => escalateToIncident({ rows: all ? [] : rows, ...(all && { whole: all }), done: clear }),
    escalate: () => escalateToCase({ rows: all ? [] : rows, ...(all && { whole: all }), done: clear }),
    block: () => !all && void blockOfSignals(rows, clear),
    ask(is: 'archive' | 'snooze') {
      if (all) form.value = form.value?.is === is ? null : { is, rows: [], whole: all }
      else openForm(is, rows)
    },
  }
  const keys = triageKeys(() => rows, '.bulk')
  useKeys({
    ...keys,
    a: () => target.mine(),
    r: () => target.move('under_review'),
    E: () => target.move('open'),
    e: () => target.ask('archive'),
    z: () => target.ask('snooze'),
    c: () => target.escalate(),
    i: () => target.declare(),
    b: () => target.block(),
    n: undefined,
  })
  const count = all?.count ?? rows.length
  const open = form.value
  const mine = open && (open.whole !== undefined || rows.length > 0) ? open.is : undefined
  const about = open?.whole?.count ?? open?.rows.length ?? 0
  return (
    <section class="bulk" aria-label="What to do with those selected">
      {mine === 'archive' && (
        <ArchiveForm count={about} onArchive={choice => target.move('archived', choice)} onBack={() => (form.value = null)} />
      )}
      {mine === 'snooze' && <SnoozeForm count={about} onSnooze={target.snooze} onBack={() => (form.value = null)} />}
      <div class="row" role="toolbar" aria-label="Actions">
        <strong class="nowrap" role="status">
          {count.toLocaleString('en')} {all ? 'that match' : 'selected'}
        </strong>
        {all && all.locked > 0 && <span class="weak nowrap">{all.locked.toLocaleString('en')} too old to change</span>}
        {!all && total > rows.length && (
          <button type="button" class="btn quiet small all" aria-busy={asking.value} onClick={() => void selectAll()}>
            {asking.value ? 'Counting' : `Select all ${total.toLocaleString('en')} that match`}
          </button>
        )}
        <span class="rule" />
        <span class="triage">
          <MenuButton
            label="Set state"
            off={off}
            over
            choices={states.map(state => ({
              label: stateLabels[state],
              show: <StateLabel state={state} />,
              onPick: () => (state === 'archived' ? target.ask('archive') : target.move(state)),
            }))}
          >
            <Icon of={ListFilter} small />
            Set state <kbd>S</kbd>
          </MenuButton>
        </span>
        <span class="assignee">
          <OverButton
            label="Assignee"
            off={off}
            shows={
              <>
                <Icon of={UserPlus} small />
                Assign <kbd>Shift A</kbd>
              </>
            }
          >
            {close => (
              <PeoplePicker
                now={null}
                onPick={to => {
                  close()
                  target.assign(to)
                }}
                onBack={close}
              />
            )}
          </OverButton>
        </span>
        <Button
          kind="quiet"
          small
          icon={AlarmClock}
          keys="Z"
          off={off}
          aria-expanded={mine === 'snooze'}
          onClick={() => target.ask('snooze')}
        >
          Snooze
        </Button>
        <Button
          kind="quiet"
          small
          icon={Archive}
          keys="E"
          off={off}
          aria-expanded={mine === 'archive'}
          onClick={() => target.ask('archive')}
        >
          Archive
        </Button>
        <Button kind="quiet" small icon={FolderPlus} keys="C" off={whyNoCase()} onClick={target.escalate}>
          Case…
        </Button>
        <Button
          kind="quiet"
          small
          icon={Siren}
          keys="I"
          off={all ? whyNoIncidentFromAll(all) : whyNoIncidentFrom(rows)}
          onClick={target.declare}
        >
          Incident…
        </Button>
        <Button kind="quiet" small icon={Ban} keys="B" off={all ? 'Select those to block one by one' : whyNoBlock()} onClick={target.block}>
          Block…
        </Button>
        <span class="rule" />
        <IconButton label="Clear selection (Esc)" icon={X} small onClick={clear} />
      </div>
    </section>
  )
}

/** The form about the current row, where neither a panel nor the bar of those selected has it. */
export function LoneForm({ surface }: { surface: Surface }) {
  const open = form.value
  const [row] = open?.rows ?? []
  if (!open || !row || surface.selected.value.size > 0) return null
  const back = () => {
    form.value = null
    leave()
  }
  /** Once the form is gone. */
  const leave = () => {
    if (form.peek()) return
    document.querySelector<HTMLElement>('.grid [role="row"][tabindex="0"]')?.focus()
  }
  return (
    <section class="bulk" aria-label={row.title}>
      <p class="row">
        <strong class="cut">
          <Visible text={row.title} />
        </strong>
        <span class="end" />
        <IconButton label="Back (Esc)" icon={X} small onClick={back} />
      </p>
      {open.is === 'archive' ? (
        <ArchiveForm
          kept={typedIn('archive', row.id)}
          onArchive={choice => {
            void move([row], 'archived', choice)
            leave()
          }}
          onBack={back}
        />
      ) : (
        <SnoozeForm
          count={1}
          kept={typedIn('snooze', row.id)}
          onSnooze={(...how) => {
            void snooze([row], ...how)
            leave()
          }}
          onBack={back}
        />
      )}
    </section>
  )
}
