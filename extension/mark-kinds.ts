/** What is known of a value, worst first: a page shows the first that holds. */
export const markKinds = ['blocked', 'signal', 'match', 'trusted', 'unknown'] as const
export type MarkKind = (typeof markKinds)[number]
