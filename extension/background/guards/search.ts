import { measureNames } from '../../../shared/aggregate.ts'
import { maxPathLength, maxQueryLength } from '../../../shared/query/limits.ts'
import {
  type ExportFormat,
  exportFormats,
  type NewView,
  type SearchAsked,
  type SearchProtocol,
  type Sort,
  sorts,
  tracks,
} from '../../search-messages.ts'
import { flag, type GuardsOf, list, oneOf, orNull, shape, text, whole } from '../guard.ts'
import { id, nothing, time, version } from './parts.ts'

const asked = { track: oneOf(tracks), query: text(maxQueryLength), from: time, to: time }
const path = text(maxPathLength, path => path !== '')
const completing = { prefix: text(maxPathLength), limit: whole(10_000) }
const exporting = { ...asked, sort: oneOf(sorts), format: oneOf(exportFormats) }
const measure = shape({ aggregation: oneOf(measureNames) }, { metric: path, interval: text(32) })
const when = text(64)
const picture = {
  query: text(maxQueryLength),
  from: when,
  to: when,
  columns: list(shape({ path }, { width: whole(4000) }), 0, 50),
  facets: list(path, 0, 50),
  timeline: flag,
}
type DrawnMust = 'query' | 'from' | 'to' | 'columns' | 'facets' | 'timeline' | 'name' | 'track' | 'shared'
const drawn = { ...picture, name: text(100, name => name.trim() !== ''), track: oneOf(tracks), shared: flag }
const drawnMay = { sort: text(600), visualisation: shape({ kind: text(64) }, { measure: text(600), group_by: list(path, 0, 4) }) }
const view = shape<Pick<NewView, DrawnMust>, Required<Omit<NewView, DrawnMust>>>(drawn, drawnMay)
const changes = shape<object, Required<NewView>>({}, { ...drawn, ...drawnMay })

export const searchGuards: GuardsOf<SearchProtocol> = {
  search: shape(
    { ...asked, limit: whole(1000) },
    {
      sort: oneOf(sorts),
      cursor: text(4096),
      facets: list(path, 0, 50),
      buckets: whole(1000),
      measures: list(measure, 1, 20),
      groupBy: list(shape({ facet: path, limit: whole(10_000) }), 0, 4),
      view: text(64),
    },
  ),
  facetPaths: shape({ ...asked, ...completing }),
  facetValues: shape({ ...asked, ...completing, path }),
  foundRows: shape({ track: oneOf(tracks), ids: list(text(200), 1, 200) }),
  logContext: shape({ id: text(200), before: whole(500), after: whole(500), same: oneOf(['host', 'service', 'none'] as const) }),
  exportRows: shape<SearchAsked & { sort: Sort; format: ExportFormat }, { columns: string[] }>(exporting, { columns: list(path, 1, 200) }),
  views: nothing,
  saveView: shape({ view }),
  changeView: shape({ id, version, view: changes }),
  removeView: shape({ id }),
  beginWithView: shape({ id: orNull(id) }),
}
