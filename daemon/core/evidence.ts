import { randomUUID } from 'node:crypto'
import type { Evidence } from '../../shared/evidence.ts'
import { createPacer } from '../engine/slices.ts'
import { personOf, type WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { StoredEvidence } from '../store/evidence.ts'
import type { Store } from '../store/store.ts'
import { logsAt, withLate } from './late-intel.ts'
import { maySeeLog } from './may-see.ts'
import type { Audit, Write } from './writes.ts'

/** What whoever keeps lines says of them, and what was made of it. */
export type NewEvidence = Omit<Evidence, 'id' | 'kept_at' | 'by' | 'state' | 'logs'> & { text: string }

/** A page of the list, newest first. `after` is where the next one begins; null where there is none. */
export interface EvidencePage {
  evidence: Evidence[]
  after: number | null
}

/** By which the logs of a piece of evidence are known to be there already. */
export const evidenceKey = (id: string): string => `evidence:${id}`

interface Options {
  store: Store
  write: Write
  audit: Audit
  now: () => number
}

const shown = ({ first_seq: _, count, ...evidence }: StoredEvidence): Evidence => ({ ...evidence, logs: count })
const noEvidence = () => new Refusal(404, 'not_found', 'Evidence not found')

/**
 * Lines that people selected on pages. The text and its audit event are one transaction; its logs lie in another file and follow. Killed in
 * between, it is pending, and the next start goes on: the logs carry a key, so that they are there once.
 */
export function createEvidence({ store, write, audit, now }: Options) {
  /**
   * Whoever kept it sees it; others only where they may see each of its logs, so that a text shows nobody what its logs would not. Logs that
   * retention has taken away can no longer be looked at: then only those see it who see all logs.
   */
  async function maySee(only: Restrictions, user: string, { by, state, first_seq: first, count }: StoredEvidence): Promise<boolean> {
    if (only.logs === null || (user !== '' && by.uuid === user)) return true
    if (state === 'pending') return false
    const pace = createPacer()
    const seqs = Array.from({ length: count }, (_, i) => first + i)
    for (const [, log, late] of logsAt(store, seqs)) {
      await pace()
      if (!log || !maySeeLog(only, withLate(log, late))) return false
    }
    return true
  }

  return {
    keepEvidence: async (ctx: WriteContext, { text, ...given }: NewEvidence): Promise<Evidence> =>
      write(ctx, () => {
        const by = personOf(ctx.actor)
        const evidence: StoredEvidence = { ...given, id: randomUUID(), kept_at: now(), by, state: 'pending', first_seq: 0, count: 0 }
        store.evidence.add(evidence, store.nextSeq(), text)
        const { sha256, bytes, lines } = evidence
        audit(ctx, {
          action: 'created',
          asset: { type: 'evidence', id: evidence.id },
          message: `kept ${lines} ${lines === 1 ? 'line' : 'lines'} of a page as evidence`,
          before: null,
          // whoever reads the trail may not be one who may read the lines, nor where they stood
          after: { sha256, bytes, lines },
        })
        return { result: shown(evidence) }
      }),
    /** Its logs are on disk: say where. Asked again, nothing happens. */
    settleEvidence: async (id: string): Promise<Evidence> => {
      const evidence = store.evidence.get(id)
      if (!evidence) throw noEvidence()
      const place = evidence.state === 'pending' && store.logs.usedBy(evidenceKey(id))
      if (!place) return shown(evidence)
      const settled: StoredEvidence = { ...evidence, state: 'kept', first_seq: place.first_seq, count: place.count }
      store.write(() => store.evidence.update(settled))
      return shown(settled)
    },
    /** Whose logs are not on disk yet, oldest first. */
    pendingEvidence: async (): Promise<Evidence[]> => store.evidence.pending().map(shown),
    /** For the daemon itself. */
    evidenceText: async (id: string): Promise<string> => store.evidence.text(id),
    /** `user` is the uuid of whoever asks. */
    async evidence(only: Restrictions, user: string, id: string): Promise<{ evidence: Evidence; text: string; logs: string[] }> {
      const evidence = store.evidence.get(id)
      if (!evidence || !(await maySee(only, user, evidence))) throw noEvidence()
      const logs = Array.from({ length: evidence.count }, (_, i) => store.idOf(evidence.first_seq + i))
      return { evidence: shown(evidence), text: store.evidence.text(id), logs }
    },
    async listEvidence(only: Restrictions, user: string, asked: { limit: number; after?: number }): Promise<EvidencePage> {
      const pace = createPacer()
      const found: Evidence[] = []
      let at = asked.after ?? Number.MAX_SAFE_INTEGER
      for (let next = store.evidence.before(at); next; next = store.evidence.before(at)) {
        await pace()
        if (found.length === asked.limit) return { evidence: found, after: at }
        at = next.seq
        if (await maySee(only, user, next.evidence)) found.push(shown(next.evidence))
      }
      return { evidence: found, after: null }
    },
  }
}
