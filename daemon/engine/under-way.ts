/** Counts searches under way, for whoever waits until there is none. */
export function createUnderWay() {
  let count = 0
  const waiting = new Set<() => void>()

  return {
    isQuiet: (): boolean => count === 0,
    begin: (): void => void count++,
    end(): void {
      if (--count === 0) for (const resume of waiting) resume()
    },
    /** Resolves when nobody searches, at the latest after `most` ms; answers whether that is so. */
    async quiet(most?: number): Promise<boolean> {
      if (count === 0) return true
      await new Promise<void>(resolve => {
        const resume = () => {
          clearTimeout(timer)
          waiting.delete(resume)
          resolve()
        }
        const timer = most === undefined ? undefined : setTimeout(resume, most)
        waiting.add(resume)
      })
      return count === 0
    },
  }
}
