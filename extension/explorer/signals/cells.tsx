import { AlarmClock, Hourglass, NotebookPen, TriangleAlert, UserRound } from 'lucide'
import { incidentKey } from '../../../shared/incident.ts'
import { stateLabels } from '../../../shared/triage.ts'
import { withCodes } from '../../../shared/unseen.ts'
import { worstOn } from '../../../shared/verdict.ts'
import type { FoundRow } from '../../search-messages.ts'
import type { SignalRow } from '../../signal-row.ts'
import { Button } from '../../ui/button.tsx'
import { Address, Who } from '../../ui/facts.tsx'
import { Glyph } from '../../ui/glyphs.tsx'
import { Icon } from '../../ui/icon.tsx'
import { archivedAs } from '../../ui/story.ts'
import { age, ago, exact, now } from '../../ui/time.tsx'
import { stateChoices } from '../../ui/triage.tsx'
import { saidTime } from '../../ui/until.ts'
import { Visible } from '../../ui/visible.tsx'
import { opensMenu } from '../search/over.tsx'
import type { Surface } from '../search/types.ts'
import { assign, busy, move, offFor, openForm } from './desk.ts'
import { InIncidents } from './incidents-tag.tsx'
import { opensBox } from './over.tsx'
import { PeoplePicker } from './people.tsx'
import { addressesOf, isCompromised, matchesOf, tagged, usersOf } from './reading.ts'
import { valueMenu } from './value-menu.ts'

// A screen holds hundreds of cells, and a component costs several times what an element does: what keeps nothing is called as a function.

/** A value of a row with its menu: filter, exclude, copy, and what else there is. */
const valueButton = (surface: Surface, path: string, value: string, shows: preact.ComponentChildren, more = '') => (
  <button
    type="button"
    class={`btn quiet small pill ${more}`}
    aria-label={`${value}: filter, exclude, copy`}
    {...opensMenu(surface.over, `${value}: actions`, () => valueMenu(surface.narrow, path, value, {}))}
  >
    {shows}
  </button>
)

const more = (values: readonly string[]) =>
  values.length > 0 && (
    <span class="weak" title={values.join(', ')}>
      +{values.length}
    </span>
  )

export function titleCell(row: FoundRow, signal: SignalRow, surface: Surface) {
  const [category, ...others] = tagged(row.doc.tags, 'category')
  const { incidents = [] } = signal
  const line = (
    <div class="row title-cell">
      {Visible({ class: 'cut title', title: withCodes(signal.title), text: signal.title })}
      {category !== undefined && valueButton(surface, 'category', category, Visible({ class: 'tag', text: category }))}
      {more(others)}
      {incidents.length > 0 && <InIncidents ids={incidents.slice(0, 1)} tabIndex={-1} />}
      {more(incidents.slice(1).map(incidentKey))}
      {Badges({ signal })}
    </div>
  )
  return signal.archive ? (
    <div class="two-lines">
      {line}
      <Done signal={signal} />
    </div>
  ) : (
    line
  )
}
/** How it ended, in a line of its own; how long ago that is changes while it stands there. */
function Done({ signal }: { signal: SignalRow }) {
  const done = doneTo(signal)
  return (
    <span class="cut weak done" title={withCodes(done)}>
      {Visible({ text: done })}
    </span>
  )
}

/** What is to be known of a signal before it is opened: late, put off, noted on. */
export const Badges = ({ signal }: { signal: SignalRow }) => (
  <>
    {signal.due?.late && (
      <span class="tag overdue" title={dueSays(signal.due)}>
        <Icon of={Hourglass} />
        Overdue
      </span>
    )}
    {signal.snooze && (
      <span class="tag" title={withCodes(snoozeSays(signal.snooze))}>
        <Icon of={AlarmClock} />
        Snoozed
      </span>
    )}
    {signal.notes !== undefined && (
      <span class="tag" title={`${signal.notes} ${signal.notes === 1 ? 'note' : 'notes'}`}>
        <Icon of={NotebookPen} />
        {signal.notes}
      </span>
    )}
  </>
)

const dueWords = { acknowledge: 'taken up', resolve: 'archived' } as const
/** `Due to be taken up today at 03:08, in 12 min`. */
export function dueSays({ what, by, late }: NonNullable<SignalRow['due']>): string {
  const left = age(now.value, by)
  const when = late ? ago(by, now.value) : left === 'now' ? 'within a minute' : `in ${left}`
  return `${late ? 'Was due' : 'Due'} to be ${dueWords[what]} ${saidTime(by, now.value)}, ${when}`
}

/** `Snoozed by Mara until Dec 10, 2025, 03:08:41 UTC: maintenance`. */
export const snoozeSays = ({ by, until, reason }: NonNullable<SignalRow['snooze']>): string =>
  `Snoozed by ${by} until ${exact(until)}: ${reason}`

/** `archived by Mara 2 h ago: false positive`. */
export function doneTo({ archive }: SignalRow): string {
  if (!archive) return ''
  const when = archive.at > 0 ? ` ${ago(archive.at, now.value)}` : ''
  return `archived${archive.by && ` by ${archive.by}`}${when}: ${archivedAs({ ...archive, by: '' }).toLowerCase()}`
}

/** Attackers first, then whom they hit. */
export function entityCell(row: FoundRow, signal: SignalRow, surface: Surface) {
  const addresses = addressesOf(row.doc, signal.ip)
  const users = usersOf(row.doc, signal.users)
  const matches = matchesOf(row.doc)
  const [address] = addresses
  const [user] = users
  return (
    <div class="row ent">
      {address !== undefined &&
        valueButton(
          surface,
          '@network.client.ip',
          address,
          matches.length > 0 ? (
            <span class="cut">{Address({ ip: address, verdict: worstOn(address, matches) })}</span>
          ) : (
            <Visible class="cut addr" text={address} />
          ),
          'whole',
        )}
      {more(addresses.slice(1))}
      {user !== undefined &&
        valueButton(surface, '@usr.name', user, [
          isCompromised(row.doc.tags) ? Compromised() : Icon({ of: UserRound, small: true }),
          Visible({ class: 'cut', text: user }),
        ])}
      {more(users.slice(1))}
    </div>
  )
}
const Compromised = () => (
  <span class="compromised" title="Compromised: the rule is about accounts that were taken over">
    {Icon({ of: TriangleAlert, small: true })}
    <span class="sr">compromised</span>
  </span>
)

export function envCell(row: FoundRow, surface: Surface) {
  const [env, ...others] = tagged(row.doc.tags, 'env')
  if (env === undefined) return null
  return (
    <>
      {valueButton(surface, 'env', env, Visible({ class: 'weak cut', text: env }))}
      {more(others)}
    </>
  )
}

export function TriageCell({ signal, surface }: { signal: SignalRow; surface: Surface }) {
  const { state } = signal
  if (busy.value.has(signal.id)) return <span class="weak">Pending</span>
  return Button({
    kind: 'quiet',
    small: true,
    class: `triage state ${state}`,
    off: offFor(signal),
    'aria-label': `Triage state: ${stateLabels[state]}`,
    ...opensMenu(surface.over, 'Triage state', () =>
      stateChoices(state, to => (to === 'archived' ? openForm('archive', [signal]) : void move([signal], to))),
    ),
    children: [Glyph({ of: state }), stateLabels[state]],
  })
}

export function AssigneeCell({ signal, surface }: { signal: SignalRow; surface: Surface }) {
  const { assignee } = signal
  const label = `Assignee: ${assignee ? assignee.name || assignee.handle : 'nobody'}`
  const off = offFor(signal)
  return Button({
    kind: 'quiet',
    small: true,
    class: 'assignee',
    off,
    title: off ?? label,
    ...opensBox(surface.over, label, close => (
      <PeoplePicker
        now={assignee}
        onPick={to => {
          close()
          void assign([signal], to)
        }}
        onBack={close}
      />
    )),
    children: Assigned({ person: assignee }),
  })
}

/** A picture of who has it, with a name for those who cannot see it. */
export const Assigned = ({ person }: { person: SignalRow['assignee'] }) => (
  <>
    {Who({ person })}
    {person && <span class="sr">assigned to {person.name || person.handle}</span>}
  </>
)

/** The panel says one of them otherwise than the column. */
export const panelStates = { ...stateLabels, under_review: 'Under review' } as const
