import { TriangleAlert } from 'lucide'
import type { ByRules } from '../../respond-messages.ts'
import { Icon } from '../../ui/icon.tsx'

/** Rules have blocked as much as they may: said where blocks and attackers are looked at. */
export const Stopped = ({ by }: { by: ByRules | undefined }) =>
  by?.stopped && (
    <p class="notice medium" role="status">
      <Icon of={TriangleAlert} />
      <span>
        {by.perHour === 0 ? (
          'Rules block nobody by themselves: automatic blocking is switched off.'
        ) : (
          <>
            <strong>Automatic blocking has stopped.</strong> Rules have blocked {by.perHour.toLocaleString('en')} within the hour, the most
            that they may. Signals say what was not blocked.
          </>
        )}{' '}
        <a href="#/settings?part=enforcers">Settings</a>
      </span>
    </p>
  )
