export type Bus<T> = ReturnType<typeof createBus<T>>

/** Tells every listener of every event, in order, at once. */
export function createBus<T>() {
  const listeners = new Set<(event: T) => void>()
  return {
    publish(event: T): void {
      for (const listen of [...listeners]) listen(event)
    },
    /** Answers a function that ends the subscription. */
    subscribe(listen: (event: T) => void): () => void {
      listeners.add(listen)
      return () => void listeners.delete(listen)
    },
  }
}
