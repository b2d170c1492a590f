import type { JSX } from 'preact'
import type { Severity as Level } from '../../shared/severity.ts'
import { type State, stateLabels } from '../../shared/triage.ts'

// Severity is a polygon with fewer and emptier sides as it falls; state is a circle that fills up. Told apart without colour.
const octagon = 'M4.4.5h5.2l3.9 3.9v5.2l-3.9 3.9H4.4L.5 9.6V4.4zM6.1 3l.25 5h1.3L7.9 3zM6 10.2a1 1 0 1 0 2 0 1 1 0 1 0-2 0z'
const tick = 'M7 .4a6.6 6.6 0 1 1 0 13.2A6.6 6.6 0 0 1 7 .4zM5.9 10.2l4.6-4.9-1-.95-3.6 3.8-1.5-1.5-1 1z'
const ring = () => <circle cx="7" cy="7" r="5.8" fill="none" stroke="currentColor" stroke-width="1.6" />
const drawings: Record<Level | State, () => JSX.Element> = {
  critical: () => <path fill="currentColor" fill-rule="evenodd" d={octagon} />,
  high: () => <path fill="currentColor" d="M6.3 1.2a.8.8 0 0 1 1.4 0l5.9 10.6a.8.8 0 0 1-.7 1.2H1.1a.8.8 0 0 1-.7-1.2z" />,
  medium: () => <path fill="currentColor" d="M7 .6 13.4 7 7 13.4.6 7z" />,
  low: () => <path fill="none" stroke="currentColor" stroke-width="1.8" stroke-linejoin="round" d="M1.6 3h10.8L7 11.8z" />,
  info: () => <path fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" d="M2 4.5h10M2 9.5h6" />,
  open: ring,
  under_review: () => (
    <>
      {ring()}
      <path fill="currentColor" d="M7 3.4a3.6 3.6 0 0 1 0 7.2z" />
    </>
  ),
  archived: () => <path fill="currentColor" fill-rule="evenodd" d={tick} />,
}

export const Glyph = ({ of }: { of: Level | State }) => (
  <svg class="glyph" viewBox="0 0 14 14" aria-hidden="true">
    {drawings[of]()}
  </svg>
)

// Lists hold hundreds of these, and a component costs several times what an element does: where one that keeps nothing stands within another,
// it is called as the function that it is.

export const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

/** Polygon and word; with `bare` the word is only read aloud and shown on hover. */
export const Severity = ({
  level,
  bare,
  title = bare ? capital(level) : undefined,
}: {
  level: Level
  bare?: boolean
  title?: string | undefined
}) => (
  <span class={`sev ${level}`} title={title}>
    {Glyph({ of: level })}
    {bare ? <span class="sr">{capital(level)}</span> : capital(level)}
  </span>
)

export const StateLabel = ({ state }: { state: State }) => (
  <span class={`state ${state}`}>
    {Glyph({ of: state })}
    {stateLabels[state]}
  </span>
)
