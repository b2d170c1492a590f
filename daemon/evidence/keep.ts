import { createHash } from 'node:crypto'
import { findAddresses } from '../../shared/addresses.ts'
import { type Evidence, linesOf, type Page, pageAddress, whyNotKept } from '../../shared/evidence.ts'
import type { NewLog } from '../../shared/log.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'

/** Lines as they are sent. */
export interface Selected {
  text: string
  page: Page
  time: number
  zone: number
}

export interface KeepNeeds {
  keepEvidence(ctx: WriteContext, given: Omit<Evidence, 'id' | 'kept_at' | 'by' | 'state' | 'logs'> & { text: string }): Promise<Evidence>
  settleEvidence(id: string): Promise<Evidence>
  pendingEvidence(): Promise<Evidence[]>
  evidenceText(id: string): Promise<string>
  /** The logs of lines, each read when it is asked for. */
  read(text: string, as: { id: string; time: number; zone: number }, now: number): Iterable<NewLog>
  /** Enrich and store logs, once for a key; `finish` adds what enrichment must not look at. */
  ingest(logs: Iterable<NewLog>, options: { key: { key: string; request: string } }, finish: (log: NewLog) => NewLog): Promise<unknown>
  enriched(log: NewLog): Promise<NewLog>
  isReadOnly(): boolean
  report: (error: unknown) => void
  now: () => number
}

/** Logs that a preview shows. */
const previewed = 200
/** Distinct addresses that evidence lists. */
const mostAddresses = 1000
/** How long to wait before logs that could not be stored are tried again, ms. */
const retryAfter = 30_000

/**
 * Keeps lines that people select on pages: the text first, whole and with its hash, then its lines as logs. Where the second fails or the daemon
 * dies in between, it is made up for, at the latest by the next start.
 */
export function createKeeper(needs: KeepNeeds) {
  const { keepEvidence, settleEvidence, read, ingest, enriched, isReadOnly, report, now } = needs
  let later: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let closed = false

  async function store(evidence: Evidence, text: string): Promise<Evidence> {
    if (evidence.state === 'kept') return evidence
    const { id, sha256, page, time, zone, kept_at } = evidence
    const logs = read(text, { id, time: Math.min(time, kept_at), zone }, now())
    await ingest(logs, { key: { key: `evidence:${id}`, request: sha256 } }, onPage(page))
    return settleEvidence(id)
  }

  async function makeUp(): Promise<void> {
    for (const evidence of await needs.pendingEvidence()) {
      if (closed) return
      await store(evidence, await needs.evidenceText(evidence.id))
    }
  }

  /** Store the logs that are pending. What fails is tried again. */
  function resume(): void {
    clearTimeout(later)
    later = undefined
    if (closed || running) return
    if (isReadOnly()) {
      tryLater()
      return
    }
    running = makeUp()
      .catch(error => {
        if (closed) return
        report(error)
        tryLater()
      })
      .finally(() => {
        running = undefined
      })
  }
  function tryLater(): void {
    later ??= setTimeout(resume, retryAfter).unref()
  }

  return {
    resume,
    /** Refuses (413) what is too much, (400) what is nothing. The answer is `pending` where the logs could not be stored yet. */
    async keep(ctx: WriteContext, { text, page, ...more }: Selected): Promise<Evidence> {
      check(text)
      const sha256 = createHash('sha256').update(text).digest('hex')
      const lines = linesOf(text)
      const evidence = await keepEvidence(ctx, {
        ...more,
        text,
        sha256,
        bytes: Buffer.byteLength(text),
        // what ends with a line's end has no further line
        lines: lines.at(-1) === '' ? lines.length - 1 : lines.length,
        page: { ...page, url: pageAddress(page.url) },
        addresses: addressesIn(lines),
      })
      if (ctx.dryRun) return evidence
      try {
        return await store(evidence, text)
      } catch (error) {
        // the text is safe: its logs come once there is room for them
        if (!(error instanceof Refusal)) report(error)
        tryLater()
        return evidence
      }
    },
    /** The first logs of what would be kept, enriched. */
    async preview({ text, page, time, zone }: Selected): Promise<{ logs: NewLog[]; count: number }> {
      const logs: NewLog[] = []
      let count = 0
      for (const log of read(text, { id: '', time, zone }, now())) {
        if (++count <= previewed) logs.push(onPage(page)(await enriched(log)))
      }
      return { logs, count }
    },
    async close(): Promise<void> {
      closed = true
      clearTimeout(later)
      await running
    },
  }
}
export type Keeper = ReturnType<typeof createKeeper>

function check(text: string): void {
  if (/\p{Surrogate}/u.test(text)) throw refused(400, 'invalid', 'The text holds half a character, which UTF-8 cannot.')
  const why = whyNotKept(text)
  if (why === undefined) return
  throw text.trim() === '' ? refused(400, 'invalid', why) : refused(413, 'too_large', why)
}
const refused = (status: 400 | 413, code: string, why: string) =>
  new Refusal(status, code, why, { problems: [{ field: 'data.attributes.text', message: why }] })

/** Says of a log which host its page is of. The page is no part of what happened: nobody looks it up as if it were. */
function onPage({ url }: Page): (log: NewLog) => NewLog {
  const { hostname } = new URL(url)
  return log => (hostname === '' ? log : { ...log, tags: [...log.tags, `page:${hostname}`] })
}

function addressesIn(lines: readonly string[]): string[] {
  const found = new Set<string>()
  for (const line of lines) {
    for (const { address } of findAddresses(line)) found.add(address)
    if (found.size > mostAddresses) break
  }
  return [...found].slice(0, mostAddresses)
}
