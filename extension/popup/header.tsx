import { Settings as Gear, PanelRight, PanelsTopLeft } from 'lucide'
import { useEffect } from 'preact/hooks'
import { browser } from 'wxt/browser'
import { showBeside } from '../background/side-panel.ts'
import type { Connection } from '../messages.ts'
import { IconButton } from '../ui/button.tsx'
import { Standing, wordsOf } from '../ui/connection.tsx'
import { Dot } from '../ui/dot.tsx'
import { Logo } from '../ui/icon.tsx'

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
export function Header({ connection, slow }: { connection: Connection | undefined; slow: boolean }) {
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
        {slow ? <Dot of="away" /> : <Standing of={connection} />}
        {slow ? 'Waiting for the daemon' : wordsOf(connection)}
      </span>
      <span class="end" />
      <IconButton label="Side panel (P)" icon={PanelRight} aria-keyshortcuts="P" onClick={openSidePanel} />
      <IconButton label="Explorer (O)" icon={PanelsTopLeft} aria-keyshortcuts="O" onClick={() => openExplorer()} />
      <IconButton label="Options" icon={Gear} onClick={() => browser.runtime.openOptionsPage()} />
    </header>
  )
}
