import { Lock, RefreshCw, ShieldAlert, Unplug } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { browser } from 'wxt/browser'
import type { Connection, Status } from '../messages.ts'
import { ask } from '../relay.ts'
import { helpAway, noAnswer } from './away-words.ts'
import { Blocked } from './blocked.tsx'
import { Button } from './button.tsx'
import { Dot } from './dot.tsx'
import { Icon } from './icon.tsx'
import { PairForm, PairingSteps } from './pair.tsx'
import { TryAgain } from './retry.tsx'
import { ago, exact, now } from './time.tsx'
import { Words } from './words.tsx'

const words: Record<Connection['state'], string> = {
  connecting: 'Connecting',
  live: 'Live',
  away: 'Daemon away',
  unpaired: 'Not paired',
  foreign: 'Not your daemon',
  version: 'Other version',
}

/** What the connection is, in a word or two. */
export const wordsOf = (connection: Connection | undefined): string =>
  connection?.state === 'live' && connection.readOnly ? 'Read-only' : words[connection?.state ?? 'connecting']

/** The same as a picture; its words stand beside it. */
export const Standing = ({ of }: { of: Connection | undefined }) =>
  of?.state === 'live' && of.readOnly ? <Icon of={Lock} small /> : <Dot of={of?.state ?? 'connecting'} />

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
export function Away({ url, connection, at }: { url: string; connection: Extract<Connection, { state: 'away' }>; at: number | null }) {
  const seconds = useCountdown(connection.nextTry)
  return (
    <>
      {!connection.silent && <Blocked url={url} />}
      <div class="notice critical" role="alert">
        <Icon of={Unplug} />
        <div>
          <strong>{noAnswer}</strong> <Words text={helpAway(connection.silent)} /> {new URL(url).host} was asked;{' '}
          <code>signalbox doctor</code> looks from its side.
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

/** The daemon writes nothing: why, and until when. */
export const ReadOnly = () => (
  <p class="stale row" role="status">
    <Icon of={Lock} small />
    <span>
      The daemon is read-only: nothing can be changed and no logs come in until its setting <code>read_only</code> is off, or it is started
      without <code>--read-only</code>.
    </span>
  </p>
)

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
    <Blocked url={status.url} />
    <PairingSteps />
    <PairForm url={status.url} focus />
    <p class="dim">
      The daemon is asked at <span class="mono">{new URL(status.url).host}</span>.{' '}
      <button type="button" class="link" onClick={() => browser.runtime.openOptionsPage()}>
        It listens elsewhere
      </button>
    </p>
    <p class="weak">A code works once, for 2 minutes. Before anything is sent, the daemon proves that it printed this code.</p>
  </div>
)
