import { Archive, RotateCcw, UserPlus, X } from 'lucide'
import { Button, IconButton } from '../ui/button.tsx'
import { ArchiveForm } from '../ui/triage.tsx'
import { type Desk, formIn } from './desk.ts'
import { unpick } from './list.ts'

/** What can be done with the rows that are picked. `off`: why nothing can be now. */
export function BulkBar({ desk, off }: { desk: Desk; off: string | undefined }) {
  const { list, archiving } = desk
  const count = list.value.picked.size
  if (count === 0 || desk.opened.row.value) return null
  return (
    <section class="bulk" aria-label={`${count} selected`}>
      {archiving.value && !formIn(desk) && (
        <ArchiveForm
          count={archiving.value.length}
          off={off}
          onArchive={choice => desk.move(archiving.value ?? [], 'archived', choice)}
          onBack={() => (archiving.value = null)}
        />
      )}
      <div class="row">
        <strong class="nowrap" role="status">
          {count} selected
        </strong>
        <span class="end" />
        <Button kind="quiet" small icon={UserPlus} keys="A" off={off} onClick={() => desk.assign(desk.targets())}>
          Assign to me
        </Button>
        {desk.tab.value === 'archived' ? (
          <Button kind="quiet" small icon={RotateCcw} off={off} onClick={() => desk.move(desk.targets(), 'open')}>
            Reopen
          </Button>
        ) : (
          <Button
            kind="quiet"
            small
            icon={Archive}
            keys="E"
            off={off}
            aria-expanded={archiving.value !== null}
            onClick={() => desk.askWhy()}
          >
            Archive
          </Button>
        )}
        <IconButton label="Select none (Esc)" icon={X} small onClick={() => (list.value = unpick(list.value))} />
      </div>
    </section>
  )
}
