import { CircleCheck, CircleDashed, CircleHelp, Clock, Hourglass, type IconNode, ShieldOff, TriangleAlert } from 'lucide'
import { type Landing, type LandingState, saidLanding } from '../../shared/proof.ts'
import { Icon } from './icon.tsx'

const looks: Record<LandingState, readonly [icon: IconNode, look: string]> = {
  waiting: [Clock, 'suspicious'],
  unenforced: [ShieldOff, 'malicious'],
  silent: [TriangleAlert, 'malicious'],
  pending: [Clock, 'plain'],
  partly: [CircleHelp, 'suspicious'],
  delivered: [CircleDashed, 'unknown'],
  applied: [CircleCheck, 'benign'],
  lifting: [Hourglass, 'suspicious'],
  ended: [ShieldOff, 'plain'],
}

/** How far a block has got, by a picture and a word: what enforcers reported, and never more. `word` where another says more, such as how it ended. */
export function LandingTag({ landing, word }: { landing: Landing; word?: string | undefined }) {
  const [icon, look] = looks[landing.state]
  const said = saidLanding(landing)
  return (
    <span class={`tag nowrap ${look}`} title={said.says}>
      <Icon of={icon} />
      {word ?? said.word}
    </span>
  )
}
