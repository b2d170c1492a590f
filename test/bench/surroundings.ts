import type { Daemon } from './start-daemon.ts'
import { addressOf } from './workload.ts'

/** A feed that knows one address in sixty of the workload's. */
export async function addFeed(daemon: Daemon): Promise<void> {
  const attributes = { name: 'Scanners', format: 'netset', category: 'scanner', intention: 'suspicious' }
  const { data } = (await daemon.post('/api/local/feeds', { data: { type: 'feed', attributes } })) as { data: { id: string } }
  const addresses = Array.from({ length: 3000 }, (_, i) => addressOf(i * 64 + 11))
  await daemon.send('PUT', `/api/local/feeds/${data.id}/content`, addresses.join('\n'), 'text/plain')
}

/** What rules look for; each stands for rules that differ in a user, a country or a number. */
const kinds = [
  { query: 'source:sshd @evt.outcome:failure @usr.name:user_#', by: '@network.client.ip' },
  { query: 'source:nginx @http.status_code:[400 TO 499] @http.url_details.path:*#*', by: '@network.client.ip' },
  { query: 'source:cloudtrail @evt.name:(CreateUser OR StopLogging OR DeleteTrail) @usr.name:user_#*', by: '@usr.name' },
  { query: 'source:kubernetes @objectRef.resource:secrets @kube.namespace:*# -env:dev', by: 'host' },
  { query: 'source:nginx "sqlmap/#"', by: '@network.client.ip' },
]

export async function addRules(daemon: Daemon, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const { query, by } = kinds[i % kinds.length]!
    await daemon.post('/api/v2/security_monitoring/rules', {
      name: `Rule ${i}`,
      message: 'Seen more often than usual',
      isEnabled: true,
      queries: [{ name: 'seen', query: query.replace('#', String(10 + i)), groupByFields: [by] }],
      cases: [{ name: 'many', status: 'medium', condition: 'seen > 20' }],
      options: { detectionMethod: 'threshold', evaluationWindow: 300, keepAlive: 3600, maxSignalDuration: 86400 },
      tags: [],
    })
  }
}
