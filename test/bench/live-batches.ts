import { batchSize } from './sides/side.ts'
import { logAt } from './workload.ts'

const placeholder = '0123456789abcdef'

/**
 * Bodies for `POST /api/v2/logs` as a sender would make them, without timestamps, so that they are of now. Few are made and sent over and
 * over; each gets trace ids of its own every time, so that no two logs are the same.
 */
export function createBatches(different: number, size = batchSize): () => Buffer {
  const count = different * size
  const batches = Array.from({ length: different }, (_, batch) => {
    const body = Buffer.from(JSON.stringify(Array.from({ length: size }, (_, i) => sentLog(batch * size + i, count))))
    const places: number[] = []
    for (let at = body.indexOf(placeholder); at >= 0; at = body.indexOf(placeholder, at + 1)) places.push(at)
    return { body, places }
  })
  let sent = 0
  let trace = 0
  return () => {
    const { body, places } = batches[sent++ % different]!
    const own = Buffer.from(body)
    for (const place of places) own.write((++trace).toString(16).padStart(placeholder.length, '0'), place, 'latin1')
    return own
  }
}

function sentLog(i: number, count: number) {
  const { source, tags, host, service, message, status, attributes } = logAt(i, count)
  return { ddsource: source, ddtags: tags.join(','), hostname: host, service, message, status, ...attributes, trace_id: placeholder }
}
