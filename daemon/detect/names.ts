/** What a query is called that has no name of its own: a, b, c. */
const defaultName = (index: number): string => String.fromCharCode(97 + index)

/** The names by which conditions know the queries of a rule. */
export const queryNames = (queries: readonly { name: string }[]): string[] => queries.map(({ name }, i) => name || defaultName(i))
