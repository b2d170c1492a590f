import { Bell, Trash2 } from 'lucide'
import { useEffect } from 'preact/hooks'
import type { NotifyRule } from '../../notify-messages.ts'
import { ask, isFailure } from '../../relay.ts'
import { Button } from '../../ui/button.tsx'
import { capital } from '../../ui/glyphs.tsx'
import { granted } from '../../ui/may.ts'
import { Visible } from '../../ui/visible.tsx'
import { type Column, Grid } from '../grid.tsx'
import { Panel } from '../panel.tsx'
import { place, show } from '../place.ts'
import { toasts } from '../surface.ts'
import { barredFromReading, barredFromWriting, reloadRules, rules } from './notify.ts'
import { NotifyEditor } from './notify-form.tsx'
import { matches, Shell, sortRows, Waiting } from './shell.tsx'

const columns: readonly Column<NotifyRule>[] = [
  {
    id: 'name',
    head: 'Name',
    sorts: true,
    cell: ({ name, doubts }) => (
      <div class="row">
        <Visible class="cut title" text={name} />
        {doubts.length > 0 && (
          <span class="tag suspicious" title={doubts.join('\n')}>
            Tells not all
          </span>
        )}
      </div>
    ),
  },
  {
    id: 'when',
    head: 'Severity',
    width: '180px',
    cell: ({ severities }) => <span class="cut block">{severities.length === 0 ? 'Any' : severities.map(capital).join(', ')}</span>,
  },
  {
    id: 'query',
    head: 'Query',
    width: 'minmax(120px, 1fr)',
    cell: ({ query }) => <Visible class="cut dim mono block" text={query} />,
  },
  {
    id: 'targets',
    head: 'Tells',
    width: '220px',
    cell: ({ targets }) => <Visible class="cut block" text={targets.join(', ')} />,
  },
  { id: 'on', head: 'State', width: '72px', cell: ({ enabled }) => <span class="dim">{enabled ? 'On' : 'Off'}</span> },
]

function saved(rule: NotifyRule, word: string): void {
  toasts.show({ icon: Bell, text: `${rule.name} ${word}` })
  show({ do: undefined, notify: rule.id })
  void reloadRules()
}
async function remove(rule: NotifyRule): Promise<void> {
  const answer = await ask('deleteNotifyRule', { id: rule.id })
  if (isFailure(answer)) return toasts.fail(`${rule.name} not deleted: ${answer.error}`)
  show({ notify: undefined })
  toasts.show({ icon: Trash2, text: `${rule.name} deleted` })
  await reloadRules()
}

/** Who is told of which signals. */
export function NotificationsPart() {
  useEffect(() => void reloadRules(), [granted.value])
  const asked = place.value.with
  const all = rules.value.value?.rules
  const sort = asked['sort'] ?? 'name'
  const rows = (all ?? []).filter(({ name, query, targets }) => matches(asked['search'], name, query, ...targets))
  const add = () => show({ notify: undefined, do: 'add' })
  const off = barredFromWriting()
  const open = all?.find(({ id }) => id === asked['notify'])
  const isNew = asked['do'] === 'add' || asked['do'] === 'clone'
  return (
    <>
      <Shell
        part="notifications"
        find="Find a notification rule, by its name, query or whom it tells"
        make={{ word: 'New notification rule…', off, run: add }}
        onReload={() => void reloadRules()}
      >
        {!all && <Waiting barred={barredFromReading()} failure={rules.failure.value} onRetry={reloadRules} />}
        {all && rows.length === 0 && (
          <div class="middle">
            {asked['search'] ? (
              <p class="dim">No notification rule has “{asked['search']}” in it.</p>
            ) : (
              <>
                <h2>Nobody is told of anything</h2>
                <p class="dim">Set up a channel, then say here which signals go there.</p>
                <Button off={off} onClick={add}>
                  New notification rule…
                </Button>
              </>
            )}
          </div>
        )}
        {rows.length > 0 && (
          <Grid
            label="Notification rules"
            brief={[
              ['name', 'on'],
              ['when', 'targets'],
            ]}
            columns={columns}
            rows={sortRows(rows, sort, {})}
            sort={sort}
            onSort={sort => show({ sort })}
            open={asked['notify']}
            onOpen={({ id }) => show({ notify: id, do: undefined }, asked['notify'] === undefined)}
            faint={({ enabled }) => !enabled}
          />
        )}
      </Shell>
      {all && (isNew || asked['notify']) && (
        <Panel
          label={isNew ? 'New notification rule' : (open?.name ?? 'Notification rule')}
          of={isNew ? 'add' : (asked['notify'] ?? '')}
          form={isNew}
          onClose={() => show({ notify: undefined, do: undefined })}
        >
          {isNew ? (
            <NotifyEditor key={`new ${open?.id}`} like={open} onSaved={rule => saved(rule, 'created')} />
          ) : open ? (
            <NotifyEditor
              key={open.id}
              rule={open}
              onSaved={rule => saved(rule, 'saved')}
              onClone={() => show({ do: 'clone' })}
              onRemove={() => remove(open)}
            />
          ) : (
            <p class="dim">It was deleted, or the link is of another daemon.</p>
          )}
        </Panel>
      )}
    </>
  )
}
