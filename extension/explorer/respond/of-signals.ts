import { asOneLine } from '../../../shared/unseen.ts'
import { ask, isFailure } from '../../relay.ts'
import type { Target } from '../../respond-messages.ts'
import type { SignalRow } from '../../signal-row.ts'
import { toasts } from '../surface.ts'
import { block } from './asking.ts'

/** Offer to block whom signals come from: of one all of its addresses, of several the one that each is about. */
export async function blockOfSignals(rows: readonly SignalRow[], done?: () => void): Promise<void> {
  const [first] = rows
  if (!first) return
  const targets = rows.length === 1 ? await addressesOf(first) : namedBy(rows)
  if (targets.length === 0)
    toasts.fail(rows.length === 1 ? 'Not blocked: it names no address' : 'Not blocked: none of them names an address')
  else
    block({
      targets,
      ...(rows.length === 1 && { signal: first.id, from: first.title, reason: asOneLine(first.title, 400) }),
      ...(done && { done }),
    })
}

const asTargets = (values: readonly string[]): Target[] => [...new Set(values)].map(value => ({ kind: 'ip', value }))
const namedBy = (rows: readonly SignalRow[]) => asTargets(rows.flatMap(({ ip }) => (ip === null ? [] : [ip])))

async function addressesOf(row: SignalRow): Promise<Target[]> {
  const about = await ask('signal', { id: row.id })
  return isFailure(about) ? namedBy([row]) : asTargets(about.addresses.map(({ value }) => value))
}
