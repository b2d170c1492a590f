import { Archive, RotateCcw, UserMinus, UserPlus } from 'lucide'
import type { State } from '../../shared/triage.ts'
import type { SignalRow } from '../messages.ts'
import { Button } from '../ui/button.tsx'
import { locked, StateButton } from '../ui/triage.tsx'
import type { Desk } from './desk.ts'

/** What can be done with one signal. `form`: its archive form is open; `off`: why nothing can be done now. */
export function Moves({ desk, row, me, form, off }: { desk: Desk; row: SignalRow; me: string; form: boolean; off?: string | undefined }) {
  const why = row.locked ? locked : off
  const mine = row.assignee?.uuid === me
  const change = (to: State) => (to === 'archived' ? desk.askWhy([row]) : void desk.move([row], to))
  return (
    <>
      <StateButton state={row.state} off={why} onPick={change} />
      <Button kind="quiet" small icon={mine ? UserMinus : UserPlus} keys="A" off={why} onClick={() => desk.assign([row])}>
        {mine ? 'Unassign' : 'Assign to me'}
      </Button>
      {row.state === 'archived' ? (
        <Button
          kind="quiet"
          small
          icon={RotateCcw}
          title="Reopen (Shift E)"
          aria-keyshortcuts="Shift+E"
          off={why}
          onClick={() => desk.move([row], 'open')}
        >
          Reopen
        </Button>
      ) : (
        <Button kind="quiet" small icon={Archive} keys="E" off={why} aria-expanded={form} onClick={() => desk.askWhy([row])}>
          Archive
        </Button>
      )}
    </>
  )
}
