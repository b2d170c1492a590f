import { CircleCheck, CircleDashed, CircleHelp, CircleX, Clock, type IconNode, ShieldOff, TriangleAlert } from 'lucide'
import type { BlockRow, ProofRow, ProofState } from '../respond-messages.ts'
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
}
const order = Object.keys(looks) as ProofState[]

const ProofTag = ({ state, count }: { state: ProofState; count?: string }) => {
  const [word, icon, look] = looks[state]
  return (
    <span class={`proof-state ${look}`}>
      <Icon of={icon} small />
      {count ? `${count} ${word.toLowerCase()}` : word}
    </span>
  )
}

/** In a list: how many enforcers have got how far, and whether one is silent. */
export function ProofSummary({ row, proof }: { row: BlockRow; proof: readonly ProofRow[] | undefined }) {
  if (row.state === 'waiting') return <span class="weak">Not told yet</span>
  if (!proof || proof.length === 0) return <span class="weak">No enforcer</span>
  const states = order.filter(state => proof.some(one => one.state === state))
  const silent = proof.filter(({ stale }) => stale).length
  return (
    <span class="row" title={proof.map(({ name, state, hint }) => `${name}: ${looks[state][0]}${hint ? `. ${hint}` : ''}`).join('\n')}>
      {states.map(state => (
        <ProofTag key={state} state={state} {...(proof.length > 1 && { count: String(proof.filter(one => one.state === state).length) })} />
      ))}
      {silent > 0 && (
        <span class="proof-state so-so">
          <Icon of={TriangleAlert} small />
          {proof.length === 1 ? 'silent' : `${silent} silent`}
        </span>
      )}
    </span>
  )
}

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
