import { KeyRound, TriangleAlert } from 'lucide'
import { useId, useState } from 'preact/hooks'
import { ask, isFailure } from '../relay.ts'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'
import { Words } from './words.tsx'

/** `k7qf2m` → `K7QF-2M`, as far as it goes. */
export function readCode(typed: string): string {
  const code = typed
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '')
    .slice(0, 8)
  return code.length > 4 ? `${code.slice(0, 4)}-${code.slice(4)}` : code
}

export const PairingSteps = () => (
  <ol>
    <li>
      Start the daemon: <code>npm start</code>
    </li>
    <li>
      Read the code it prints, or ask for a new one: <code>signalbox pair</code>
    </li>
    <li>Enter it here.</li>
  </ol>
)

/** The pairing code and what became of it. `url` is where the daemon is asked, such as `http://127.0.0.1:7420`. */
export function PairForm({ url, focus }: { url: string; focus?: boolean }) {
  const [code, setCode] = useState('')
  const [why, setWhy] = useState<string>()
  const [busy, setBusy] = useState(false)
  const id = useId()

  const pair = async (event: Event) => {
    event.preventDefault()
    if (busy) return
    if (code.length < 9) return setWhy('A code has eight characters, such as K7QF-2MXD.')
    setBusy(true)
    setWhy(undefined)
    const answer = await ask('pair', { url, code })
    setBusy(false)
    if (isFailure(answer)) setWhy(answer.error)
    else setCode('')
  }
  return (
    <form class="code-form">
      <label class="eyebrow" for={id}>
        Pairing code
      </label>
      <input
        id={id}
        class="field mono code"
        value={code}
        onInput={event => setCode((event.currentTarget.value = readCode(event.currentTarget.value)))}
        autocomplete="off"
        spellcheck={false}
        placeholder="XXXX-XXXX"
        aria-invalid={why !== undefined}
        aria-describedby={why && `${id}-why`}
        autofocus={focus}
      />
      {why && (
        <p class="notice critical" id={`${id}-why`} role="alert">
          <Icon of={TriangleAlert} />
          <span>
            <Words text={why} />
          </span>
        </p>
      )}
      <Button kind="primary" icon={KeyRound} type="submit" off={busy ? 'Asking the daemon' : undefined} onClick={pair}>
        {busy ? 'Pairing' : 'Pair'}
      </Button>
    </form>
  )
}
