import { show } from '../place.ts'

export const linesOfPage = 'Lines that were kept of a page'

/** Show a piece of evidence over what is open; the URL holds it. */
export const readEvidence = (id: string): void => show({ evidence: id }, true)

const named = /\bevidence `([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})`/g
/** Evidence that a note names, as the window does that keeps lines. */
export const evidenceIn = (text: string): string[] => [...new Set([...text.matchAll(named)].map(([, id]) => id!))]
/** Evidence whose lines made a signal, by its tags. */
export const evidenceOf = (tags: readonly string[]): string[] =>
  tags.flatMap(tag => (tag.startsWith('evidence:') ? [tag.slice('evidence:'.length)] : []))
