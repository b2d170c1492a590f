import { Plug } from 'lucide'
import type { RangeMode } from '../../../shared/bouncer.ts'
import { ask, isFailure } from '../../relay.ts'
import type { BouncerRow } from '../../respond-messages.ts'
import { whyNot } from '../../ui/may.ts'
import { createLoad } from '../load.ts'
import { show } from '../place.ts'
import { toasts } from '../surface.ts'

// Who enforces, for the list of them and the panel of one.

export const bouncers = createLoad('bouncers')

export const rangeWords: Record<RangeMode, readonly [word: string, says: string]> = {
  unknown: ['Not known', 'Nobody has said. With nftables the firewall bouncer blocks only the first address of a range.'],
  native: ['Holds ranges', 'iptables with ipset, nginx, the cloud ones.'],
  single: ['Addresses alone', 'nftables: ranges up to a /24 are taken apart for it; wider ones it is not told.'],
}

export const reloadBouncers = async (): Promise<void> => {
  if (whyNot('appsec_protect_read') === undefined) await bouncers.load({})
}
export async function revoke({ id, name }: BouncerRow): Promise<void> {
  const answer = await ask('revokeBouncer', { id })
  if (isFailure(answer)) return toasts.fail(`${name} not shut out: ${answer.error}`)
  show({ bouncer: undefined })
  toasts.show({ icon: Plug, text: `${name} is shut out; it keeps what it holds until that runs out` })
  await reloadBouncers()
}
