import { TriangleAlert } from 'lucide'
import { useEffect } from 'preact/hooks'
import type { BouncerRow } from '../../respond-messages.ts'
import { Icon } from '../../ui/icon.tsx'
import { granted, whyNoBlock, whyNot } from '../../ui/may.ts'
import { Ago } from '../../ui/time.tsx'
import { place, show } from '../place.ts'
import { BouncerPanel, NewBouncerPanel } from './bouncer-panel.tsx'
import { bouncers, rangeWords, reloadBouncers } from './enforcers-list.ts'
import { Lists } from './lists.tsx'
import { RespondRules } from './respond-rules.tsx'
import { Body, Shell, Waiting } from './shell.tsx'

/** They ask every few seconds, and nobody tells of that, ms. */
const pace = 5_000

/** What applies the denylist, and when rules block by themselves. */
export function EnforcersPart() {
  useEffect(() => {
    void reloadBouncers()
    const timer = setInterval(() => document.visibilityState === 'visible' && void reloadBouncers(), pace)
    return () => clearInterval(timer)
  }, [granted.value])
  const asked = place.value.with
  const found = bouncers.value.value
  return (
    <>
      <Shell
        part="enforcers"
        says="What applies the denylist, what people are asked before it grows, and when rules block by themselves."
        make={{ word: 'New enforcer…', off: whyNoBlock(), run: () => show({ bouncer: undefined, do: 'add' }) }}
        onReload={() => void reloadBouncers()}
      >
        {found ? (
          <Body part="enforcers">
            <Bouncers rows={found.rows} />
            <Lists url={found.url} />
            <RespondRules />
          </Body>
        ) : (
          <Waiting barred={whyNot('appsec_protect_read')} failure={bouncers.failure.value} onRetry={reloadBouncers} />
        )}
      </Shell>
      {asked['do'] === 'add' && <NewBouncerPanel />}
      {found && asked['bouncer'] && <BouncerPanel key={asked['bouncer']} id={asked['bouncer']} />}
    </>
  )
}

const latest = ({ instances }: BouncerRow) => [...instances].sort((a, b) => b.lastPull - a.lastPull)[0]

const Bouncers = ({ rows }: { rows: readonly BouncerRow[] }) => (
  <section>
    <h2>Enforcers</h2>
    <p class="dim">
      CrowdSec’s bouncers, unmodified, and whatever fetches a list. Each has a key of its own, so that what it was told can be told apart.
    </p>
    {rows.length === 0 ? (
      <p class="dim gap">None yet: the denylist keeps nobody out until one asks for it.</p>
    ) : (
      <div class="box">
        <table>
          <thead>
            <tr>
              <th>Name</th>
              <th>Asks as</th>
              <th>Last asked</th>
              <th>Holds</th>
              <th>Ranges</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(row => {
              const one = latest(row)
              return (
                <tr key={row.id}>
                  <th>
                    <button type="button" class="link" onClick={() => show({ bouncer: row.id, do: undefined }, true)}>
                      {row.name}
                    </button>
                  </th>
                  <td class="dim">
                    {one ? `${one.type || 'unnamed'} ${one.version}` : 'Nothing has asked with its key yet'}
                    {row.instances.length > 1 && ` and ${row.instances.length - 1} more`}
                  </td>
                  <td class="nowrap">
                    {one && one.lastPull > 0 ? (
                      <span class={one.stale ? 'proof-state so-so' : ''}>
                        {one.stale && <Icon of={TriangleAlert} small />}
                        {/* one piece of text: a row of pieces sets a gap before the comma */}
                        <span>
                          <Ago time={one.lastPull} sentence />
                          {one.stale && ', silent'}
                        </span>
                      </span>
                    ) : (
                      <span class="weak">Never</span>
                    )}
                  </td>
                  <td class="nowrap dim">
                    {row.publishes
                      ? 'Nothing: it reads'
                      : one?.metrics?.active == null
                        ? 'Does not say'
                        : one.metrics.active.toLocaleString('en')}
                  </td>
                  <td class="nowrap dim">{row.publishes ? '' : rangeWords[row.ranges][0]}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
    )}
  </section>
)
