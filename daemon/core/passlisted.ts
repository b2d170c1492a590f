import { type BlockKind, spanOfBlocked } from '../../shared/denylist.ts'
import { isInForce, type PasslistEntry } from '../../shared/passlist.ts'
import { meets, readSpan } from '../../shared/span.ts'

/** The first entry of the passlist in force that has an address in common with what is to be blocked. */
export function passlisted(entries: readonly PasslistEntry[], kind: BlockKind, value: string, now: number) {
  const span = spanOfBlocked(kind, value)
  if (!span) return undefined
  for (const entry of entries) {
    if (!isInForce(entry, now)) continue
    const address = entry.ip_list.find(text => {
      const other = readSpan(text)
      return other !== undefined && meets(other, span)
    })
    if (address !== undefined) return { entry, address }
  }
  return undefined
}
