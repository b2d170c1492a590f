import { AlarmClock, Hourglass, NotebookPen, TriangleAlert, UserRound } from 'lucide'
import { incidentKey } from '../../../shared/incident.ts'
import { stateLabels } from '../../../shared/triage.ts'
import { worstOn } from '../../../shared/verdict.ts'
import type { FoundRow } from '../../search-messages.ts'
import type { SignalRow } from '../../signal-row.ts'
import { Address, Who } from '../../ui/facts.tsx'
import { Icon } from '../../ui/icon.tsx'
import { MenuButton } from '../../ui/menu-button.tsx'
import { archivedAs } from '../../ui/story.ts'
import { ago, exact, now } from '../../ui/time.tsx'
import { StateButton } from '../../ui/triage.tsx'
import { Visible } from '../../ui/visible.tsx'
import type { Surface } from '../search/types.ts'
import { assign, busy, move, offFor, openForm } from './desk.ts'
import { InIncidents } from './incidents-tag.tsx'
import { OverButton } from './over.tsx'
import { PeoplePicker } from './people.tsx'
import { addressesOf, isCompromised, matchesOf, tagged, usersOf } from './reading.ts'
import { valueMenu } from './value-menu.ts'

// A screen holds hundreds of cells, and a component costs several times what an element does: what keeps nothing is called as a function.

/** A value of a row with its menu: filter, exclude, copy, and what else there is. */
const valueButton = (surface: Surface, path: string, value: string, shows: preact.ComponentChildren) => (
  <MenuButton
    key={path}
    label={`${value}: actions`}
    name={`${value}: filter, exclude, copy`}
    choices={() => valueMenu(surface.narrow, path, value, {})}
    over
    class="pill"
    tabIndex={-1}
  >
    {shows}
  </MenuButton>
)

const more = (values: readonly string[]) =>
  values.length > 0 && (
    <span class="weak" title={values.join(', ')}>
      +{values.length}
    </span>
  )

export function TitleCell({ row, signal, surface }: { row: FoundRow; signal: SignalRow; surface: Surface }) {
  const [category, ...others] = tagged(row.doc.tags, 'category')
  const { incidents = [] } = signal
  const done = doneTo(signal)
  return (
    <div class={`title-cell ${done ? 'two' : ''}`}>
      <div class="row">
        {Visible({ class: 'cut title', title: signal.title, text: signal.title })}
        {category !== undefined && valueButton(surface, 'category', category, <span class="tag">{Visible({ text: category })}</span>)}
        {more(others)}
        {incidents.length > 0 && <InIncidents ids={incidents.slice(0, 1)} tabIndex={-1} />}
        {more(incidents.slice(1).map(incidentKey))}
        {Badges({ signal })}
      </div>
      {done && (
        <span class="cut weak done" title={done}>
          <Visible text={done} />
        </span>
      )}
    </div>
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
      <span class="tag" title={`Snoozed by ${signal.snooze.by} until ${exact(signal.snooze.until)}: ${signal.snooze.reason}`}>
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
/** `To be taken up by Dec 10, 03:08:41`. */
export const dueSays = ({ what, by, late }: NonNullable<SignalRow['due']>): string =>
  `${late ? 'Was to be' : 'To be'} ${dueWords[what]} by ${exact(by)}`

/** `archived by Mara 2 h ago: false positive`. */
export function doneTo({ archive }: SignalRow): string {
  if (!archive) return ''
  const when = archive.at > 0 ? ` ${ago(archive.at, now.value)}` : ''
  return `archived${archive.by && ` by ${archive.by}`}${when}: ${archivedAs({ ...archive, by: '' }).toLowerCase()}`
}

/** Attackers first, then whom they hit. */
export function EntityCell({ row, signal, surface }: { row: FoundRow; signal: SignalRow; surface: Surface }) {
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
          <span class="cut">{Address({ ip: address, verdict: matches.length > 0 ? worstOn(address, matches) : null })}</span>,
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

export function EnvCell({ row, surface }: { row: FoundRow; surface: Surface }) {
  const [env, ...others] = tagged(row.doc.tags, 'env')
  if (env === undefined) return null
  return (
    <>
      {valueButton(surface, 'env', env, Visible({ class: 'weak cut', text: env }))}
      {more(others)}
    </>
  )
}

export function TriageCell({ signal }: { signal: SignalRow }) {
  if (busy.value.has(signal.id)) return <span class="weak">Pending</span>
  return (
    <span class="triage">
      <StateButton
        state={signal.state}
        off={offFor(signal)}
        over
        tabIndex={-1}
        onPick={to => (to === 'archived' ? openForm('archive', [signal]) : void move([signal], to))}
      />
    </span>
  )
}

export function AssigneeCell({ signal }: { signal: SignalRow }) {
  const { assignee } = signal
  const name = assignee ? assignee.name || assignee.handle : 'nobody'
  return (
    <span class="assignee">
      <OverButton label={`Assignee: ${name}`} off={offFor(signal)} tabIndex={-1} shows={Assigned({ person: assignee })}>
        {close => (
          <PeoplePicker
            now={assignee}
            onPick={to => {
              close()
              void assign([signal], to)
            }}
            onBack={close}
          />
        )}
      </OverButton>
    </span>
  )
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
