import type { createCard } from './card/index.ts'

/** The global object of this script's own world, which no page can see: where its two parts meet. */
export const own = globalThis as { signalboxRuns?: boolean; signalboxCard?: typeof createCard }
