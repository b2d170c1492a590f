import { openStore } from '../../daemon/store/store.ts'
import { severities } from '../../shared/severity.ts'
import type { Detection } from '../../shared/signal.ts'
import { newTriage, type State, states } from '../../shared/triage.ts'
import { createRandom } from '../daemon/engine/random-logs.ts'

const rules = Array.from({ length: 60 }, (_, i) => `Rule ${i}: more failed logins than there should be`)
const day = 86_400_000

/** Put signals of the last thirty days into a new data directory, straight into its store: opening them one by one through rules takes hours. */
export function seedSignals(dir: string, count: number, now: number): void {
  const store = openStore(dir, error => {
    throw error
  })
  const { below, pick } = createRandom(1)
  const batch = 1000
  for (let done = 0; done < count; done += batch)
    store.write(() => {
      for (let i = done; i < Math.min(count, done + batch); i++) {
        const rule = below(rules.length)
        const address = `198.51.${below(100)}.${below(250)}`
        const user = `user_${below(2000)}`
        const id = `bench-${i.toString(16).padStart(12, '0')}`
        const time = now - Math.floor(((count - i) / count) * 29 * day)
        store.signals.add(id, store.nextSeq(), time, detectionOf(rule, pick(severities), address, user, time))
        const state: State = pick(states)
        if (state !== 'open') store.signals.setTriage(id, { ...newTriage(), version: 2, state, state_update_timestamp: time })
      }
    })
  store.close()
}

function detectionOf(rule: number, severity: Detection['severity'], address: string, user: string, time: number): Detection {
  const service = `service-${rule % 12}`
  return {
    title: rules[rule]!,
    message: 'Somebody tried many passwords.',
    severity,
    rule: {
      id: `rule-${rule}`,
      name: rules[rule]!,
      type: 'log_detection',
      version: 1,
      detectionMethod: 'threshold',
      isDefault: true,
      tags: ['tactic:TA0006-credential-access'],
    },
    case: { name: 'many', status: severity, condition: 'a > 5' },
    group: { '@network.client.ip': address },
    stream: 'live',
    first_seen: time - 60_000,
    last_seen: time,
    events_matched: 6,
    queries: [{ name: 'a', query: 'failed', aggregation: 'count', groupByFields: ['@network.client.ip'], eventsCount: 6, value: 6 }],
    samples: [],
    tags: [`env:${rule % 3 === 0 ? 'prod' : 'staging'}`, `source:source-${rule % 9}`, `service:${service}`, 'category:account_takeover'],
    services: [service],
    hosts: [`web-${rule % 7}`],
    entities: [`@network.client.ip:${address}`, `@usr.name:${user}`],
    attributes: { network: { client: { ip: address }, ip: { list: [address] } }, usr: { name: user } },
  }
}
