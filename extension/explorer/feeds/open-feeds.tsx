import { Plus } from 'lucide'
import type { OpenFeed } from '../../feed-messages.ts'
import { Button } from '../../ui/button.tsx'
import { off } from '../../ui/off.ts'
import { panelOf } from '../panel.tsx'
import { busy, enable } from './feed-list.ts'
import { Stance } from './feed-table.tsx'
import { every } from './words.ts'

/** Feeds that are open to everybody. Nothing is fetched before one is switched on. */
export const OpenFeeds = ({ all }: { all: readonly OpenFeed[] }) => (
  <div class="scroll" {...panelOf('open')}>
    <p class="dim lead">
      Open to everybody. One that is switched on is fetched from its source, and kept up to date; look at its licence first.
    </p>
    <ul class="catalogue">
      {all.map(feed => (
        <li key={feed.id}>
          <div>
            <div class="row wrap">
              <strong>{feed.name}</strong>
              <Stance feed={{ ...feed, knownGood: feed.category === 'known_good' }} />
              <span class="dim">{feed.category}</span>
              {feed.hours !== null && <span class="weak">{every(feed.hours)}</span>}
            </div>
            <p>{feed.about}</p>
            <p class="weak">
              <span class="mono">{feed.url}</span>
            </p>
            <p class="weak">Licence: {feed.licence}</p>
          </div>
          {feed.enabled ? (
            <span class="tag benign">On</span>
          ) : (
            <Button
              icon={Plus}
              aria-label={`Switch on ${feed.name}`}
              off={off.value ?? (busy.value.has(feed.id) ? 'Switching on' : undefined)}
              onClick={() => void enable(feed)}
            >
              Switch on
            </Button>
          )}
        </li>
      ))}
    </ul>
  </div>
)
