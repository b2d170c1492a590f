import type { createCard } from './card/index.ts'
import type { LayerNames } from './looks.ts'

/** The global object of this script's own world, which no page can see: where its parts meet. */
export const own = globalThis as {
  signalboxRuns?: boolean
  signalboxCard?: typeof createCard
  signalboxEarly?: Promise<LayerNames | undefined>
}
