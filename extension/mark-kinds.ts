/** What is known of an address, worst first: a page shows the first that holds. */
export const markKinds = ['blocked', 'signal', 'match', 'trusted', 'unknown'] as const
export type MarkKind = (typeof markKinds)[number]
