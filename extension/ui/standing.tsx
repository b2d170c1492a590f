import type { Said } from '../said.ts'
import { VerdictTag } from './facts.tsx'
import { LandingTag } from './landing.tsx'
import { now } from './time.tsx'
import { saidUntil } from './until.ts'
import { Visible } from './visible.tsx'

/** What is decided about a value. */
export const StandingTags = ({ blocked, pass }: Pick<Said, 'blocked' | 'pass'>) => (
  <>
    {blocked && <VerdictTag kind="blocked" word={`On the denylist ${saidUntil(blocked.until, now.value)}`} />}
    {blocked?.landing && <LandingTag landing={blocked.landing} />}
    {pass && <VerdictTag kind="trusted" word={pass.trusted ? 'Trusted' : 'On the passlist'} />}
  </>
)

/** The entry of the denylist that holds more than the value. */
export const WiderBlock = ({ blocked, value }: Pick<Said, 'blocked'> & { value: string }) =>
  blocked && blocked.value !== value ? (
    <p class="weak">
      On the denylist as part of <Visible class="mono" text={blocked.value} />
    </p>
  ) : null
