import { longestTemplate, type Pivot, pivotKinds } from '../../../shared/pivot.ts'
import type { PivotProtocol } from '../../pivot-messages.ts'
import { flag, type GuardsOf, list, oneOf, orNull, shape, text } from '../guard.ts'
import { nothing, observable } from './parts.ts'

const pivotName = text(60, name => name.trim() !== '')
const pivot = shape<Pivot>({
  ...{ name: pivotName, template: text(longestTemplate), kinds: list(oneOf(pivotKinds), 0, pivotKinds.length) },
  ...{ intranet: flag, enabled: flag },
})

export const pivotGuards: GuardsOf<PivotProtocol> = {
  pivots: nothing,
  putPivot: shape({ before: orNull(pivot), pivot }),
  removePivot: shape({ name: pivotName }),
  pivotLinks: shape({ value: observable }),
  openPivot: shape({ name: pivotName, value: observable }),
}
