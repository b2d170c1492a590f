import { type BlockKind, normaliseBlocked } from '../../shared/denylist.ts'
import type { CaseAction } from '../../shared/rule.ts'

/** Addresses or users that one signal may have something done to. */
const mostOfOne = 50
/** Where the entities of a signal name what an action is about, the first that there are. */
const named: Record<BlockKind, string[]> = { ip: ['@network.client.ip:'], user: ['@usr.id:', '@usr.name:'] }

/** ms; null: for good. */
export function durationOf(action: CaseAction): number | null {
  const { duration } = (action as { options: { duration: number } }).options
  return duration === 0 ? null : duration * 1000
}

/** Whom an action is about. */
export function valuesOf(kind: BlockKind, entities: readonly string[]): string[] {
  const prefix = named[kind].find(prefix => entities.some(entity => entity.startsWith(prefix)))
  const values = prefix === undefined ? [] : entities.filter(entity => entity.startsWith(prefix)).map(entity => entity.slice(prefix.length))
  return values.slice(0, mostOfOne).flatMap(text => normaliseBlocked(kind, text) ?? [])
}
