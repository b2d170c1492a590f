import { BadgeCheck, TriangleAlert } from 'lucide'
import { verdictOf } from '../../../shared/verdict.ts'
import type { FeedRow } from '../../feed-messages.ts'
import { Button } from '../../ui/button.tsx'
import { VerdictTag } from '../../ui/facts.tsx'
import { Icon } from '../../ui/icon.tsx'
import { off } from '../../ui/off.ts'
import { Switch } from '../../ui/switch.tsx'
import { Ago, exact, now } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { type Column, Grid } from '../grid.tsx'
import { place, show } from '../place.ts'
import { open, turn } from './feed-list.ts'
import { troubleOf } from './words.ts'

/** What its entries are: an accusation, or known to be good. */
export const Stance = ({ feed }: { feed: Pick<FeedRow, 'category' | 'intention' | 'knownGood'> }) =>
  feed.knownGood ? (
    <span class="tag benign">
      <Icon of={BadgeCheck} />
      Known good
    </span>
  ) : (
    <VerdictTag kind={verdictOf(feed)} />
  )

/** `in 2 h`; `now` where it is due. */
export function until(time: number, from: number): string {
  const minutes = Math.ceil((time - from) / 60_000)
  if (minutes <= 0) return 'now'
  return minutes < 90 ? `in ${minutes} min` : `in ${Math.round(minutes / 60)} h`
}

const columns: readonly Column<FeedRow>[] = [
  {
    id: 'enabled',
    head: '',
    width: '52px',
    cell: feed => <Switch inRow label={`${feed.name} on`} on={feed.enabled} off={off.value} onTurn={on => void turn(feed, on)} />,
  },
  {
    id: 'name',
    head: 'Name',
    sorts: true,
    cell: feed => {
      const trouble = troubleOf(feed)
      return (
        <div class="row">
          <Visible class="cut title" title={feed.name} text={feed.name} />
          {trouble && (
            <span class="tag suspicious" title={feed.error?.message}>
              <Icon of={TriangleAlert} />
              {trouble}
              {feed.error && (
                <>
                  {' '}
                  <Ago time={feed.error.since} sentence />
                </>
              )}
            </span>
          )}
        </div>
      )
    },
  },
  { id: 'intention', head: 'Says', width: '132px', sorts: true, cell: feed => <Stance feed={feed} /> },
  { id: 'category', head: 'Category', width: '120px', sorts: true, cell: ({ category }) => <div class="cut dim">{category}</div> },
  { id: 'entries', head: 'Entries', width: '96px', sorts: true, cell: ({ entries }) => entries.toLocaleString('en') },
  {
    id: 'skipped',
    head: 'Skipped',
    width: '84px',
    cell: ({ skipped }) => skipped && <span title={skipped.first}>{skipped.lines.toLocaleString('en')}</span>,
  },
  {
    id: 'updated',
    head: 'Updated',
    width: '108px',
    sorts: true,
    cell: ({ updatedAt }) =>
      updatedAt !== null && (
        <span class="weak nowrap">
          <Ago time={updatedAt} sentence />
        </span>
      ),
  },
  {
    id: 'next',
    head: 'Next',
    width: '92px',
    cell: ({ refresh, enabled }) =>
      refresh?.next && enabled ? (
        <time class="weak nowrap" title={exact(refresh.next)}>
          {until(refresh.next, now.value)}
        </time>
      ) : (
        <span class="weak" title="Nobody fetches it: its entries are loaded by hand">
          {!refresh && 'by hand'}
        </span>
      ),
  },
  {
    id: 'licence',
    head: 'Licence',
    width: '148px',
    cell: ({ licence }) =>
      licence && (
        <div class="cut dim" title={licence}>
          {licence}
        </div>
      ),
  },
]

const sorts: Record<string, (a: FeedRow, b: FeedRow) => number> = {
  name: (a, b) => a.name.localeCompare(b.name),
  intention: (a, b) => a.intention.localeCompare(b.intention),
  category: (a, b) => a.category.localeCompare(b.category),
  entries: (a, b) => a.entries - b.entries,
  updated: (a, b) => (a.updatedAt ?? 0) - (b.updatedAt ?? 0),
}

export function sortFeeds(feeds: readonly FeedRow[], sort: string): FeedRow[] {
  const compare = sorts[sort.replace(/^-/, '')] ?? sorts['name']!
  const sign = sort.startsWith('-') ? -1 : 1
  return [...feeds].sort((a, b) => sign * compare(a, b) || a.name.localeCompare(b.name))
}

export function FeedTable({ feeds }: { feeds: readonly FeedRow[] }) {
  const asked = place.value.with
  const sort = asked['sort'] ?? 'name'
  if (feeds.length === 0)
    return (
      <div class="middle">
        <h2>No feeds yet</h2>
        <p class="dim">A feed is a list of addresses, domains, URLs or hashes with what they are. Logs are matched as they come in.</p>
        {open.value.value && <Button onClick={() => show({ view: 'open' })}>See open feeds</Button>}
      </div>
    )
  return (
    <Grid
      label="Feeds"
      columns={columns}
      brief={[
        ['name', 'enabled'],
        ['intention', 'category', 'updated'],
      ]}
      rows={sortFeeds(feeds, sort)}
      sort={sort}
      onSort={sort => show({ sort })}
      open={asked['feed']}
      onOpen={({ id }) => show({ feed: id, do: undefined }, asked['feed'] === undefined)}
      faint={({ enabled }) => !enabled}
      act={{ x: feed => turn(feed, !feed.enabled) }}
    />
  )
}
