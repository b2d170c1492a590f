import { getter } from './natives.ts'

const topOf = getter(Element, 'scrollTop')
const heightOf = getter(Element, 'clientHeight')

/** What scrolls on a page, and how far it goes between two questions. */
export function createScrolling() {
  const moved = new Set<Document | Element>()
  const stood = new WeakMap<Document | Element, number>()
  return {
    note({ target }: Event) {
      if (target instanceof Document || target instanceof Element) moved.add(target)
    },
    /** Whether all that has moved since the last question has gone by more than it shows at once: nothing that is seen now was seen then. */
    rushes(): boolean {
      let all = moved.size > 0
      for (const one of moved) {
        const [at, shows] = one instanceof Document ? [scrollY, innerHeight] : [topOf(one), heightOf(one)]
        if (Math.abs(at - (stood.get(one) ?? 0)) <= shows) all = false
        stood.set(one, at)
      }
      moved.clear()
      return all
    },
  }
}
