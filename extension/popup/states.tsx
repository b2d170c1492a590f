import { Check, CircleAlert, Lock, RefreshCw, ShieldAlert, Unplug } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { stateLabels } from '../../shared/triage.ts'
import type { Connection, Status } from '../messages.ts'
import { ask } from '../relay.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { PairForm, PairingSteps } from '../ui/pair.tsx'
import { TryAgain } from '../ui/retry.tsx'
import { ago, exact, now } from '../ui/time.tsx'
import { Words } from '../ui/words.tsx'
import type { Desk } from './desk.ts'

const Middle = ({ children }: { children: ComponentChildren }) => (
  <div class="middle" id="signals">
    {children}
  </div>
)

/** A list without rows says what is next. */
export function Empty({ desk }: { desk: Desk }) {
  const { tab, counts, filter } = desk
  const review = counts.value?.under_review ?? 0
  if (Object.keys(filter.value).length > 0)
    return (
      <Middle>
        <h2>No signals match</h2>
        <Button onClick={() => desk.open(tab.value, {})}>Clear the filter</Button>
      </Middle>
    )
  return (
    <Middle>
      {tab.value === 'open' && <Icon of={Check} big />}
      <h2>Nothing {stateLabels[tab.value].toLowerCase()}</h2>
      <p class="dim">
        {tab.value === 'open' && 'New ones appear here by themselves.'}
        {tab.value === 'under_review' && 'R on an open signal puts it here.'}
        {tab.value === 'archived' && 'What is archived can be reopened from here for 30 days.'}
      </p>
      {tab.value === 'open' ? (
        review > 0 && <Button onClick={() => desk.open('under_review')}>See {review} in review</Button>
      ) : (
        <Button onClick={() => desk.open('open')}>See open ones</Button>
      )}
    </Middle>
  )
}

/** The daemon is away, and this list was never seen or not kept. */
export const Unseen = ({ desk }: { desk: Desk }) => (
  <Middle>
    <p class="dim">
      {desk.failure.value
        ? 'This list was not kept. It comes back with the daemon.'
        : `Nothing ${stateLabels[desk.tab.value].toLowerCase()} then.`}
    </p>
  </Middle>
)

export const Failed = ({ desk, error }: { desk: Desk; error: string }) => (
  <Middle>
    <Icon of={CircleAlert} />
    <p role="alert">
      <Words text={error} />
    </p>
    <Button icon={RefreshCw} onClick={desk.load}>
      Try again
    </Button>
  </Middle>
)

export const Skeleton = () => (
  <div class="list skeleton" id="signals" aria-busy="true">
    {Array.from({ length: 6 }, (_, at) => (
      <div class="item" key={at}>
        <span />
        <span />
      </div>
    ))}
  </div>
)

/** Whole seconds until `time`, ms UTC. */
function useCountdown(time: number): number {
  const left = () => Math.max(0, Math.ceil((time - Date.now()) / 1_000))
  const [seconds, setSeconds] = useState(left)
  useEffect(() => {
    setSeconds(left)
    const timer = setInterval(() => setSeconds(left), 1_000)
    return () => clearInterval(timer)
  }, [time])
  return seconds
}

/** The daemon is away: what to do, when it is tried again, and how old the list below is. */
export function Away({ connection, at }: { connection: Extract<Connection, { state: 'away' }>; at: number | null }) {
  const seconds = useCountdown(connection.nextTry)
  return (
    <>
      <div class="notice critical" role="alert">
        <Icon of={Unplug} />
        <div>
          <strong>The daemon does not answer.</strong> Start it with <code>npm start</code>.
          <div class="row gap">
            <Button small icon={RefreshCw} onClick={() => ask('retry', {})}>
              Try now
            </Button>
            <span class="dim">{seconds > 0 ? `Next try in ${seconds} s` : 'Trying'}</span>
          </div>
        </div>
      </div>
      {at !== null && (
        <p class="stale row">
          <Icon of={Lock} small />
          <time title={exact(at)}>
            As of {new Date(at).toLocaleTimeString('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })}, {ago(at, now.value)}.
            Read only.
          </time>
        </p>
      )}
    </>
  )
}

/** Another daemon's version, or no daemon of ours at all: nothing is sent until that is settled. */
export function Barred({ status }: { status: Status }) {
  const { connection, url } = status
  const version = connection.state === 'version' ? connection : undefined
  const short = (full: string) => full.split('.').slice(0, 2).join('.') || 'unknown'
  return (
    <div class="barred">
      <div class="notice critical" role="alert">
        <Icon of={ShieldAlert} />
        <div>
          {version ? (
            <>
              <strong>
                This daemon is {short(version.daemon)}, the extension needs {short(version.extension)}.
              </strong>{' '}
              {version.update === 'daemon' ? 'Update the daemon.' : 'Update the extension.'}
            </>
          ) : (
            <>
              <strong>This is not your daemon.</strong> Something else answers on {new URL(url).host} and cannot prove that it was paired
              with this browser. It was told nothing. Stop it, then start yours with <code>npm start</code>.
            </>
          )}
          <div class="row gap">
            <Button small icon={RefreshCw} onClick={() => ask('retry', {})}>
              Try again
            </Button>
            {!version && (
              <Button small kind="quiet" onClick={() => ask('unpair', {})}>
                Unpair
              </Button>
            )}
          </div>
        </div>
      </div>
    </div>
  )
}

export const Unpaired = ({ status }: { status: Status }) => (
  <div class="pair steps">
    <h2>Pair this browser</h2>
    {status.connection.state === 'unpaired' && status.connection.why === 'revoked' && (
      <div class="notice critical" role="alert">
        <Icon of={ShieldAlert} />
        <div>
          The daemon no longer knows this browser. Try again, or pair it anew.
          <div class="gap">
            <TryAgain small />
          </div>
        </div>
      </div>
    )}
    <PairingSteps />
    <PairForm url={status.url} focus />
    <p class="weak">A code works once, for 2 minutes. Before anything is sent, the daemon proves that it printed this code.</p>
  </div>
)
