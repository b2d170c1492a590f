import { Ban, ShieldCheck } from 'lucide'
import { saidLanding } from '../../../shared/proof.ts'
import type { IpFacts } from '../../messages.ts'
import { Button } from '../../ui/button.tsx'
import { whyNoBlock } from '../../ui/may.ts'
import { now } from '../../ui/time.tsx'
import { saidUntil } from '../../ui/until.ts'
import { Visible } from '../../ui/visible.tsx'
import { go } from '../place.ts'
import { block, pass } from './asking.ts'
import { passPlace } from './choices.tsx'

/** What is decided about an address, and what can be. */
export function Decided({ facts: { address, blocked, pass: spared } }: { facts: IpFacts }) {
  const off = whyNoBlock()
  const targets = [{ kind: 'ip', value: address }] as const
  return (
    <>
      {blocked && (
        <p class="decided">
          <span>
            {blocked.value === address ? 'On the denylist' : `On the denylist with ${blocked.value},`} {saidUntil(blocked.until, now.value)}{' '}
            by <Visible text={blocked.by} />
            {blocked.reason && (
              <>
                : <Visible text={blocked.reason} />
              </>
            )}
            {blocked.landing && `. ${saidLanding(blocked.landing).says}.`}
          </span>
        </p>
      )}
      {spared && (
        <p class="decided">
          <span>
            {spared.trusted ? 'Trusted' : 'On the passlist'}: <Visible text={spared.description} />, {saidUntil(spared.until, now.value)}
          </span>
        </p>
      )}
      <div class="row gap wrap">
        <Button small icon={Ban} keys="B" off={off} onClick={() => block({ targets })}>
          {blocked ? 'Extend or lift…' : 'Block…'}
        </Button>
        {spared ? (
          <Button small icon={ShieldCheck} off={off} onClick={() => go(passPlace(spared.id))}>
            {spared.trusted ? 'Change the trust…' : 'Change the passlist…'}
          </Button>
        ) : (
          [false, true].map(trusted => (
            <Button small key={String(trusted)} icon={ShieldCheck} off={off} onClick={() => pass({ addresses: [address], trusted })}>
              {trusted ? 'Declare trusted…' : 'Add to the passlist…'}
            </Button>
          ))
        )}
      </div>
    </>
  )
}
