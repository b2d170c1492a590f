import type { Doc } from '../../../shared/log.ts'
import { valuesAt } from '../../../shared/query/match.ts'
import type { Aggregation, Seen } from './aggregate.ts'
import { labelOf, labelsOf, labelsOnLevel } from './labels.ts'

/** What an aggregate sees of a document. */
export function createDocView({ facets, metrics, levels, cutValues }: Aggregation): (doc: Doc) => Seen {
  const most = labelsOnLevel(levels.length)
  return doc => {
    const known: (readonly string[])[] = []
    return {
      time: doc.timestamp,
      labels(level) {
        const found = () => valuesAt(doc, facets[level]!).flatMap(value => labelOf(value, levels[level]!) ?? [])
        return (known[level] ??= labelsOf(found(), levels[level]!, most, cutValues))
      },
      values: metric => valuesAt(doc, metrics[metric]!),
    }
  }
}
