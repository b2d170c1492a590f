import { set } from '../../shared/json.ts'
import type { Doc } from '../../shared/log.ts'
import type { Detection, Sample } from '../../shared/signal.ts'
import { rulePath } from './correlation.ts'
import { tagsOf } from './signal.ts'

/** A signal as an event that a correlation counts: what it is about, and the values of its group under the names that each query has for them. */
export function signalEvent(id: string, detection: Detection): { doc: Doc; sample: Sample } {
  const { title, severity, services, hosts, group, queries, last_seen: timestamp } = detection
  const attributes = structuredClone(detection.attributes)
  const tags = [...tagsOf(detection), ...hosts.slice(1).map(host => `host:${host}`)]
  let host = hosts[0]
  const values = Object.values(group)
  for (const paths of [...queries.map(({ groupByFields }) => groupByFields), Object.keys(group)])
    for (const [i, path] of paths.entries()) {
      const value = values[i]
      if (value === undefined) continue
      if (path[0] === '@') set(attributes, path.slice(1).split('.'), value)
      else if (path === 'host') host = value
      else tags.push(`${path}:${value}`)
    }
  set(attributes, rulePath, detection.rule.id)
  const about = { timestamp, message: title, status: severity, ...(host !== undefined && { host }), tags, attributes }
  return {
    doc: { ...about, service: services },
    sample: { id, queryIndex: 0, ...about, ...(services[0] !== undefined && { service: services[0] }) },
  }
}
