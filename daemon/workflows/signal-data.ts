import type { JsonObject } from '../../shared/json.ts'
import type { Signal } from '../../shared/signal.ts'
import { signalDoc } from '../engine/docs.ts'

/** Characters of a signal that a run takes along; the samples of one that has more are left out. */
const longest = 262_144

/** A signal as templates see it, under `Source.signal`: what they name stands there as in a search. */
export function signalData(signal: Signal): JsonObject {
  const { timestamp, attributes, ...doc } = signalDoc(signal)
  const data = {
    id: signal.id,
    title: signal.detection.title,
    timestamp: new Date(timestamp).toISOString(),
    ...doc,
    attributes,
  } as JsonObject
  if (JSON.stringify(data).length <= longest) return data
  const { samples: _, ...rest } = attributes
  return { ...data, attributes: rest }
}
