import { signal } from '@preact/signals'

/** What somebody began to change: what was stored then, and what they made of it. */
interface Draft {
  base: object
  value: object
}

/** By what is changed. They outlive tab and panel: who leaves them finds what they typed when they come back. */
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

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** What is being changed of something; as long as nobody has touched it, or once it is as it was, what is stored. */
export function draftOf<T extends object>(key: string, stored: T): Drafted<T> {
  const { base, value } = (kept.value.get(key) as { base: T; value: T } | undefined) ?? { base: stored, value: stored }
  const drop = () => {
    kept.value = new Map([...kept.value].filter(([other]) => other !== key))
  }
  const keep = (draft: Draft) => {
    if (same(draft.base, draft.value)) drop()
    else kept.value = new Map([...kept.value, [key, draft]])
  }
  return {
    base,
    value,
    dirty: !same(base, value),
    change(part) {
      // two controls may be changed before anything is drawn again
      const now = (kept.peek().get(key) as { base: T; value: T } | undefined) ?? { base: stored, value: stored }
      keep({ base: now.base, value: { ...now.value, ...part } })
    },
    rebase(stored) {
      const now = kept.peek().get(key) as { base: T; value: T } | undefined
      keep({ base: stored, value: now ? merged(now.base, now.value, stored) : stored })
    },
    drop,
  }
}

/** A text that is typed and not sent yet. Where it is as it was, such as empty, nothing is kept. */
export interface Typed {
  text: string
  dirty: boolean
  type(text: string): void
  /** It was taken; what was typed since is not. */
  sent(): void
  drop(): void
}
export function typedOf(key: string, was = ''): Typed {
  const { value, dirty, change, drop } = draftOf(key, { text: was })
  return {
    text: value.text,
    dirty,
    type: text => change({ text }),
    sent: () => draftOf(key, { text: was }).value.text === value.text && drop(),
    drop,
  }
}

function merged<T extends object>(base: T, value: T, stored: T): T {
  const typed = Object.entries(value).filter(([name, part]) => !same(part, base[name as keyof T]))
  return { ...stored, ...Object.fromEntries(typed) }
}
