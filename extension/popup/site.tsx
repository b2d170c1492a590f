import { ChevronDown, Globe, ScanSearch } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { browser } from 'wxt/browser'
import { everySite, patternOf } from '../background/sites.ts'
import { type Here, type Reach, reaches } from '../messages.ts'
import { ask, isFailure } from '../relay.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Known } from '../ui/known.tsx'
import { settings } from '../ui/live.ts'
import { MenuButton } from '../ui/menu-button.tsx'
import { diagnose, type Remedy } from './diagnosis.ts'

const reachWords: Record<Reach, [short: string, long: string]> = {
  off: ['off', 'Off here'],
  page: ['this page', 'This page, until you leave it'],
  site: ['this site', 'This site, always'],
  all: ['all sites', 'All sites'],
}

/** The page under the popup: what bad it shows, how far marks reach, and why there are none. */
export function SiteLine() {
  const [here, setHere] = useState<Here>()
  const [said, say] = useState<string>()
  // a page that was just asked has not answered yet
  const [settled, settle] = useState(false)
  const look = async () => {
    const answer = await ask('here', {})
    if (!isFailure(answer)) setHere(answer)
  }
  useEffect(() => {
    void look()
    const timer = setInterval(look, 1_000)
    return () => clearInterval(timer)
  }, [])
  useEffect(() => {
    settle(false)
    const timer = setTimeout(() => settle(true), 1_500)
    return () => clearTimeout(timer)
  }, [here?.reach, here?.granted])

  const origin = here?.origin
  const diagnosis = here && diagnose(here, settings.value.marks)
  const told = said ?? (diagnosis && (here.marking || !here.granted || settled) ? diagnosis.says : undefined)

  async function choose(to: Reach) {
    if (!origin || !here) return
    say(undefined)
    // told first: where the browser's question closes the popup, the background goes on when it is answered
    const done = change(origin, here.reach, to)
    // asked before any await: the browser takes the question only while it handles the click
    const granted = await (to === 'site' || to === 'all' ? request(to === 'all' ? everySite : patternOf(origin)) : true)
    await done
    if (!granted) await change(origin, to, 'off')
    await look()
  }
  async function help(remedy: Remedy) {
    if (remedy === 'options') return browser.runtime.openOptionsPage()
    if (remedy === 'allow') await request(here?.reach === 'all' ? everySite : patternOf(origin!))
    else await browser.tabs.reload()
    await look()
  }
  async function open(ip: string) {
    const answer = await ask('showCard', { ip })
    if (isFailure(answer)) say(answer.error)
    else window.close()
  }
  async function lookUpAll() {
    const answer = await ask('lookUpPage', {})
    if (isFailure(answer)) say(answer.error)
    else window.close()
  }
  return (
    <>
      <div class="site row">
        <Icon of={Globe} small />
        {origin ? (
          <span class="cut">{new URL(origin).host}</span>
        ) : (
          <span class="cut weak">{here && 'Marks work on websites, not on this page'}</span>
        )}
        {here?.marking && <Known bad={here.bad} signals={here.signals} when="here" />}
        {origin && (
          <span class="end row">
            <IconButton label="Look up all on this page, in a table" icon={ScanSearch} small onClick={() => void lookUpAll()} />
            <MenuButton
              label="Marks"
              left
              name={`Marks: ${reachWords[here.reach][0]}`}
              choices={reaches.map(reach => ({
                label: reachWords[reach][1],
                checked: reach === here.reach,
                onPick: () => void choose(reach),
              }))}
            >
              Marks: {reachWords[here.reach][0]}
              <Icon of={ChevronDown} small />
            </MenuButton>
          </span>
        )}
      </div>
      {told !== undefined && (
        <div class="why" role="status">
          {told}
          {diagnosis?.remedy && said === undefined && (
            <Button small kind="quiet" onClick={() => void help(diagnosis.remedy!)}>
              {remedyWords[diagnosis.remedy]}
            </Button>
          )}
          {diagnosis?.addresses?.map(address => (
            <button type="button" class="btn small addr" key={address} onClick={() => void open(address)}>
              {address}
            </button>
          ))}
        </div>
      )}
    </>
  )
}
const remedyWords: Record<Remedy, string> = { allow: 'Allow…', reload: 'Reload', options: 'Options' }
const request = (pattern: string) => browser.permissions.request({ origins: [pattern] })

/** From one reach to another: what was wider is taken back first. */
async function change(origin: string, from: Reach, to: Reach) {
  if (from === 'all' && to === 'site') await ask('setAllSites', { on: false })
  if (to === 'site' || to === 'all') await ask('setSite', { origin, on: true })
  if (to === 'all') await ask('setAllSites', { on: true })
  if (to === 'off' && from === 'page') await ask('setPage', { on: false })
  else if (to === 'off' || to === 'page') await ask('setSite', { origin, on: false })
  if (to === 'page') await ask('setPage', { on: true })
}
