import type { MarkKind } from '../messages.ts'

/** What the background knows of addresses, asked for in batches and kept as long as the page lives. */
export interface Kinds {
  /** Undefined until it is known. */
  of(address: string): MarkKind | undefined
  /** Ask for it with the next batch, unless it is known. */
  want(address: string): void
  /** Signals, feeds or lists have changed: ask again for what stands on the page. */
  renew(addresses: Iterable<string>): void
  stop(): void
}

/** Of more addresses than this the oldest are forgotten: a tail never ends. */
const remembered = 20_000
/** The most that one request may carry. */
export const batch = 1_000
/** A request is sent so soon, and the next so much later, ms: each answer has the browser paint all marks again, and a tail has new addresses all the time. */
const wait = { first: 10, full: 30, next: 250 }

/** `ask` resolves to undefined where the background or the daemon does not answer; those addresses stay wanted until the next `want` or `renew`. `changed` hears of every address whose kind is new or another. */
export function createKinds(
  ask: (addresses: string[]) => Promise<Record<string, MarkKind> | undefined>,
  changed: (addresses: ReadonlySet<string>) => void,
): Kinds {
  const known = new Map<string, MarkKind>()
  const wanted = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopped = false
  let sent = Number.NEGATIVE_INFINITY

  function soon(ms = Math.max(wait.first, sent + wait.next - performance.now())) {
    timer ??= setTimeout(send, ms)
  }
  async function send() {
    timer = undefined
    sent = performance.now()
    const addresses = [...wanted].slice(0, batch)
    for (const address of addresses) wanted.delete(address)
    if (wanted.size > 0) soon(wait.full)
    const kinds = await ask(addresses)
    if (stopped) return
    if (!kinds) {
      for (const address of addresses) if (!known.has(address)) wanted.add(address)
      return
    }
    const news = new Set<string>()
    for (const address of addresses) {
      const kind = Object.hasOwn(kinds, address) ? kinds[address]! : 'unknown'
      if (known.get(address) !== kind) news.add(address)
      known.set(address, kind)
    }
    for (const oldest of known.keys()) {
      if (known.size <= remembered) break
      known.delete(oldest)
    }
    if (news.size > 0) changed(news)
  }

  return {
    of: address => known.get(address),
    want(address) {
      if (known.has(address) || wanted.has(address)) return
      wanted.add(address)
      soon()
    },
    renew(addresses) {
      const here = new Set(addresses)
      for (const address of known.keys()) if (!here.has(address)) known.delete(address)
      for (const address of here) wanted.add(address)
      if (wanted.size > 0) soon()
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
