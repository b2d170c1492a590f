import { Ban, ShieldOff, UserCheck } from 'lucide'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { saidLanding } from '../../../shared/proof.ts'
import { saidFor } from '../../../shared/time.ts'
import { onPush } from '../../relay.ts'
import { ProofList } from '../../respond/proof.tsx'
import type { BlockRow } from '../../respond-messages.ts'
import { Button } from '../../ui/button.tsx'
import { granted } from '../../ui/may.ts'
import { Ago, exact, now } from '../../ui/time.tsx'
import { saidUntil } from '../../ui/until.ts'
import { Visible } from '../../ui/visible.tsx'
import { createLoad } from '../load.ts'
import { Panel } from '../panel.tsx'
import { show } from '../place.ts'
import { block } from '../respond/asking.ts'
import { me } from '../signals/desk.ts'
import { Failed, Skeleton } from '../states.tsx'
import { useKeys } from '../use-keys.ts'
import { approve, busy, lift, offFor } from './desk.ts'
import { Author, StateTag, Until } from './looks.tsx'

const pace = 5_000

/** One entry: until when and why, where it has got to, and what was done with it. */
export function BlockPanel({ id }: { id: string }) {
  const details = useMemo(() => createLoad('denylistEntry'), [])
  useEffect(() => {
    const load = () => void details.load({ id })
    load()
    // enforcers ask every few seconds, and nobody tells of that
    const timer = setInterval(() => document.visibilityState === 'visible' && load(), pace)
    const stop = onPush(push => push.type === 'blockNews' && load())
    return () => {
      clearInterval(timer)
      stop()
    }
  }, [id, busy.value])
  const about = details.value.value?.row.id === id ? details.value.value : undefined
  const row = about?.row
  const failure = details.failure.value
  return (
    <Panel
      label={row?.value ?? (failure ? 'No such entry' : 'Entry')}
      of={id}
      head={about && <StateTag row={about.row} landing={about.landing} />}
      onClose={() => show({ entry: undefined })}
    >
      {about && (
        <>
          <About row={about.row} others={about.others} />
          <section>
            <h3>Enforcers</h3>
            {about.landing && about.proof.length > 0 && <p>{saidLanding(about.landing).says}.</p>}
            {about.row.state === 'waiting' ? (
              <p class="dim">They are told once a second person agrees.</p>
            ) : about.proof.length === 0 ? (
              <p class="dim">
                No enforcer asks for the denylist yet: nothing is kept out until one does.{' '}
                <a href="#/settings?part=enforcers">Set one up</a>
              </p>
            ) : (
              <ProofList row={about.row} proof={about.proof} />
            )}
          </section>
          <History id={id} version={about.row.version} />
        </>
      )}
      {!about && (failure ? <Failed error={failure.error} onRetry={() => void details.load({ id })} /> : <Skeleton />)}
    </Panel>
  )
}

function About({ row, others }: { row: BlockRow; others: readonly BlockRow[] }) {
  const { id, kind, value, state, reason, signal, created, duration, approvedBy, by, ended } = row
  const [why, setWhy] = useState('')
  const off = offFor(id)
  useKeys({ b: () => state !== 'ended' && block({ targets: [{ kind, value }] }) })
  return (
    <section>
      <dl class="facts">
        <dt>{ended ? 'Ended' : 'Until'}</dt>
        <dd>
          <Until row={row} />
        </dd>
        <dt>{state === 'waiting' ? 'Asked for' : 'Blocked'}</dt>
        <dd>
          <Ago time={created} sentence /> {saidFor(duration)}
        </dd>
        <dt>By</dt>
        <dd>
          {row.rule && 'automatically, by the rule '}
          <Author row={row} />
        </dd>
        {approvedBy && (
          <>
            <dt>Agreed to by</dt>
            <dd>
              <Visible text={approvedBy.name} />
            </dd>
          </>
        )}
        <dt>Reason</dt>
        <dd>{reason ? <Visible text={reason} /> : <span class="weak">none given</span>}</dd>
        {signal !== null && (
          <>
            <dt>Signal</dt>
            <dd>
              <a href={`#/signals?signal=${encodeURIComponent(signal)}`}>Open the signal</a>
            </dd>
          </>
        )}
        {others.length > 0 && (
          <>
            <dt>{state === 'active' ? 'Blocked too by' : 'Blocked by'}</dt>
            <dd>
              {others.map(other => (
                <div key={other.id}>
                  <a href={`#/denylist?entry=${encodeURIComponent(other.id)}`}>
                    {other.value === value ? 'another entry' : <Visible class="mono" text={other.value} />}
                  </a>{' '}
                  <span class="weak">{saidUntil(other.until, now.value)}</span>
                </div>
              ))}
            </dd>
          </>
        )}
        {ended && (
          <>
            <dt>Ended by</dt>
            <dd>
              <Visible text={ended.by.name} />
              {ended.reason && (
                <>
                  : <Visible text={ended.reason} />
                </>
              )}
            </dd>
          </>
        )}
      </dl>
      {state === 'ended' ? (
        <div class="row gap">
          <Button icon={Ban} off={off} onClick={() => block({ targets: [{ kind, value }] })}>
            Block again…
          </Button>
        </div>
      ) : (
        <>
          {state === 'waiting' && (
            <p class="dim">
              {by.uuid === me() ? 'You asked for it: somebody else has to agree before it is in force.' : 'It is in force once you agree.'}
            </p>
          )}
          <div class="row gap wrap">
            {state === 'waiting' && (
              <Button
                icon={UserCheck}
                kind="primary"
                off={off ?? (by.uuid === me() ? 'You asked for it: somebody else has to agree' : undefined)}
                onClick={() => void approve(row)}
              >
                Agree
              </Button>
            )}
            {state === 'active' && (
              <Button icon={Ban} keys="B" off={off} onClick={() => block({ targets: [{ kind, value }], reason })}>
                Extend…
              </Button>
            )}
            <Button icon={ShieldOff} off={off} onClick={() => void lift(row, why.trim())}>
              {state === 'waiting' ? 'Take back' : 'Lift'}
            </Button>
            <input
              class="field why-lifted"
              aria-label="Why it is lifted, if you like"
              placeholder="Why, if you like"
              maxLength={4096}
              value={why}
              onInput={event => setWhy(event.currentTarget.value)}
            />
          </div>
        </>
      )}
    </section>
  )
}

/** What was done with it, from the audit trail; for those who may read that. */
function History({ id, version }: { id: string; version: number }) {
  const events = useMemo(() => createLoad('search'), [])
  const may = granted.value.has('audit_logs_read')
  useEffect(() => {
    if (may) void events.load({ track: 'audit', query: `@asset.id:"${id}"`, from: 0, to: Date.now(), limit: 50, sort: '-timestamp' })
  }, [id, version, may])
  const found = events.value.value
  if (!may || (!found && !events.failure.value)) return null
  return (
    <section>
      <h3>History</h3>
      {events.failure.value && <p class="dim">{events.failure.value.error}</p>}
      <ul class="lines">
        {found?.rows.map(({ id, doc }) => (
          <li key={id}>
            <div>
              <Visible text={nameOf(doc.attributes['usr'])} /> {doc.message}
            </div>
            <span class="weak nowrap" title={exact(doc.timestamp)}>
              <Ago time={doc.timestamp} sentence />
            </span>
          </li>
        ))}
      </ul>
      <a href={`#/audit?query=${encodeURIComponent(`@asset.id:"${id}"`)}`}>In the audit trail</a>
    </section>
  )
}
const nameOf = (usr: unknown): string => {
  const { name, id } = (usr ?? {}) as { name?: unknown; id?: unknown }
  return typeof name === 'string' ? name : typeof id === 'string' ? id : 'Somebody'
}
