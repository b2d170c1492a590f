/** Most states of one finder: what has no room is left to be looked for by itself. */
const maxStates = 2 ** 16

/**
 * Finds which of many ASCII texts lie in a text, in one pass over it (Aho–Corasick as a table). `add` before `build`; `find` calls back with
 * what was added with each text that is there, perhaps several times.
 */
export function createLiterals<T>() {
  /** By state and character class the next state; class 0 is every character that no text has. */
  const next: Map<number, number>[] = [new Map()]
  const held: T[][] = [[]]
  const classes = new Uint8Array(128)
  let classCount = 1
  let table = new Int32Array(0)
  let found: (readonly T[] | undefined)[] = []

  return {
    /** False where there is no room for another. */
    add(text: string, item: T): boolean {
      if (next.length + text.length > maxStates) return false
      let state = 0
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i)
        classes[code] ||= classCount++
        let to = next[state]!.get(classes[code]!)
        if (to === undefined) {
          to = next.length
          next.push(new Map())
          held.push([])
          next[state]!.set(classes[code]!, to)
        }
        state = to
      }
      held[state]!.push(item)
      return true
    },
    build(): void {
      table = new Int32Array(next.length * classCount)
      const fallback = new Int32Array(next.length)
      const queue = [0]
      for (let i = 0; i < queue.length; i++) {
        const state = queue[i]!
        for (let kind = 1; kind < classCount; kind++) {
          const to = next[state]!.get(kind)
          const other = state === 0 ? 0 : table[fallback[state]! * classCount + kind]!
          table[state * classCount + kind] = to ?? other
          if (to === undefined) continue
          fallback[to] = other
          queue.push(to)
        }
        if (state !== 0) held[state]!.push(...held[fallback[state]!]!)
      }
      found = held.map(items => (items.length > 0 ? [...new Set(items)] : undefined))
      next.length = 1
      held.length = 1
    },
    find(text: string, visit: (item: T) => void): void {
      let state = 0
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i)
        state = code < 128 ? table[state * classCount + classes[code]!]! : 0
        const items = found[state]
        if (items) for (const item of items) visit(item)
      }
    },
  }
}
