import { effect } from '@preact/signals'
import { ExternalLink } from 'lucide'
import { findObservables } from '../../shared/observables.ts'
import { linksFor, type PivotLink, whyWithheld } from '../../shared/pivot.ts'
import { ask, isFailure } from '../relay.ts'
import { Icon } from '../ui/icon.tsx'
import { granted } from '../ui/may.ts'
import type { Choice } from '../ui/menu.tsx'
import { Pivots } from '../ui/pivots.tsx'
import { createLoad } from './load.ts'
import { toasts } from './surface.ts'

/** Links from values to other sites, as they are set. */
export const pivots = createLoad('pivots')
const mayRead = () => granted.value.has('security_monitoring_signals_read')
// before a menu is opened: nothing is to come into it under the pointer
effect(() => {
  if (mayRead()) void pivots.load({})
})

/** The links for a text that is a value as a whole; none for any other. */
export function pivotsOf(text: string): PivotLink[] {
  const [found] = text.length <= 2048 ? findObservables(text) : []
  const isWhole = found?.from === 0 && found.to === text.length
  return isWhole ? linksFor(pivots.value.value?.pivots ?? [], found.type, found.value) : []
}

/** For a menu: a line each. */
export const pivotChoices = (value: string): Choice[] =>
  pivotsOf(value).map(({ name, own }, at) => ({
    label: `Open ${name} for ${value}`,
    show: (
      <>
        <Icon of={ExternalLink} small />
        {name}
      </>
    ),
    apart: at === 0,
    off: own === null ? undefined : whyWithheld(own),
    onPick: () => void open(name, value),
  }))

async function open(name: string, value: string): Promise<void> {
  const answer = await ask('openPivot', { name, value })
  if (isFailure(answer)) toasts.fail(`${name} not opened: ${answer.error}`)
}

/** For a panel. */
export const PivotsOf = ({ value }: { value: string }) => <Pivots links={pivotsOf(value)} />
