import { getter } from './natives.ts'

const topOf = getter(Element, 'scrollTop')
const heightOf = getter(Element, 'clientHeight')

/** In so many ms nobody reads what is shown at once. */
const glance = 250

/** What scrolls on a page, and how fast. */
export function createScrolling(clock: () => number = () => performance.now()) {
  const moved = new Set<Document | Element>()
  const stood = new WeakMap<Document | Element, number>()
  let began = 0
  return {
    note({ target }: Event) {
      if (!(target instanceof Document || target instanceof Element)) return
      if (moved.size === 0) began = clock()
      moved.add(target)
    },
    /** Whether all that has moved since the last question goes by faster than it can be read: what is seen now was not seen then, and will soon be gone. */
    rushes(): boolean {
      const glances = Math.max(1, (clock() - began) / glance)
      let all = moved.size > 0
      for (const one of moved) {
        const [at, shows] = one instanceof Document ? [scrollY, innerHeight] : [topOf(one), heightOf(one)]
        if (Math.abs(at - (stood.get(one) ?? 0)) <= shows * glances) all = false
        stood.set(one, at)
      }
      moved.clear()
      return all
    },
  }
}
