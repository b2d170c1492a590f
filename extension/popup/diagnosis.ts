import { type Here, mostFrames, type Settings } from '../messages.ts'

/** What helps where marks are missing. */
export type Remedy = 'allow' | 'reload' | 'options'
export interface Diagnosis {
  says: string
  remedy?: Remedy
  /** Addresses to look up instead. */
  addresses?: string[]
}

const many = (count: number, thing: string) => `${count.toLocaleString('en')} ${thing}${count === 1 ? '' : 'es'}`

// The first that holds is what a person needs to hear.
const causes: ((here: Here, marks: Settings['marks']) => Diagnosis | false)[] = [
  ({ reach, granted }) =>
    (reach === 'site' || reach === 'all') && !granted && { says: 'The browser keeps Signalbox off this site.', remedy: 'allow' },
  ({ marking }) => !marking && { says: 'This page does not answer: it was open before, or lets no extension in.', remedy: 'reload' },
  (_, marks) => !Object.values(marks).includes(true) && { says: 'All kinds of marks are switched off.', remedy: 'options' },
  ({ drawn, spoken }) =>
    drawn && {
      says: `This page draws its text as a picture, where nothing can be marked. Select it and right-click${spoken.length > 0 ? ', or look up what it reads aloud' : ''}.`,
      addresses: spoken,
    },
  ({ behind }) => behind && { says: 'This page changes faster than it can be read. Marks are back once it rests.' },
  ({ crowded }) =>
    crowded && { says: `This page has more than ${mostFrames} frames: marks are in the first ${mostFrames}. A look-up works in all.` },
  ({ cut }) => cut && { says: 'This page is very long: the number counts only its beginning. Marks are everywhere.' },
  ({ found, bad, signals }) =>
    found + bad + signals === 0 && { says: 'No IP address stands on this page, and near the screen nothing else that is known.' },
  ({ found, bad, signals }, { unknown }) =>
    bad + signals === 0 &&
    (unknown
      ? { says: `${many(found, 'address')} here, none known bad.` }
      : { says: `${many(found, 'address')} here, none known bad. Unknown ones are not marked.`, remedy: 'options' }),
]

/** Why there are no marks, or not all, on a page where they are wanted; undefined where there is nothing to say. */
export function diagnose(here: Here, marks: Settings['marks']): Diagnosis | undefined {
  if (here.origin === null || here.reach === 'off') return undefined
  for (const cause of causes) {
    const found = cause(here, marks)
    if (found) return found
  }
  return undefined
}
