import type { MarkKind } from '../messages.ts'

/** What the background knows of values, asked for in batches and kept as long as the page lives. */
export interface Kinds {
  /** Undefined until it is known. */
  of(value: string): MarkKind | undefined
  /** Ask for it with the next batch, unless it is known. */
  want(value: string): void
  /** Those of which something is known. */
  marked(): Iterable<[value: string, kind: MarkKind]>
  /** Ask, unless that was done: an answer says more than was asked. */
  begin(): void
  /** Signals, feeds or lists have changed: ask again for what stands on the page. */
  renew(values: Iterable<string>): void
  stop(): void
}

/** Of more values than this the oldest are forgotten: a tail never ends. */
const remembered = 20_000
/** The most that one request may carry. */
export const batch = 1_000
/** A request is sent so soon, and the next so much later, ms: each answer has the browser paint all marks again, and a tail has new values all the time. */
const wait = { first: 10, full: 30, next: 250 }
/** Where the daemon is still reading what it is asked about, it is asked again so much later, ms. */
const again = 1_000

/** What is known of some values. `unsure` are those of which more may be known soon, of which there may be none: then others may be. */
export interface Known {
  kinds: Record<string, MarkKind>
  unsure?: string[]
}

/** `ask` resolves to undefined where the background or the daemon does not answer; those values stay wanted until the next `want` or `renew`. `changed` hears of every value whose kind is new or another. */
export function createKinds(ask: (values: string[]) => Promise<Known | undefined>, changed: (values: ReadonlySet<string>) => void): Kinds {
  const known = new Map<string, MarkKind>()
  const wanted = new Set<string>()
  const unsure = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let later: ReturnType<typeof setTimeout> | undefined
  let stopped = false
  let sent = Number.NEGATIVE_INFINITY

  function soon(ms = Math.max(wait.first, sent + wait.next - performance.now())) {
    timer ??= setTimeout(send, ms)
  }
  async function send() {
    timer = undefined
    sent = performance.now()
    const values = [...wanted].slice(0, batch)
    for (const value of values) wanted.delete(value)
    if (wanted.size > 0) soon(wait.full)
    const answer = await ask(values)
    if (stopped) return
    if (!answer) {
      for (const value of values) if (!known.has(value)) wanted.add(value)
      return
    }
    const { kinds } = answer
    if (answer.unsure) {
      for (const value of answer.unsure) unsure.add(value)
      later ??= setTimeout(askAgain, again)
    }
    const news = new Set<string>()
    for (const value of values) {
      const kind = Object.hasOwn(kinds, value) ? kinds[value]! : 'unknown'
      if (known.get(value) !== kind) news.add(value)
      known.set(value, kind)
    }
    for (const oldest of known.keys()) {
      if (known.size <= remembered) break
      known.delete(oldest)
    }
    if (news.size > 0) changed(news)
  }

  function askAgain() {
    later = undefined
    for (const value of unsure) if (known.has(value)) wanted.add(value)
    unsure.clear()
    soon()
  }

  return {
    of: value => known.get(value),
    want(value) {
      if (known.has(value) || wanted.has(value)) return
      wanted.add(value)
      soon()
    },
    *marked() {
      for (const entry of known) if (entry[1] !== 'unknown') yield entry
    },
    begin() {
      if (sent === Number.NEGATIVE_INFINITY) soon()
    },
    renew(values) {
      const here = new Set(values)
      for (const value of known.keys()) if (!here.has(value)) known.delete(value)
      for (const value of here) wanted.add(value)
      soon()
    },
    stop() {
      stopped = true
      clearTimeout(timer)
      clearTimeout(later)
    },
  }
}
