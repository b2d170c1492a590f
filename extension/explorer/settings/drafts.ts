import { signal } from '@preact/signals'

/** What somebody began to change: what was stored then, and what they made of it. */
interface Draft {
  base: object
  value: object
}

/** By what is changed. They outlive the panel: who closes it by mistake finds what they typed when it opens again. */
const kept = signal<ReadonlyMap<string, Draft>>(new Map())

export interface Drafted<T extends object> {
  base: T
  value: T
  dirty: boolean
  change(part: Partial<T>): void
  /** Go on from what is stored now, with what was typed; of the rest, what others made of it. */
  rebase(stored: T): void
  drop(): void
}

/** What is being changed of something; as long as nobody has touched it, what is stored. */
export function draftOf<T extends object>(key: string, stored: T): Drafted<T> {
  const { base, value } = (kept.value.get(key) as { base: T; value: T } | undefined) ?? { base: stored, value: stored }
  const keep = (draft: Draft) => {
    kept.value = new Map([...kept.value, [key, draft]])
  }
  return {
    base,
    value,
    dirty: JSON.stringify(base) !== JSON.stringify(value),
    change(part) {
      // two controls may be changed before anything is drawn again
      const now = (kept.peek().get(key) as { base: T; value: T } | undefined) ?? { base: stored, value: stored }
      keep({ base: now.base, value: { ...now.value, ...part } })
    },
    rebase(stored) {
      const now = kept.peek().get(key) as { base: T; value: T } | undefined
      keep({ base: stored, value: now ? merged(now.base, now.value, stored) : stored })
    },
    drop() {
      kept.value = new Map([...kept.value].filter(([other]) => other !== key))
    },
  }
}

function merged<T extends object>(base: T, value: T, stored: T): T {
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
  const typed = Object.entries(value).filter(([name, part]) => !same(part, base[name as keyof T]))
  return { ...stored, ...Object.fromEntries(typed) }
}
