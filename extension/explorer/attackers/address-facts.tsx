import { useEffect, useMemo } from 'preact/hooks'
import type { AttackerDetails } from '../../attacker-messages.ts'
import { onPush } from '../../relay.ts'
import { exact } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { createLoad } from '../load.ts'
import { go } from '../place.ts'
import { Failed } from '../states.tsx'
import { Figures, Named, Volume } from './doings.tsx'
import { AttackerStateTag } from './looks.tsx'

/** What an address did as an attacker: of 30 days, and whether it attacks now. */
export function AttackerFacts({ address }: { address: string }) {
  const found = useMemo(() => createLoad('attacker'), [])
  const load = () => void found.load({ ip: address })
  useEffect(() => {
    load()
    return onPush(push => push.type === 'blockNews' && load())
  }, [address])
  const about = found.value.value
  const failure = found.failure.value
  if (failure) return <Failed error={failure.error} onRetry={load} />
  if (about?.row.address !== address) return <p class="dim">Looking through 30 days</p>
  const { row, bars } = about
  return (
    <>
      <section>
        <h3>
          As an attacker <span class="weak">30 days</span>
        </h3>
        <p class="row wrap">
          <AttackerStateTag state={row.state} />
          <span class="dim">{lately(row)}</span>
        </p>
        {row.flag && (
          <p class="dim">
            Flagged by the rule{' '}
            <button type="button" class="link" onClick={() => go({ section: 'signals', with: { row: row.flag!.signal, from: '0' } })}>
              <Visible text={row.flag.rule} />
            </button>
            {row.flag.until === null ? '' : ` until ${exact(row.flag.until)}`}
          </p>
        )}
        <Figures about={row} />
        <Volume bars={bars} />
      </section>
      <section>
        <h3>Network</h3>
        <dl class="facts">
          {row.as && (
            <>
              <dt>Announced by</dt>
              <dd>
                AS{row.as.number} <Visible text={row.as.name} />
              </dd>
            </>
          )}
          <dt>Block</dt>
          <dd class="mono">{row.network || 'unknown'}</dd>
          <dt>Hosting</dt>
          <dd>{row.hosting ? 'A feed says that it belongs to a hoster' : 'No feed says so'}</dd>
        </dl>
      </section>
      <Named about={row} />
      <History blocks={about.blocks} />
    </>
  )
}

const lately = ({ state, score }: AttackerDetails['row']): string =>
  state === null ? 'No signal within 24 hours' : `Attacked within 24 hours${score > 0 ? `: ${score.toLocaleString('en')} points` : ''}`

const ended = { lifted: 'lifted by', expired: 'expired', passlisted: 'passlisted by', trusted: 'trusted by' } as const

/** What was decided about it, the latest first. */
function History({ blocks }: Pick<AttackerDetails, 'blocks'>) {
  if (blocks.length === 0) return null
  return (
    <section>
      <h3>On the denylist</h3>
      <ul class="values">
        {blocks.map(block => (
          <li key={block.id}>
            <span>
              <span class="mono">{block.value}</span> {block.state === 'waiting' ? 'asked for' : 'blocked'} {exact(block.created)} by{' '}
              <Visible text={block.rule?.name ?? (block.by.name || block.by.handle)} />
              {block.reason && (
                <>
                  : <Visible text={block.reason} />
                </>
              )}
            </span>
            <span class="weak">
              {block.ended
                ? `${ended[block.ended.how]}${block.ended.how === 'expired' ? '' : ` ${block.ended.by.name || block.ended.by.handle}`} ${exact(block.ended.at)}`
                : block.until === null
                  ? 'for good'
                  : `until ${exact(block.until)}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
