import { CircleCheck, CircleDashed, CircleHelp, CircleMinus, CircleX, Clock, type IconNode, ShieldOff, TriangleAlert } from 'lucide'
import type { ComponentChildren } from 'preact'
import type { ProofState } from '../../shared/proof.ts'
import type { BlockRow, ProofRow } from '../respond-messages.ts'
import { Icon } from '../ui/icon.tsx'
import { Ago } from '../ui/time.tsx'

/** A picture and a word for each: what the enforcer reported, and never more. */
const looks: Record<ProofState, readonly [word: string, icon: IconNode, look: string]> = {
  applied: ['Applied', CircleCheck, 'good'],
  delivered: ['Delivered', CircleDashed, ''],
  pending: ['Pending', Clock, 'dim'],
  partly: ['Partly applied', CircleHelp, 'so-so'],
  uncertain: ['Perhaps in part', CircleHelp, 'so-so'],
  unsupported: ['Cannot hold it', CircleX, 'so-so'],
  lifted: ['Lifted there', ShieldOff, ''],
  never: ['Never told', CircleMinus, 'dim'],
}
const order = Object.keys(looks) as ProofState[]

const ProofTag = ({ state }: { state: ProofState }) => {
  const [word, icon, look] = looks[state]
  return (
    <span class={`proof-state ${look}`}>
      <Icon of={icon} small />
      {word}
    </span>
  )
}

/** In a list, where the state is said in words: who enforces it, or how many have got how far; and whether one is silent. */
export function ProofSummary({ row, proof }: { row: BlockRow; proof: readonly ProofRow[] }) {
  const [first, ...more] = proof
  if (row.state === 'waiting' || !first) return <span class="weak">{row.state === 'waiting' ? 'Not told yet' : 'None'}</span>
  const about = proof.map(({ name, state, stale, hint }) =>
    [`${name}: ${looks[state][0]}`, stale && 'silent', hint].filter(Boolean).join('. '),
  )
  const silent = proof.filter(({ stale }) => stale).length
  return (
    <span class="row enforced" title={about.join('\n')}>
      {more.length === 0 ? (
        <Picture of={looks[first.state]}>
          <span class="cut">{first.name}</span>
        </Picture>
      ) : (
        order
          .filter(state => proof.some(one => one.state === state))
          .map(state => (
            <Picture key={state} of={looks[state]}>
              {proof.filter(one => one.state === state).length}
              <span class="sr"> {looks[state][0]}</span>
            </Picture>
          ))
      )}
      {silent > 0 && (
        <Picture of={['Silent', TriangleAlert, 'so-so']}>
          {more.length > 0 && silent}
          <span class="sr"> silent</span>
        </Picture>
      )}
    </span>
  )
}
const Picture = ({ of: [, icon, look], children }: { of: (typeof looks)[ProofState]; children: ComponentChildren }) => (
  <span class={`proof-state ${look}`}>
    <Icon of={icon} small />
    {children}
  </span>
)

const counted = (n: number, what: string): string => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`

/** By enforcer: since when, what it last said, and what to do about it. */
export const ProofList = ({ row, proof }: { row: BlockRow; proof: readonly ProofRow[] }) => (
  <ul class="proof">
    {proof.map((one, at) => (
      <li key={at}>
        <div class="row">
          <strong>{one.name}</strong>
          {one.address !== null && <span class="weak mono">{one.address}</span>}
          <span class="end" />
          <ProofTag state={one.state} />
        </div>
        <p class="dim">
          {row.ended && one.state === 'pending' && 'Not told yet that it is lifted. '}
          {one.state === 'delivered' && 'It was told, and says nothing of what it did. '}
          {one.at !== null && (
            <>
              {looks[one.state][0]} <Ago time={one.at} sentence />.{' '}
            </>
          )}
          {one.hint && `${one.hint}. `}
          {one.type !== '' && (
            <span class="weak">
              {one.type} {one.version}
            </span>
          )}
        </p>
        {one.metrics && (
          <p class="dim">
            In all it dropped {counted(one.metrics.packets, 'packet')}
            {one.metrics.active !== null && ` and holds ${counted(one.metrics.active, 'decision')}`}, as it said{' '}
            <Ago time={one.metrics.at} sentence />.
          </p>
        )}
        {one.stale && (
          <p class="so-so">
            {one.lastPull === null ? (
              'Nothing has asked with its key yet.'
            ) : (
              <>
                It is silent: it last asked <Ago time={one.lastPull} sentence />. It may be down, and hold what it held.
              </>
            )}
          </p>
        )}
      </li>
    ))}
  </ul>
)
