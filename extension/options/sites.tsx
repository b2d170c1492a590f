import { Globe, X } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { browser } from 'wxt/browser'
import { everySite, patternOf } from '../background/sites.ts'
import type { Protocol } from '../messages.ts'
import { ask, isFailure } from '../relay.ts'
import { IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Known } from '../ui/known.tsx'
import { Switch } from '../ui/switch.tsx'
import { Line, Section } from './parts.tsx'

type Sites = Protocol['sites'][1]

/** Sites that were ever switched on, and their switches. */
export function SitesSection() {
  const [sites, setSites] = useState<Sites>()
  const load = async () => {
    const answer = await ask('sites', {})
    if (!isFailure(answer)) setSites(answer)
  }
  useEffect(() => {
    void load()
    window.addEventListener('focus', load)
    return () => window.removeEventListener('focus', load)
  }, [])

  async function turn(origin: string, on: boolean) {
    // asked before any await: the browser takes the question only while it handles the click
    const granted = !on || (await browser.permissions.request({ origins: [patternOf(origin)] }))
    if (granted) await ask('setSite', { origin, on })
    await load()
  }
  async function turnAll(on: boolean) {
    const granted = !on || (await browser.permissions.request({ origins: [everySite] }))
    if (granted) await ask('setAllSites', { on })
    await load()
  }
  async function forget(origin: string) {
    await ask('forgetSite', { origin })
    await load()
  }
  return (
    <Section title="Sites" says="Marks appear only where you switch them on. Look up by right-click works everywhere.">
      <Line label="All sites" says="The browser asks you once. Sites that are off below stay off.">
        <Switch label="Marks on all sites" on={sites?.all === true} onTurn={to => void turnAll(to)} />
      </Line>
      <ul class="list">
        {sites?.sites.map(({ origin, on, bad, signals }) => (
          <li class="row" key={origin}>
            <Icon of={Globe} />
            <span title={origin}>{new URL(origin).host}</span>
            <span class="dim">
              {!on ? 'off' : bad + signals === 0 ? 'nothing known bad now' : <Known bad={bad} signals={signals} when="now" />}
            </span>
            <span class="end" />
            <Switch label={`Marks on ${origin}`} on={on} onTurn={to => turn(origin, to)} />
            <IconButton label={`Forget ${origin}`} icon={X} onClick={() => forget(origin)} />
          </li>
        ))}
        {sites?.sites.length === 0 && (
          <li class="row dim">No sites yet. Open the page you read logs on, then choose Marks in the popup.</li>
        )}
      </ul>
    </Section>
  )
}
