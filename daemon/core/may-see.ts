import type { Doc } from '../../shared/log.ts'
import { toPredicate } from '../../shared/query/match.ts'
import type { Signal } from '../../shared/signal.ts'
import { signalDoc } from '../engine/docs.ts'
import { restrictionQuery } from '../engine/search.ts'
import type { Restriction, Restrictions } from '../lib/restrictions.ts'

/** Compiled restrictions, the latest asked for last: there are as many as roles, and they change seldom. */
const compiled = new Map<string, (doc: Doc) => boolean>()
const mostCompiled = 64

function predicateOf(only: readonly string[]): (doc: Doc) => boolean {
  const key = JSON.stringify(only)
  const keep = compiled.get(key) ?? toPredicate(restrictionQuery(only))
  compiled.delete(key)
  compiled.set(key, keep)
  if (compiled.size > mostCompiled) compiled.delete(compiled.keys().next().value!)
  return keep
}

const maySee = (only: Restriction, doc: () => Doc): boolean => only === null || predicateOf(only)(doc())

/** Whether a signal is one of those that somebody may see, as it is now. */
export const maySeeSignal = ({ signals }: Restrictions, signal: Signal): boolean => maySee(signals, () => signalDoc(signal))
/** The same of a log, or of a copy of one. */
export const maySeeLog = ({ logs }: Restrictions, log: Doc): boolean => maySee(logs, () => log)
