import { z } from '@hono/zod-openapi'
import type { AuditEvent } from '../../shared/audit.ts'
import type { Log } from '../../shared/log.ts'
import { auditDoc } from '../engine/docs.ts'

const Attributes = z.looseObject({
  timestamp: z.string(),
  message: z.string().optional(),
  tags: z.array(z.string()),
  attributes: z.looseObject({}),
})
export const LogResource = z.object({ id: z.string(), type: z.literal('log'), attributes: Attributes }).openapi('Log')
export const AuditResource = z.object({ id: z.string(), type: z.literal('audit'), attributes: Attributes }).openapi('AuditEvent')

/** A log in Datadog's form. The source is a tag there; what has no place on that wire stands under `x_local`. */
export const logResource = ({
  id,
  timestamp,
  received,
  stream,
  message,
  service,
  source,
  host,
  status,
  tags,
  attributes,
}: Log): z.input<typeof LogResource> => ({
  id,
  type: 'log',
  attributes: {
    timestamp: new Date(timestamp).toISOString(),
    ...(host !== undefined && { host }),
    ...(service !== undefined && { service }),
    status,
    message,
    tags: source === undefined || tags.includes(`source:${source}`) ? tags : [...tags, `source:${source}`],
    attributes,
    x_local: { timestamp_ms: timestamp, received_ms: received, stream, ...(source !== undefined && { source }) },
  },
})

export const auditResource = (event: AuditEvent): z.input<typeof AuditResource> => {
  const { timestamp, message, service, tags, attributes } = auditDoc(event)
  return { id: event.id, type: 'audit', attributes: { timestamp: new Date(timestamp).toISOString(), service, message, tags, attributes } }
}
