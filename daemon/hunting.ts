import { readAddress } from '../shared/ip.ts'
import type { Core } from './core/core.ts'
import type { Answer, HuntFeed, Question } from './core/hunt.ts'
import type { Feeds } from './intel/feeds.ts'

/** How long to wait after a hunt that failed, ms. */
const retryAfter = 60_000

interface Needs {
  core: Pick<Core, 'hunt' | 'huntOn'>
  feeds: Pick<Feeds, 'match' | 'matchName' | 'hunted'>
  /** Resolves when every log that is coming in now is stored: it may have been looked up in what feeds held before. */
  settled(): Promise<unknown>
  report: (error: unknown) => void
}

/** Has stored logs matched again whenever feeds change, and answers what the hunt asks of them. */
export function createHunting({ core, feeds, settled, report }: Needs) {
  let closed = false
  let wanted = false
  let running: Promise<void> | undefined
  let later: NodeJS.Timeout | undefined
  let seen: ReadonlyMap<string, string> | undefined
  /** Feeds that were off or had another content in between. */
  let again = new Set<string>()

  const answer = ({ feeds: asked, values }: Question): Answer =>
    values.flatMap(([type, value], place) => {
      const address = type === 'ip' ? readAddress(value) : undefined
      const matches = type === 'ip' ? (address ? feeds.match(address) : []) : feeds.matchName(type, value)
      const own = matches.filter(({ source }) => asked.includes(source.name))
      return own.length > 0 ? [[place, own] as Answer[number]] : []
    })

  async function run(): Promise<void> {
    while (wanted && !closed) {
      wanted = false
      const since = [...again]
      again = new Set()
      try {
        await settled()
        for (let question = await core.hunt(feeds.hunted(), since); question && !closed; ) question = await core.huntOn(answer(question))
      } catch (error) {
        for (const id of since) again.add(id)
        if (closed) return
        report(error)
        later ??= setTimeout(changed, retryAfter).unref()
      }
    }
  }

  function changed(): void {
    clearTimeout(later)
    later = undefined
    const now = new Map(feeds.hunted().map(({ id, stamp }: HuntFeed) => [id, stamp]))
    for (const [id, stamp] of seen ?? []) if (now.get(id) !== stamp) again.add(id)
    seen = now
    wanted = true
    running ??= run().finally(() => {
      running = undefined
      if (wanted && !closed) changed()
    })
  }

  return {
    /** Other entries answer now. */
    changed,
    /** Resolves when stored logs say what feeds say. */
    async idle(): Promise<void> {
      while (running) await running
    },
    async close(): Promise<void> {
      closed = true
      clearTimeout(later)
      await running
    },
  }
}
export type Hunting = ReturnType<typeof createHunting>
