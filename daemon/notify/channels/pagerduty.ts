import type { JsonObject } from '../../../shared/json.ts'
import type { Severity } from '../../../shared/severity.ts'
import { defineChannel } from '../../lib/kinds.ts'
import { messageJson } from '../message-json.ts'
import { post } from '../post.ts'

const longestSummary = 1024
const severities: Record<Severity, string> = { critical: 'critical', high: 'error', medium: 'warning', low: 'warning', info: 'info' }

/** Events API v2. One signal is one alert, however often it is told of: a raise of its severity changes it. */
export const pagerduty = defineChannel({
  kind: 'pagerduty',
  label: 'PagerDuty',
  target: 'name',
  fields: [
    { name: 'routing_key', label: 'Integration key', kind: 'name', secret: true, hint: 'Of an Events API v2 integration of the service' },
    {
      name: 'url',
      label: 'Address',
      kind: 'url',
      place: true,
      usual: 'https://events.pagerduty.com/v2/enqueue',
      hint: 'In Europe https://events.eu.pagerduty.com/v2/enqueue',
    },
  ],
  deliver(message, way) {
    const { id, title, severity, signals, more } = message
    const [first] = signals
    const isOne = signals.length + more === 1
    return post(way, way.options['url']!, {
      routing_key: way.secrets['routing_key']!,
      event_action: 'trigger',
      dedup_key: isOne && message.why !== 'test' ? `signalbox-${first!.id}` : id,
      client: 'Signalbox',
      payload: {
        summary: title.slice(0, longestSummary) || 'A signal',
        source: first?.services[0] ?? 'signalbox',
        severity: severities[severity],
        timestamp: new Date(message.time).toISOString(),
        custom_details: messageJson(message)['data'] as JsonObject,
      },
    })
  },
})
