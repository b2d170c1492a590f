import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { readAddress } from '../../../shared/ip.ts'
import { asOneLine } from '../../../shared/unseen.ts'
import type { IpFacts } from '../../messages.ts'
import { ask, isFailure, onPush } from '../../relay.ts'
import type { Target } from '../../respond-messages.ts'
import { whyNoBlock } from '../../ui/may.ts'
import type { Choice } from '../../ui/menu.tsx'
import { now } from '../../ui/time.tsx'
import { saidUntil } from '../../ui/until.ts'
import { go } from '../place.ts'
import { block, pass } from './asking.ts'

// What a menu offers about an address or a user, as it stands now.

/** The signal that something is done because of. */
export interface Cause {
  signal: string
  title: string
}
type Standing = Pick<IpFacts, 'blocked' | 'pass'>

/** Of addresses whose menu was opened, until something changes. */
const known = signal<ReadonlyMap<string, Standing>>(new Map())
let hearing = false

async function learn(address: string): Promise<void> {
  if (!hearing)
    onPush(push => {
      if (push.type === 'blockNews') known.value = new Map()
    })
  hearing = true
  const facts = await ask('lookup', { ip: address })
  if (!isFailure(facts)) known.value = new Map([...known.value, [address, { blocked: facts.blocked, pass: facts.pass }]])
}

/** Asks how an address stands once its menu is open; the word takes the place of the one before, so that nothing moves. */
function Word({ address, children }: { address: string; children(standing: Standing | undefined): ComponentChildren }) {
  useEffect(() => void learn(address), [address])
  return <>{children(known.value.get(address))}</>
}

/** Where what an address stands on the passlist by is changed. */
export const passPlace = (id: string) => ({ section: 'denylist', with: { list: 'passlist', pass: id } })

/** How values of a path can be blocked; undefined where they cannot. */
export function targetOf(path: string, value: string): Target | undefined {
  if (/^@usr\.(?:id|name|email)$/.test(path) && value !== '') return { kind: 'user', value }
  return readAddress(value) === undefined ? undefined : { kind: 'ip', value }
}

/** Block, put on the passlist, declare trusted; or how it stands, and what can be done about that. */
export function respondChoices(path: string, value: string, because?: Cause): Choice[] {
  const target = targetOf(path, value)
  if (!target) return []
  const off = whyNoBlock()
  const asked = {
    targets: [target],
    ...(because && { signal: because.signal, from: because.title, reason: asOneLine(because.title, 400) }),
  }
  if (target.kind === 'user') return [{ label: `Block ${value}`, show: 'Block this user…', apart: true, off, onPick: () => block(asked) }]
  const list = (trusted: boolean): Choice => ({
    label: `${trusted ? 'Trust' : 'Passlist'} ${value}`,
    show: (
      <Word address={value}>
        {standing =>
          standing?.pass && standing.pass.trusted === trusted
            ? `${trusted ? 'Trusted' : 'On the passlist'} ${saidUntil(standing.pass.until, now.value)}: change…`
            : trusted
              ? 'Declare trusted…'
              : 'Add to the passlist…'
        }
      </Word>
    ),
    off,
    onPick() {
      const now = known.value.get(value)?.pass
      if (now && now.trusted === trusted) go(passPlace(now.id))
      else pass({ addresses: [value], trusted, ...(because && { reason: asOneLine(because.title, 400) }) })
    },
  })
  return [
    {
      label: `View IP details of ${value}`,
      show: 'View IP details',
      onPick: () => go({ section: 'attackers', with: { ip: value } }),
    },
    {
      label: `Block ${value}`,
      show: (
        <Word address={value}>
          {standing => (standing?.blocked ? `On the denylist ${saidUntil(standing.blocked.until, now.value)}: extend or lift…` : 'Block…')}
        </Word>
      ),
      apart: true,
      off,
      onPick: () => block(asked),
    },
    list(false),
    list(true),
  ]
}
