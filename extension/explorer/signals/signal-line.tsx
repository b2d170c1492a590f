import type { ComponentChildren } from 'preact'
import type { SignalRow } from '../../messages.ts'
import { Severity, StateLabel } from '../../ui/glyphs.tsx'
import { Ago } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'

type Shown = Pick<SignalRow, 'severity' | 'title' | 'state' | 'last_seen'>

/** Another signal in a list beside the one that is read; `children` say what it has to do with it. */
export const SignalLine = ({ row, onOpen, children }: { row: Shown; onOpen(): void; children?: ComponentChildren }) => (
  <li>
    <Severity level={row.severity} bare />
    <div>
      <button type="button" class="link" onClick={onOpen}>
        <Visible text={row.title} />
      </button>
      <p class="weak">
        <StateLabel state={row.state} /> {children}
      </p>
    </div>
    <span class="weak nowrap">
      <Ago time={row.last_seen} sentence />
    </span>
  </li>
)
