/** Longest wait for a moment in which nothing is to be done, ms. */
const patience = 200

/** Resolves when what is drawn now stands there. What is drawn next begins only then: it would take the time that the browser needs to show it. */
export const painted = (): Promise<void> =>
  new Promise(resolve => requestAnimationFrame(() => requestIdleCallback(() => resolve(), { timeout: patience })))
