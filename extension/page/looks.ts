import type { MarkKind } from '../messages.ts'
import type { Spot } from './runs.ts'

/** `long …`: in a long text. `current`: the value whose card is open. */
export type Layer = MarkKind | `long ${MarkKind}` | 'current'

/** The look of each kind: its form first, its colour second. No rule touches the colour of the text. */
export const looks: Record<Layer, string> = {
  match: 'text-decoration: underline 3px #dc2a55; background-color: #dc2a5522',
  signal: 'text-decoration: underline double 2px #cf5a10; background-color: #cf5a101f',
  blocked: 'text-decoration: line-through 2px #7c8590',
  trusted: 'text-decoration: underline dashed 2px #2b8f4e',
  unknown: 'text-decoration: underline dotted 2px #7c8590',
  'long match': 'background-color: #dc2a55bb',
  'long signal': 'background-color: #cf5a10bb',
  'long blocked': 'background-color: #7c8590bb',
  'long trusted': 'background-color: #2b8f4ebb',
  'long unknown': 'background-color: #7c8590bb',
  current: 'background-color: #3267d640',
}
/** Of a match where the person has set the colours: Chromium draws all marks as if they were selected then, in which a thick line is not seen. */
const forced = 'text-decoration: underline wavy 2px'
export const layers = Object.keys(looks) as Layer[]

/** A name that no page can know or guess; `crypto.randomUUID` is missing on pages without TLS. */
const randomName = (): string => `n${[...crypto.getRandomValues(new Uint32Array(4))].map(word => word.toString(36)).join('')}`
/** What each layer is called on one page. The page can see that there are highlights; by their names it cannot tell whose. */
export type LayerNames = Record<Layer, string>
export const newNames = () => Object.fromEntries(layers.map(layer => [layer, randomName()])) as LayerNames
/** The rules of one layer for what these selectors reach. */
export function rulesOf(layer: Layer, name: string, selectors: readonly string[]): string[] {
  const of = (look: string) => `${selectors.map(selector => `${selector}::highlight(${name})`).join()} { ${look} }`
  return layer === 'match' ? [of(looks.match), `@media (forced-colors: active) { ${of(forced)} }`] : [of(looks[layer])]
}

/**
 * UTF-16 units. At each change of a line Chromium works out anew how far all lines of its text reach: 15 ms in a text of this length, 400 in one of
 * 11 MB. Of a ground it does not.
 */
const long = 500_000

/** The characters of so many that have a ground, which is the form of a mark in a long text. */
const grounds: Record<MarkKind, (length: number) => [from: number, to: number][]> = {
  match: length => [[0, length]],
  // two, as a double line
  signal: length => [
    [0, length >> 1],
    [(length >> 1) + 1, length],
  ],
  blocked: length => every(2, 1, length),
  trusted: length => every(4, 3, length),
  unknown: length => [
    [0, 1],
    [length - 1, length],
  ],
}
const every = (step: number, wide: number, length: number) =>
  Array.from({ length: Math.ceil(length / step) }, (_, i): [number, number] => [i * step, Math.min(length, i * step + wide)])

/** How a value is drawn: in which layer, and which pieces of it. */
export function drawingOf(kind: MarkKind, spot: Spot): { layer: Layer; pieces: Spot[] } {
  if (spot.texts.every(text => text.length < long)) return { layer: kind, pieces: [spot] }
  const pieces =
    spot.texts.length > 1
      ? [spot]
      : grounds[kind](spot.to - spot.from).map(([from, to]) => ({ ...spot, from: spot.from + from, to: spot.from + to }))
  return { layer: `long ${kind}`, pieces }
}
