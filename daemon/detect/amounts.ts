import type { Json } from '../../shared/json.ts'
import type { Doc } from '../../shared/log.ts'
import type { Field } from '../../shared/query/ast.ts'
import { valuesAt } from '../../shared/query/match.ts'
import type { Aggregation } from '../../shared/rule.ts'
import { fingerprint } from './fingerprint.ts'
import { combinations } from './groups.ts'
import { createPlaceReader } from './places.ts'
import { tokensOf } from './tokens.ts'

/** What a query's aggregation takes from a log: see `Hit`. */
export interface Taken {
  amounts: readonly number[]
  seen?: readonly Json[]
}

/** The fields that an aggregation is about; `metrics` as they are written, and read. */
interface Fields {
  distinct: readonly Field[]
  metrics: readonly { name: string; field: Field }[]
}

const nothing: Taken = { amounts: [] }

/** How an aggregation reads a log. A count of logs reads nothing, unless fields are named whose words are to be compared. */
export function readerOf(aggregation: Aggregation, { distinct, metrics }: Fields): (doc: Doc) => Taken {
  const fields = metrics.map(({ field }) => field)
  const [first] = metrics
  switch (aggregation) {
    case 'cardinality':
      return doc => ({ amounts: combinations(doc, distinct, false).map(values => fingerprint(values.join('\n'))) })
    case 'sum':
    case 'max':
      return doc => (first ? { amounts: valuesAt(doc, first.field).map(Number).filter(Number.isFinite) } : nothing)
    case 'new_value':
      return doc => {
        const found = combinations(doc, fields, false)
        return {
          amounts: found.map(values => fingerprint(values.join('\n'))),
          seen: found.map(values => Object.fromEntries(values.map((value, i) => [metrics[i]!.name, value]))),
        }
      }
    case 'geo_data': {
      const placeOf = createPlaceReader(first?.name ?? '')
      return doc => {
        const place = placeOf(doc)
        return place ? { amounts: [], seen: [place] } : nothing
      }
    }
    default:
      return fields.length === 0 ? () => nothing : doc => ({ amounts: tokensOf(doc, fields) })
  }
}
