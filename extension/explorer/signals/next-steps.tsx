import type { IconNode } from 'lucide'
import {
  AlarmClock,
  AlarmClockOff,
  Archive,
  Ban,
  EyeOff,
  FolderPlus,
  RotateCcw,
  ScrollText,
  Siren,
  UserMinus,
  UserPlus,
  UserX,
  Workflow,
} from 'lucide'
import { useId } from 'preact/hooks'
import type { Investigation } from '../../signal-messages.ts'
import { Button } from '../../ui/button.tsx'
import { whyNoBlock, whyNot } from '../../ui/may.ts'
import { escalateToCase, whyNoCase } from '../escalate/cases.ts'
import { escalateToIncident, whyNoIncidentFrom } from '../escalate/incidents.ts'
import { go, show } from '../place.ts'
import { block } from '../respond/asking.ts'
import { me, move, offFor, openForm, toggleMine, wake } from './desk.ts'
import { whyNotHidden } from './reading.ts'
import { logsPlace, whyNotLogs } from './related-logs.ts'

interface Step {
  label: string
  icon: IconNode
  keys?: string
  /** Why it cannot be done now. */
  off: string | undefined
  run(): void
}

const mostNamed = 3

/** What can be done about a signal; a disabled step says why. */
export function NextSteps({ about }: { about: Investigation }) {
  const id = useId()
  const steps = stepsOf(about)
  const reasons = [...new Set(steps.flatMap(({ off }) => (off === undefined ? [] : [off])))]
  /** The steps that a reason is about, unless it is about most of them. */
  const aboutWhat = (reason: string) => {
    const labels = steps.flatMap(({ off, label }) => (off === reason ? [label.replace('…', '')] : []))
    return labels.length > mostNamed ? '' : `${labels.join(', ')}: `
  }
  return (
    <section>
      <h3>Next steps</h3>
      <div class="next-steps">
        {steps.map(({ label, icon, keys, off, run }) => (
          <Button
            key={label}
            icon={icon}
            off={off}
            {...(keys !== undefined && { keys })}
            {...(off !== undefined && { 'aria-describedby': `${id}-${reasons.indexOf(off)}` })}
            onClick={run}
          >
            {label}
          </Button>
        ))}
      </div>
      {reasons.map((reason, at) => (
        <p class="weak reason" id={`${id}-${at}`} key={reason}>
          {aboutWhat(reason)}
          {reason}
        </p>
      ))}
    </section>
  )
}

function stepsOf(about: Investigation): Step[] {
  const { row } = about
  const off = offFor(row)
  const mine = row.assignee?.uuid === me()
  return [
    {
      label: mine ? 'Unassign' : 'Assign to me',
      icon: mine ? UserMinus : UserPlus,
      keys: 'A',
      off,
      run: () => void toggleMine([row]),
    },
    row.state === 'archived'
      ? { label: 'Reopen', icon: RotateCcw, keys: 'Shift+E', off, run: () => void move([row], 'open') }
      : { label: 'Archive…', icon: Archive, keys: 'E', off, run: () => openForm('archive', [row]) },
    row.snooze
      ? { label: 'End the snooze', icon: AlarmClockOff, off, run: () => void wake([row]) }
      : {
          label: 'Snooze…',
          icon: AlarmClock,
          keys: 'Z',
          off: row.state === 'archived' ? 'What is archived has nothing to be put off.' : off,
          run: () => openForm('snooze', [row]),
        },
    {
      label: 'Create or add to case…',
      icon: FolderPlus,
      keys: 'C',
      off: whyNoCase(),
      run: () => escalateToCase({ rows: [row] }),
    },
    {
      label: 'Declare or add to incident…',
      icon: Siren,
      keys: 'I',
      off: whyNoIncidentFrom([row]),
      run: () => escalateToIncident({ rows: [row] }),
    },
    ...blockSteps(about),
    {
      label: 'Suppress this…',
      icon: EyeOff,
      off: whyNotHidden(about) ?? whyNot('security_monitoring_suppressions_write'),
      run: () => show({ tab: 'rule', do: 'suppress' }),
    },
    {
      label: 'Run workflow…',
      icon: Workflow,
      off: whyNot('workflows_run') ?? whyNot('workflows_read'),
      run: () => show({ do: 'workflow' }),
    },
    {
      label: 'View all related logs',
      icon: ScrollText,
      off: whyNotLogs(about) ?? whyNot('logs_read_data'),
      run: () => go(logsPlace(about)),
    },
  ]
}

/** Blocking whom it comes from, and whom it was done as. */
function blockSteps({ row, addresses }: Investigation): Step[] {
  const { id, title, users } = row
  const because = { signal: id, from: title, reason: title.slice(0, 400) }
  const off = whyNoBlock()
  return [
    {
      label: addresses.length === 1 ? 'Block the attacking IP…' : 'Block all attacking IPs…',
      icon: Ban,
      keys: 'B',
      off: addresses.length === 0 ? 'It names no address.' : off,
      run: () => block({ targets: addresses.map(({ value }) => ({ kind: 'ip', value })), ...because }),
    },
    {
      label: users.length > 1 ? 'Block users…' : 'Block this user…',
      icon: UserX,
      off: users.length === 0 ? 'It names no user.' : off,
      run: () => block({ targets: users.map(value => ({ kind: 'user', value })), ...because }),
    },
  ]
}
