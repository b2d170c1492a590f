import { Settings as Gear, Globe, PanelRight, PanelsTopLeft } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { browser } from 'wxt/browser'
import { showBeside } from '../background/side-panel.ts'
import { patternOf } from '../background/sites.ts'
import type { Connection, Protocol } from '../messages.ts'
import { ask, isFailure } from '../relay.ts'
import { IconButton } from '../ui/button.tsx'
import { connectionWords } from '../ui/connection.tsx'
import { Dot } from '../ui/dot.tsx'
import { Icon, Logo } from '../ui/icon.tsx'
import { Known } from '../ui/known.tsx'
import { Switch } from '../ui/switch.tsx'

/** The explorer in a tab, with the panel of a signal where one is named, and the popup out of the way. */
export function openExplorer(signal?: string): void {
  void browser.tabs.create({ url: `${location.origin}/explorer.html${signal === undefined ? '' : `#/signals?signal=${signal}`}` })
  window.close()
}

/** The window that the popup is of. It is asked for before: a browser opens its side panel only while it handles a press, which waits for no answer. */
let here: number | undefined

/** The explorer beside the page, in a tab where there is no such place, and the popup out of the way. */
export function openSidePanel(): void {
  void showBeside(here).then(
    () => window.close(),
    () => openExplorer(),
  )
}

/** Mark, connection, explorer, options. `slow`: an answer is overdue. */
export function Header({ connection, slow }: { connection: Connection['state']; slow: boolean }) {
  useEffect(() => {
    void browser.windows?.getCurrent().then(({ id }) => {
      here = id
    })
  }, [])
  return (
    <header>
      <Logo />
      <h1>Signalbox</h1>
      <span class="row conn" role="status">
        <Dot of={slow ? 'away' : connection} />
        {slow ? 'Waiting for the daemon' : connectionWords[connection]}
      </span>
      <span class="end" />
      <IconButton label="Side panel (P)" icon={PanelRight} aria-keyshortcuts="P" onClick={openSidePanel} />
      <IconButton label="Explorer (O)" icon={PanelsTopLeft} aria-keyshortcuts="O" onClick={() => openExplorer()} />
      <IconButton label="Options" icon={Gear} onClick={() => browser.runtime.openOptionsPage()} />
    </header>
  )
}

type SiteNow = Protocol['site'][1]

/** The site under the popup, what bad it shows, and the switch of its marks. */
export function SiteLine() {
  const [site, setSite] = useState<SiteNow>()
  const look = async () => {
    const answer = await ask('site', {})
    if (!isFailure(answer)) setSite(answer)
  }
  useEffect(() => {
    void look()
    const timer = setInterval(look, 2_000)
    return () => clearInterval(timer)
  }, [])

  async function turn(origin: string, on: boolean) {
    // told first: where the browser's question closes the popup, the background goes on when it is answered
    const told = ask('setSite', { origin, on })
    // asked before any await: the browser takes the question only while it handles the click
    const granted = !on || (await browser.permissions.request({ origins: [patternOf(origin)] }))
    await told
    if (!granted) await ask('setSite', { origin, on: false })
    await look()
  }
  const origin = site?.origin
  return (
    <div class="site row">
      <Icon of={Globe} small />
      {origin ? (
        <span class="cut">{new URL(origin).host}</span>
      ) : (
        <span class="cut weak">{site && 'Marks work on websites, not on this page'}</span>
      )}
      {site?.on && <Known bad={site.bad} signals={site.signals} when="here" />}
      {origin && (
        <span class="end row">
          Marks
          <Switch label={`Marks on ${new URL(origin).host}`} on={site.on} onTurn={on => void turn(origin, on)} />
        </span>
      )}
    </div>
  )
}
