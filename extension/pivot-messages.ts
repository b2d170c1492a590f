import type { Pivot, PivotLink } from '../shared/pivot.ts'

// What is asked about links from a value to other sites. A page's card is given no address of them: the background opens it.

/** A link, whether it comes with Signalbox, and whether it was changed since. */
export type ListedPivot = Pivot & { builtIn: boolean; changed: boolean }
export type OfferedPivot = Pick<PivotLink, 'name' | 'host' | 'own'>

export interface PivotProtocol {
  pivots: [object, { pivots: ListedPivot[] }]
  /** `before` is what was there when the change began. */
  putPivot: [{ before: Pivot | null; pivot: Pivot }, ListedPivot]
  /** One that comes with Signalbox is as it came then. */
  removePivot: [{ name: string }, object]
  /** Those that there are for a value. */
  pivotLinks: [{ value: string }, { links: OfferedPivot[] }]
  /** Open one in a tab of its own, which learns nothing of where it was opened. */
  openPivot: [{ name: string; value: string }, object]
}
