/** Resolves once `holds` answers something true; asks again whenever the event loop has turned. Rejects after `most` ms. */
export async function until<T>(holds: () => T | Promise<T>, most = 10_000): Promise<NonNullable<T>> {
  const end = performance.now() + most
  for (;;) {
    const value = await holds()
    if (value) return value
    if (performance.now() > end) throw new Error(`did not come true within ${most} ms: ${holds}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
