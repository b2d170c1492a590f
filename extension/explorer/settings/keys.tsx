import { useEffect } from 'preact/hooks'
import type { KeyRow } from '../../access-messages.ts'
import { granted, whyNot, whyUnread } from '../../ui/may.ts'
import { Ago, now } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { type Column, Grid } from '../grid.tsx'
import { place, show } from '../place.ts'
import { me } from '../signals/desk.ts'
import { keys, reloadKeys } from './access-list.ts'
import { KeyPanel } from './key-panel.tsx'
import { Expiry, isExpired, kindLabels, ownerOf, scopesOf } from './key-words.tsx'
import { NewKeyPanel } from './new-key-panel.tsx'
import { matches, Shell, sortRows, Waiting } from './shell.tsx'

const columns: readonly Column<KeyRow>[] = [
  {
    id: 'name',
    head: 'Name',
    sorts: true,
    cell: ({ name, origin }) => (
      <div class="row">
        <Visible class="cut title" text={name} />
        {origin !== null && <span class="tag plain">Browser</span>}
      </div>
    ),
  },
  { id: 'kind', head: 'Kind', width: '128px', sorts: true, cell: ({ kind }) => <span class="dim">{kindLabels[kind]}</span> },
  {
    id: 'owner',
    head: 'Owner',
    width: '160px',
    sorts: true,
    cell: key => <Visible class="cut block" text={ownerOf(key)} />,
  },
  { id: 'last4', head: 'Ends in', bare: true, width: '84px', cell: ({ last4 }) => <span class="mono">{last4}</span> },
  { id: 'scopes', head: 'May', width: '168px', cell: key => <span title={key.scopes?.join(', ')}>{scopesOf(key)}</span> },
  {
    id: 'created',
    head: 'Created',
    width: '116px',
    sorts: true,
    cell: ({ createdAt }) => (
      <span class="weak nowrap">
        <Ago time={createdAt} sentence />
      </span>
    ),
  },
  { id: 'expires', head: 'Expires', width: '116px', sorts: true, cell: key => <Expiry of={key} /> },
]
/** A daemon that does not note it says nothing of any. */
const used: Column<KeyRow> = {
  id: 'used',
  head: 'Last used',
  width: '116px',
  sorts: true,
  cell: ({ usedAt }) => <span class="weak nowrap">{usedAt === null ? 'never' : <Ago time={usedAt} sentence />}</span>,
}

/** The keys of this daemon, as far as one may see them. */
export function KeysPart() {
  useEffect(() => void reloadKeys(), [granted.value])
  const asked = place.value.with
  const all = keys.value.value?.keys
  const mine = asked['whose'] === 'mine'
  const sort = asked['sort'] ?? '-created'
  const rows = (all ?? []).filter(
    key => (!mine || key.owner === me()) && matches(asked['search'], key.name, key.last4, kindLabels[key.kind], ownerOf(key)),
  )
  const barred = (['user_app_keys', 'org_app_keys_read', 'api_keys_read'] as const).every(name => whyUnread(name) !== undefined)
  const cannot = ['user_app_keys', 'api_keys_write'] as const
  const off = cannot.some(name => whyNot(name) === undefined) ? undefined : whyNot('user_app_keys')
  const known = all?.some(({ usedAt }) => usedAt !== null) ?? false
  return (
    <>
      <Shell
        part="keys"
        find="Find a key, by its name, owner or last characters"
        make={{ word: 'New key…', off, run: () => show({ key: undefined, do: 'new' }) }}
        onReload={() => void reloadKeys()}
        tools={
          <fieldset class="choices">
            <legend class="sr">Whose</legend>
            {(['all', 'mine'] as const).map(one => (
              <label key={one}>
                <input
                  type="radio"
                  name="whose"
                  checked={mine === (one === 'mine')}
                  onChange={() => show({ whose: one === 'mine' ? one : undefined })}
                />
                {one === 'mine' ? 'Mine' : 'All I may see'}
              </label>
            ))}
          </fieldset>
        }
      >
        {(!all || barred) && (
          <Waiting barred={barred ? whyUnread('user_app_keys') : undefined} failure={keys.failure.value} onRetry={reloadKeys} />
        )}
        {all && !barred && rows.length === 0 && (
          <div class="middle">
            <p class="dim">
              {asked['search'] ? `No key has “${asked['search']}” in its name.` : 'No keys. A script or a shipper of logs needs one.'}
            </p>
          </div>
        )}
        {!barred && rows.length > 0 && (
          <Grid
            label="Keys"
            brief={[
              ['name', 'kind'],
              ['owner', 'last4', 'expires'],
            ]}
            columns={known ? [...columns, used] : columns}
            rows={sortRows(rows, sort, {
              kind: ({ kind }) => kind,
              owner: ownerOf,
              created: ({ createdAt }) => createdAt,
              expires: ({ expiresAt }) => expiresAt ?? Infinity,
              used: ({ usedAt }) => usedAt ?? 0,
            })}
            sort={sort}
            onSort={sort => show({ sort })}
            open={asked['key']}
            onOpen={({ id }) => show({ key: id, do: undefined }, asked['key'] === undefined)}
            faint={key => isExpired(key, now.value)}
          />
        )}
      </Shell>
      {asked['do'] === 'new' ? <NewKeyPanel /> : all && asked['key'] && <KeyPanel key={asked['key']} id={asked['key']} />}
    </>
  )
}
