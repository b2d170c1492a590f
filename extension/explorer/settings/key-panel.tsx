import { KeyRound } from 'lucide'
import { useState } from 'preact/hooks'
import type { KeyRow } from '../../access-messages.ts'
import { Button } from '../../ui/button.tsx'
import { whyNot } from '../../ui/may.ts'
import { Ago, exact } from '../../ui/time.tsx'
import { Visible } from '../../ui/visible.tsx'
import { Panel } from '../panel.tsx'
import { show } from '../place.ts'
import { me } from '../signals/desk.ts'
import { Sure } from '../sure.tsx'
import { keys, revokeKey, roles } from './access-list.ts'
import { Expiry, kindLabels, ownerOf, scopesOf } from './key-words.tsx'

/** One key: whose it is, what it may do and how long, and the way to end it. */
export function KeyPanel({ id }: { id: string }) {
  const key = keys.value.value?.keys.find(one => one.id === id)
  return (
    <Panel
      label={key?.name ?? 'No such key'}
      of={id}
      head={key && <span class="tag plain">{kindLabels[key.kind]}</span>}
      onClose={() => show({ key: undefined })}
    >
      {key ? <About of={key} /> : <p class="dim">It was revoked, or the link is of another daemon.</p>}
    </Panel>
  )
}

function About({ of: key }: { of: KeyRow }) {
  const [sure, setSure] = useState(false)
  const own = key.owner === me()
  const off =
    key.kind === 'api' ? whyNot('api_keys_delete') : own && whyNot('user_app_keys') === undefined ? undefined : whyNot('org_app_keys_write')
  const labels = new Map((roles.value.value?.permissions ?? []).map(({ name, label }) => [name, label]))
  return (
    <>
      <section>
        <dl class="facts">
          <dt>Owner</dt>
          <dd>
            <Visible text={ownerOf(key)} />
          </dd>
          <dt>Ends in</dt>
          <dd class="mono">{key.last4}</dd>
          <dt>Created</dt>
          <dd>
            <Ago time={key.createdAt} sentence />
          </dd>
          <dt>Expires</dt>
          <dd>
            <Expiry of={key} /> {key.expiresAt !== null && <span class="weak">{exact(key.expiresAt)}</span>}
          </dd>
          {key.usedAt !== null && (
            <>
              <dt>Last used</dt>
              <dd>
                <Ago time={key.usedAt} sentence />
              </dd>
            </>
          )}
          {key.origin !== null && (
            <>
              <dt>Made for</dt>
              <dd>
                <Visible class="mono" text={key.origin} />
              </dd>
            </>
          )}
          <dt>May</dt>
          <dd>{scopesOf(key)}</dd>
        </dl>
      </section>
      {key.scopes !== null && key.scopes.length > 0 && (
        <section>
          <h3>Permissions</h3>
          <p class="tags">
            {key.scopes.map(scope => (
              <span class="tag plain" key={scope} title={scope}>
                {labels.get(scope) ?? scope}
              </span>
            ))}
          </p>
        </section>
      )}
      <section>
        <div class="row wrap">
          <Button icon={KeyRound} kind="danger" off={off} onClick={() => setSure(true)}>
            Revoke…
          </Button>
          {off !== undefined && <span class="dim">{off}</span>}
        </div>
        {sure && (
          <Sure icon={KeyRound} word="Revoke" back="Keep it" onYes={() => revokeKey(key, own)} onNo={() => setSure(false)}>
            <strong>Revoke this key?</strong>{' '}
            {key.origin !== null
              ? 'The browser that has it is no longer paired; it may be this one.'
              : 'Whatever uses it is refused from then on.'}{' '}
            This cannot be undone.
          </Sure>
        )}
      </section>
    </>
  )
}
