import { FileDown, Keyboard, Plus, RefreshCw } from 'lucide'
import { useEffect, useRef } from 'preact/hooks'
import { Button, IconButton } from '../../ui/button.tsx'
import { granted } from '../../ui/may.ts'
import { off } from '../../ui/off.ts'
import { Tabs } from '../panel.tsx'
import { place, show } from '../place.ts'
import { Failed, Skeleton } from '../states.tsx'
import { helping } from '../surface.ts'
import { useKeys } from '../use-keys.ts'
import { AddPanel } from './add-panel.tsx'
import { BundlePanel } from './bundle-panel.tsx'
import { list, open, reload } from './feed-list.ts'
import { FeedTable } from './feed-table.tsx'
import { Lookup } from './lookup.tsx'
import { OpenFeeds } from './open-feeds.tsx'
import { FeedPanel } from './panel.tsx'

export function FeedsPage() {
  const lookup = useRef<HTMLInputElement>(null)
  const asked = place.value.with
  useEffect(() => void reload(), [granted.value])
  useEffect(() => {
    window.addEventListener('focus', reload)
    return () => window.removeEventListener('focus', reload)
  }, [])
  const add = () => show({ feed: undefined, do: 'add' })
  useKeys({ '/': () => lookup.current?.select(), n: () => off.value === undefined && add() })
  const feeds = list.value.value?.rows
  const catalogue = open.value.value?.rows
  const view = asked['view'] ?? 'yours'
  return (
    <>
      <header class="top">
        <Lookup input={lookup} />
        <Button icon={FileDown} off={off.value} onClick={() => show({ feed: undefined, do: 'bundle' })}>
          Import a bundle…
        </Button>
        <Button icon={Plus} kind="primary" off={off.value} onClick={add}>
          Add a feed…
        </Button>
        <IconButton label="All keys (?)" icon={Keyboard} onClick={() => (helping.value = true)} />
      </header>
      <main class="results whole">
        <div class="bar row">
          <h1 class="sr">Feeds</h1>
          <Tabs
            label="Feeds"
            tabs={[
              { id: 'yours', label: 'Your feeds', count: feeds?.length },
              ...(catalogue ? [{ id: 'open', label: 'Open feeds', count: catalogue.length }] : []),
            ]}
            chosen={view}
            onTab={id => show({ view: id === 'yours' ? undefined : id, sort: undefined })}
          />
          <span class="end" />
          <IconButton label="Ask again" icon={RefreshCw} small onClick={() => void reload()} />
        </div>
        {view === 'open' && catalogue && <OpenFeeds all={catalogue} />}
        {view !== 'open' && feeds && <FeedTable feeds={feeds} />}
        {view !== 'open' && !feeds && (list.failure.value ? <Failed error={list.failure.value.error} onRetry={reload} /> : <Skeleton />)}
      </main>
      {asked['do'] === 'add' && <AddPanel />}
      {asked['do'] === 'bundle' && <BundlePanel />}
      {asked['feed'] && !asked['do'] && <FeedPanel key={asked['feed']} id={asked['feed']} />}
    </>
  )
}
