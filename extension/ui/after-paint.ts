/** Run something when what is drawn now stands there. */
export const afterPaint = (run: () => void): void => void requestAnimationFrame(() => setTimeout(run))
