import { piecesOf } from '../../ui/query-looks.ts'
import type { Fault } from './types.ts'

/** The coloured text behind the input, with what cannot be read underlined where it is. */
export function Colours({ text, fault }: { text: string; fault: Fault | undefined }) {
  const [from, to] = fault ? [fault.at[0], Math.max(fault.at[1], fault.at[0] + 1)] : [0, 0]
  let at = 0
  const parts = piecesOf(text).flatMap(piece => {
    const start = at
    at += piece.text.length
    // a piece may be wrong in a part of it only
    const cuts = [0, from - start, to - start, piece.text.length].filter(cut => cut >= 0 && cut <= piece.text.length)
    return cuts.slice(1).flatMap((end, i) => {
      const begin = cuts[i]!
      const bad = fault !== undefined && start + begin < to && start + end > from
      return begin === end ? [] : [{ text: piece.text.slice(begin, end), look: `${piece.look} ${bad ? 'error' : ''}` }]
    })
  })
  return (
    <>
      {parts.map(({ text, look }, i) => (
        <span class={look} key={i}>
          {text}
        </span>
      ))}
      {fault && from >= text.length && <span class="error"> </span>}
    </>
  )
}
