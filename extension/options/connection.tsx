import { RefreshCw, Unplug } from 'lucide'
import { useState } from 'preact/hooks'
import { isDaemonUrl } from '../background/guards.ts'
import type { Status } from '../messages.ts'
import { ask } from '../relay.ts'
import { helpAway } from '../ui/away-words.ts'
import { Blocked } from '../ui/blocked.tsx'
import { Button } from '../ui/button.tsx'
import { Dot } from '../ui/dot.tsx'
import { status } from '../ui/live.ts'
import { PairForm, PairingSteps } from '../ui/pair.tsx'
import { TryAgain } from '../ui/retry.tsx'
import { ago, exact, now } from '../ui/time.tsx'
import { Words } from '../ui/words.tsx'
import { Line, Section } from './parts.tsx'

/** What the connection is, as a headline and a sentence. */
export function describe({ url, connection }: Status, time: number): [head: string, says: string] {
  const { host } = new URL(url)
  switch (connection.state) {
    case 'live': {
      const { version, user, pairedAt } = connection
      const role = user.role && `, ${user.role}`
      const fixed = connection.readOnly ? ' It is read-only: nothing can be changed.' : ''
      return [`Paired with ${host}`, `Version ${version}, as ${user.name || user.handle}${role}. Paired ${ago(pairedAt, time)}.${fixed}`]
    }
    case 'away': {
      const last = connection.since ? ` Last heard of ${ago(connection.since, time)}.` : ''
      return [`${host} does not answer`, helpAway(connection.silent) + last]
    }
    case 'unpaired':
      return [
        'Not paired',
        connection.why ? 'The daemon no longer knows this browser. Try again, or pair it anew.' : 'Nothing is sent before it is paired.',
      ]
    case 'foreign':
      return [
        `${host} is not your daemon`,
        'Something else answers there and cannot prove that it was paired with this browser. It was told nothing.',
      ]
    case 'version':
      return [
        'Versions differ',
        `This daemon is ${connection.daemon}, the extension is ${connection.extension}. Update the ${connection.update}.`,
      ]
    default:
      return ['Connecting', `Asking ${host}.`]
  }
}

/** An address as people write it, such as `localhost:7420`. */
export function urlOf(typed: string): string {
  const address = typed.trim().replace(/\/$/, '')
  return address === '' || address.includes('://') ? address : `http://${address}`
}

export function ConnectionSection() {
  const [checking, setChecking] = useState(false)
  const [typed, setTyped] = useState<string>()
  const known = status.value
  const { state } = known?.connection ?? { state: 'connecting' as const }
  const [head, says] = known ? describe(known, now.value) : ['Connecting', '']
  const where = typed === undefined ? (known?.url ?? '') : urlOf(typed)
  const check = async () => {
    setChecking(true)
    await ask('retry', {})
    setChecking(false)
  }
  const since = known?.connection.state === 'live' ? exact(known.connection.pairedAt) : undefined
  return (
    <Section
      title="Connection"
      says="The daemon keeps your logs and signals. It runs on this machine. Nothing leaves it unless you send it."
    >
      <Line
        label={
          <span class="row" role="status">
            <Dot of={state} />
            {head}
          </span>
        }
        says={
          <span title={since}>
            <Words text={says} />
          </span>
        }
      >
        {known?.connection.state === 'unpaired' && known.connection.why === 'revoked' && <TryAgain />}
        {state !== 'unpaired' && (
          <>
            <Button icon={RefreshCw} off={checking ? 'Checking' : undefined} onClick={check}>
              Check
            </Button>
            <Button kind="danger" icon={Unplug} onClick={() => ask('unpair', {})}>
              Unpair
            </Button>
          </>
        )}
      </Line>
      {known && state !== 'live' && !(known.connection.state === 'away' && known.connection.silent) && <Blocked url={known.url} />}
      <div class="two">
        <div class="steps">
          <h3>{state === 'unpaired' ? 'Pair this browser' : 'Pair another daemon'}</h3>
          <PairingSteps />
          <label class="eyebrow" for="url">
            Address of the daemon
          </label>
          <input
            id="url"
            class="field mono"
            value={typed ?? known?.url ?? ''}
            spellcheck={false}
            autocomplete="off"
            aria-invalid={where !== '' && !isDaemonUrl(where)}
            aria-describedby="url-why"
            onInput={event => setTyped(event.currentTarget.value)}
          />
          <p id="url-why" class="weak">
            On this machine, by 127.0.0.1 or localhost: http://127.0.0.1:7420.
          </p>
        </div>
        <PairForm url={where} />
      </div>
    </Section>
  )
}
