import { Ban } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { browser } from 'wxt/browser'
import { patternOf } from '../background/sites.ts'
import { ask } from '../relay.ts'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

/** What of the browser keeps the extension from the daemon: this site was taken from it, or this machine is closed to it. */
type Block = 'site' | 'machine'

/** Browsers have named the permission for addresses of this machine twice; one that does not know a name refuses it. */
const machinePermissions = ['loopback-network', 'local-network-access']

async function whatBlocks(url: string): Promise<Block | undefined> {
  if (!(await browser.permissions.contains({ origins: [patternOf(url)] }))) return 'site'
  for (const name of machinePermissions) {
    const asked = await navigator.permissions.query({ name: name as PermissionName }).catch(() => undefined)
    if (asked?.state === 'denied') return 'machine'
  }
  return undefined
}

/** Where the browser itself is why nothing answers: what it blocks, and what to click. */
export function Blocked({ url }: { url: string }) {
  const [block, setBlock] = useState<Block>()
  useEffect(() => void whatBlocks(url).then(setBlock), [url])
  if (!block) return null
  const { hostname } = new URL(url)
  const allow = async () => {
    const granted = await browser.permissions.request({ origins: [patternOf(url)] })
    if (!granted) return
    setBlock(undefined)
    await ask('retry', {})
  }
  return (
    <div class="notice critical" role="alert">
      <Icon of={Ban} />
      <div>
        {block === 'site' ? (
          <>
            <strong>The browser keeps Signalbox from {hostname}.</strong> That is where the daemon is. Nothing else is asked for.
            <div class="row gap">
              <Button small kind="primary" onClick={() => void allow()}>
                Allow {hostname}…
              </Button>
            </div>
          </>
        ) : (
          <>
            <strong>The browser closes this machine to Signalbox</strong> (Local Network Access). In the browser's settings, under Privacy,
            Site settings, Local network access, allow Signalbox, then try again.
          </>
        )}
      </div>
    </div>
  )
}
