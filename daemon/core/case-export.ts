import { incidentKey } from '../../shared/incident.ts'
import type { CaseFile, FiledSignal } from '../cases/export/file.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import type { CaseFiles } from './case-files.ts'

/** Insights that an export holds; how many there are besides is said. */
const mostExported = 1000

/** Gathers all that an export of a case tells, as far as somebody may see it. */
export function createCaseFileReader({ store, files }: { store: Store; files: CaseFiles }) {
  function signalOf(id: string): FiledSignal | undefined {
    const signal = store.signals.get(id)
    if (!signal) return undefined
    const { detection, timestamp, triage } = signal
    const { title, severity, first_seen, last_seen, events_matched, entities, tags, rule } = detection
    return {
      ...{ id, title, severity, first_seen, last_seen, events_matched, entities, tags },
      rule: rule.name,
      timestamp,
      state: triage.state,
    }
  }
  return {
    caseFile: async (only: Restrictions, which: string): Promise<CaseFile> => {
      const one = files.find(which)
      const { insights, total } = files.insights(only, one, mostExported)
      return {
        case: { ...one, insights: total },
        insights: insights.map(insight => {
          const signal = insight.type === 'SECURITY_SIGNAL' ? signalOf(insight.resource_id) : undefined
          return { insight, ...(signal && { signal }) }
        }),
        more: total - insights.length,
        cells: files.cells(only, one.id),
        links: store.cases.linksOf(one.id),
        incidents: store.cases.incidents(one.id).flatMap(id => {
          const incident = store.incidents.get(id)
          return incident ? { id, key: incidentKey(incident.public_id) } : []
        }),
      }
    },
  }
}
