import { Archive, ArchiveRestore, CircleCheck, Download, Merge, RotateCcw, UserPlus } from 'lucide'
import { useEffect, useMemo } from 'preact/hooks'
import { type CasePriority, casePriorities, caseStatuses, caseStatusLabels, priorityLabel } from '../../../shared/case.ts'
import { type CaseDetails, type CaseEvent, type CaseFileFormat, type CaseRow, caseFileFormats } from '../../case-messages.ts'
import { onPush } from '../../relay.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { whyNot } from '../../ui/may.ts'
import { MenuButton } from '../../ui/menu-button.tsx'
import { Modal } from '../../ui/modal.tsx'
import { Ago } from '../../ui/time.tsx'
import { CasePicker } from '../escalate/case-picker.tsx'
import { Absent, useGone } from '../gone.tsx'
import { createLoad } from '../load.ts'
import { Panel } from '../panel.tsx'
import { place, show } from '../place.ts'
import { me, uuidOf } from '../signals/desk.ts'
import { PersonButton } from '../signals/person-button.tsx'
import { useKeys } from '../use-keys.ts'
import { CloseForm } from './close-form.tsx'
import { change, exportCase, form, list, merge, offFor, split } from './desk.ts'
import { CaseStatusLabel, Overdue, Priority } from './looks.tsx'
import { Overview } from './overview.tsx'
import { CaseTimeline } from './timeline.tsx'

/** One case: how it stands, what it holds, what happened, and what can be done. */
export function CasePanel({ id }: { id: string }) {
  const details = useMemo(() => createLoad('case'), [])
  const load = () => details.load({ id })
  const known = list.value.value?.rows.find(one => one.id === id || one.key === id)
  // a change made here or elsewhere makes a new version
  useEffect(() => void load(), [id, known?.version, known?.comments, known?.insights])
  useEffect(
    () =>
      onPush(push => {
        const open = details.value.peek()?.row
        // what is on its way may have been read before
        if (push.type === 'caseNews' && (!open || push.ids.includes(open.id))) void load()
      }),
    [id],
  )
  useEffect(() => () => void (form.value = null), [id])
  const failure = details.failure.value
  const gone = useGone('case', failure, details.value.value?.row.key ?? known?.key)
  const about = gone ? null : details.value.value
  const row = about ? (known && known.version > about.row.version ? known : about.row) : gone ? undefined : known
  const off = row && offFor(row)
  useKeys(
    row && off === undefined
      ? {
          a: () => void change(row, { assignee: row.assignee?.uuid === me() ? '' : me() }, { assignee: row.assignee?.uuid ?? '' }),
          A: () => press('.panel .assignee .opener button'),
          s: () => press('.panel .case-state .opener button'),
          e: () => void begin(row),
          E: () => row.status === 'CLOSED' && void change(row, { status: 'OPEN' }),
          n: () => focusOn('#comment'),
        }
      : {},
  )
  const tab = place.value.with['tab'] ?? 'overview'
  return (
    <Panel
      label={gone?.label ?? (row ? `${row.key} ${row.title}` : 'Case')}
      of={id}
      head={row && <span class="weak">{row.type}</span>}
      under={row && <Triage row={row} events={about?.events ?? []} />}
      tools={row && <Tools row={row} />}
      {...(row && {
        tabs: [
          { id: 'overview', label: 'Overview' },
          { id: 'timeline', label: 'Timeline', count: about?.events.length },
        ],
      })}
      tab={tab}
      onTab={next => show({ tab: next === 'overview' ? undefined : next })}
      onClose={() => show({ case: undefined, tab: undefined })}
    >
      {about && row && <Tab tab={tab} about={{ ...about, row }} reload={load} />}
      {!about && <Absent gone={gone} failure={failure} onRetry={load} />}
      {row && form.value === 'merge' && (
        <Modal label={`Merge ${row.key} into another case`} onClose={() => (form.value = null)}>
          <p class="dim about">All that it holds is in the other case then, and it is closed. It can be split off again.</p>
          <CasePicker word="Merge into" but={row.id} onPick={into => merge(row, into)} onBack={() => (form.value = null)} />
        </Modal>
      )}
    </Panel>
  )
}

function press(selector: string): boolean {
  const button = document.querySelector<HTMLElement>(selector)
  button?.click()
  return button !== null
}
function focusOn(selector: string): boolean {
  const found = document.querySelector<HTMLElement>(selector)
  if (!found) show({ tab: 'timeline' })
  else found.focus()
  return true
}
/** Close it: at once, or where that takes a reason, ask for it. */
function begin(row: CaseRow): void {
  if (row.status === 'CLOSED') return
  if (row.needsReason) form.value = form.value === 'close' ? null : 'close'
  else void change(row, { status: 'CLOSED' }, { status: row.status })
}

const Tab = ({ tab, about, reload }: { tab: string; about: CaseDetails; reload(): Promise<void> }) =>
  tab === 'timeline' ? <CaseTimeline about={about} reload={reload} /> : <Overview about={about} />

const formats: Record<CaseFileFormat, string> = { markdown: 'Markdown', html: 'Page to print (HTML)', json: 'JSON', stix: 'STIX 2.1' }

function Tools({ row }: { row: CaseRow }) {
  return (
    <MenuButton
      label="Export"
      over
      choices={caseFileFormats.map(format => ({ label: formats[format], onPick: () => void exportCase(row, format) }))}
    >
      <Icon of={Download} small />
      Export
    </MenuButton>
  )
}

/** Status, priority and assignee, and what is being decided. */
function Triage({ row, events }: { row: CaseRow; events: readonly CaseEvent[] }) {
  const off = offFor(row)
  return (
    <>
      <div class="row meta wrap">
        <span class="case-state">
          <MenuButton
            label="Status"
            name={`Status: ${caseStatusLabels[row.status]}`}
            off={off}
            over
            choices={caseStatuses.map(status => ({
              label: caseStatusLabels[status],
              show: <CaseStatusLabel status={status} />,
              checked: status === row.status,
              onPick: () => (status === 'CLOSED' ? begin(row) : status !== row.status && void change(row, { status }, backOf(row))),
            }))}
          >
            <CaseStatusLabel status={row.status} />
          </MenuButton>
        </span>
        <MenuButton
          label="Priority"
          off={off}
          over
          choices={casePriorities.toReversed().map((priority: CasePriority) => ({
            label: priorityLabel(priority),
            checked: priority === row.priority,
            onPick: () => priority !== row.priority && void change(row, { priority }, { priority: row.priority }),
          }))}
        >
          <span class="dim">Priority</span> <Priority of={row.priority} />
        </MenuButton>
        <PersonButton
          person={row.assignee}
          part="Assignee"
          ask="Assign"
          nobody="Assign"
          icon={<Icon of={UserPlus} small />}
          off={off}
          onPick={to => void change(row, { assignee: uuidOf(to) }, { assignee: row.assignee?.uuid ?? '' })}
        />
        <Overdue row={row} />
        <span class="weak nowrap end">
          <Ago time={row.created} sentence />
        </span>
      </div>
      <Standing row={row} />
      {form.value === 'close' && off === undefined && <CloseForm row={row} events={events} />}
      <Actions row={row} />
    </>
  )
}
/** What puts a status back; nothing where that would take a reason. */
const backOf = ({ status, needsReason }: CaseRow) => (status === 'CLOSED' && needsReason ? undefined : { status })

function Standing({ row }: { row: CaseRow }) {
  const { mergedInto, merged } = row
  if (!mergedInto && !row.archived && merged.length === 0) return null
  const off = whyNot('cases_write')
  return (
    <>
      {mergedInto && (
        <p class="dim row">
          Part of
          <button type="button" class="link" onClick={() => show({ case: mergedInto.id })}>
            {mergedInto.key}
          </button>
          now.
          <Button small kind="quiet" off={off} onClick={() => void split({ ...row, id: mergedInto.id, key: mergedInto.key }, row.id)}>
            Split off again
          </Button>
        </p>
      )}
      {merged.map(part => (
        <p class="dim row" key={part.id}>
          Holds
          <button type="button" class="link" onClick={() => show({ case: part.id })}>
            {part.key}
          </button>
          too.
          <Button small kind="quiet" off={off} onClick={() => void split(row, part.id)}>
            Split {part.key} off
          </Button>
        </p>
      ))}
    </>
  )
}

function Actions({ row }: { row: CaseRow }) {
  const off = offFor(row)
  const asked = form.value
  return (
    <div class="row wrap actions">
      {row.status === 'CLOSED' ? (
        <Button small icon={RotateCcw} keys="Shift+E" off={off} onClick={() => void change(row, { status: 'OPEN' })}>
          Reopen
        </Button>
      ) : (
        <Button
          small
          icon={CircleCheck}
          keys="E"
          off={off}
          aria-expanded={row.needsReason ? asked === 'close' : undefined}
          onClick={() => begin(row)}
        >
          {row.needsReason ? 'Close…' : 'Close'}
        </Button>
      )}
      <Button
        small
        icon={Merge}
        off={off ?? (row.status === 'CLOSED' ? 'It is closed' : undefined)}
        onClick={() => {
          form.value = 'merge'
        }}
      >
        Merge…
      </Button>
      {row.archived ? (
        <Button
          small
          icon={ArchiveRestore}
          off={whyNot('cases_write')}
          onClick={() => void change(row, { archived: false }, { archived: true })}
        >
          Take out of the archive
        </Button>
      ) : (
        <Button small icon={Archive} off={off} onClick={() => void change(row, { archived: true }, { archived: false })}>
          Archive
        </Button>
      )}
    </div>
  )
}
