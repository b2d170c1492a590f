import { Ban, CircleAlert, CircleCheck, CircleDashed, CircleHelp, CircleX, Clock, type IconNode, LoaderCircle } from 'lucide'
import type { StepState } from '../../../shared/workflow.ts'
import { Icon } from '../../ui/icon.tsx'

/** A picture and a word for each: none is told by colour alone. */
const looks: Record<StepState, readonly [word: string, icon: IconNode, look: string]> = {
  pending: ['Not begun', CircleDashed, 'dim'],
  running: ['Running', LoaderCircle, ''],
  waiting: ['Waiting', Clock, ''],
  succeeded: ['Succeeded', CircleCheck, 'good'],
  failed: ['Failed', CircleX, 'late'],
  skipped: ['Skipped', CircleDashed, 'dim'],
  unknown: ['Unknown', CircleHelp, 'late'],
  canceled: ['Canceled', Ban, 'dim'],
}

export const RunStatus = ({ state }: { state: StepState }) => {
  const [word, icon, look] = looks[state]
  return (
    <span class={`status ${look}`}>
      <Icon of={icon} small />
      {word}
    </span>
  )
}

/** What begins a workflow, in words. */
export const triggerWords: Record<string, string> = { security: 'Signals', schedule: 'A schedule', api: 'By hand' }
export const triggersOf = (names: readonly string[]): string => names.map(name => triggerWords[name] ?? name).join(', ')

/** Text that may scroll: keys must reach it. */
export const scrolls = (label: string) => ({ role: 'region', 'aria-label': label, tabIndex: 0 }) as const

export const Unsure = () => (
  <p class="notice medium">
    <Icon of={CircleAlert} />
    <span>Whether this step was done is unknown. Look there before you run it again.</span>
  </p>
)
