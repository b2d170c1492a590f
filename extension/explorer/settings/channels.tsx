import { Trash2, Waypoints } from 'lucide'
import { useEffect } from 'preact/hooks'
import type { ChannelRow } from '../../notify-messages.ts'
import { ask, isFailure } from '../../relay.ts'
import { Button } from '../../ui/button.tsx'
import { granted } from '../../ui/may.ts'
import { Visible } from '../../ui/visible.tsx'
import { type Column, Grid } from '../grid.tsx'
import { Panel } from '../panel.tsx'
import { place, show } from '../place.ts'
import { toasts } from '../surface.ts'
import { ChannelEditor } from './channel-form.tsx'
import { barredFromReading, barredFromWriting, channels, reloadChannels } from './notify.ts'
import { matches, Shell, sortRows, Waiting } from './shell.tsx'

const kindOf = (kind: string) => channels.value.value?.kinds.find(one => one.kind === kind)
const lacks = ({ kind, secrets }: ChannelRow) =>
  (kindOf(kind)?.fields ?? []).filter(({ name, secret, optional }) => secret && !optional && !secrets[name]).map(({ label }) => label)

const columns: readonly Column<ChannelRow>[] = [
  {
    id: 'name',
    head: 'Channel',
    sorts: true,
    cell: channel => (
      <div class="row">
        <Visible class="cut title mono" text={kindOf(channel.kind)?.target === 'address' ? '@somebody@example.com' : channel.target} />
        {lacks(channel).length > 0 && (
          <span class="tag suspicious" title={`Without: ${lacks(channel).join(', ')}`}>
            Lacks a secret
          </span>
        )}
      </div>
    ),
  },
  { id: 'kind', head: 'Kind', width: '160px', sorts: true, cell: ({ kind }) => kindOf(kind)?.label ?? kind },
  {
    id: 'place',
    head: 'Goes to',
    width: 'minmax(160px, 1fr)',
    cell: ({ options }) => <Visible class="cut dim mono block" text={options['url'] ?? options['host'] ?? ''} />,
  },
  { id: 'on', head: 'State', width: '72px', cell: ({ enabled }) => <span class="dim">{enabled ? 'On' : 'Off'}</span> },
]

function saved(channel: ChannelRow): void {
  toasts.show({ icon: Waypoints, text: `${channel.target} saved` })
  show({ do: undefined, channel: channel.id })
  void reloadChannels()
}
async function remove({ id, target }: ChannelRow): Promise<void> {
  const answer = await ask('deleteChannel', { id })
  if (isFailure(answer)) return toasts.fail(`${target} not deleted: ${answer.error}`)
  show({ channel: undefined })
  toasts.show({ icon: Trash2, text: `${target} deleted` })
  await reloadChannels()
}

/** The ways out for notifications. */
export function ChannelsPart() {
  useEffect(() => void reloadChannels(), [granted.value])
  const asked = place.value.with
  const known = channels.value.value
  const sort = asked['sort'] ?? 'name'
  const rows = (known?.channels ?? []).filter(({ target, kind }) => matches(asked['search'], target, kindOf(kind)?.label ?? kind))
  const add = () => show({ channel: undefined, do: 'add' })
  const off = barredFromWriting()
  const open = known?.channels.find(({ id }) => id === asked['channel'])
  const isNew = asked['do'] === 'add'
  return (
    <>
      <Shell
        part="channels"
        find="Find a channel, by its name or kind"
        make={{ word: 'New channel…', off, run: add }}
        onReload={() => void reloadChannels()}
      >
        {!known && <Waiting barred={barredFromReading()} failure={channels.failure.value} onRetry={reloadChannels} />}
        {known && rows.length === 0 && (
          <div class="middle">
            {asked['search'] ? (
              <p class="dim">No channel has “{asked['search']}” in its name.</p>
            ) : (
              <>
                <h2>No channels yet</h2>
                <p class="dim">E-mail, Slack, a pager, a webhook: set one up, then let a notification rule tell it.</p>
                <Button off={off} onClick={add}>
                  New channel…
                </Button>
              </>
            )}
          </div>
        )}
        {rows.length > 0 && (
          <Grid
            label="Channels"
            brief={[
              ['name', 'on'],
              ['kind', 'place'],
            ]}
            columns={columns}
            rows={sortRows(rows, sort, { name: ({ target }) => target, kind: ({ kind }) => kind })}
            sort={sort}
            onSort={sort => show({ sort })}
            open={asked['channel']}
            onOpen={({ id }) => show({ channel: id, do: undefined }, asked['channel'] === undefined)}
            faint={({ enabled }) => !enabled}
          />
        )}
      </Shell>
      {known && (isNew || asked['channel']) && (
        <Panel
          label={isNew ? 'New channel' : (open?.target ?? 'Channel')}
          of={isNew ? 'add' : (asked['channel'] ?? '')}
          form={isNew}
          onClose={() => show({ channel: undefined, do: undefined })}
        >
          {isNew ? (
            <ChannelEditor key="new" kinds={known.kinds} onSaved={saved} />
          ) : open ? (
            <ChannelEditor key={open.id} kinds={known.kinds} channel={open} onSaved={saved} onRemove={() => remove(open)} />
          ) : (
            <p class="dim">It was deleted, or the link is of another daemon.</p>
          )}
        </Panel>
      )}
    </>
  )
}
