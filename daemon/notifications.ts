import type { LiveEvent } from '../shared/live.ts'
import type { Core } from './core/core.ts'
import type { AddressGuard } from './lib/address-guard.ts'
import type { Bus } from './lib/bus.ts'
import type { Way } from './lib/kinds.ts'
import type { Outbound } from './lib/outbound.ts'
import { openSecretFile } from './lib/secret-file.ts'
import { createChannelSecrets } from './notify/channel-secrets.ts'
import { createDeliver } from './notify/deliver.ts'
import { createDeliveries } from './notify/deliveries.ts'

interface Needs {
  core: Core
  bus: Bus<LiveEvent>
  secretsFile: string
  outbound: Outbound
  guard: AddressGuard
  /** Runs a workflow by its handle. */
  toWorkflow: Way['toWorkflow']
  now: () => number
  report: (error: unknown) => void
}

/** What tells people of signals: channels with their secrets, and what goes out by them. */
export async function createNotifications({ core, bus, secretsFile, outbound, guard, toWorkflow, now, report }: Needs) {
  const secrets = createChannelSecrets(await openSecretFile(secretsFile))
  const deliver = createDeliver({
    channelFor: core.channelFor,
    secretsOf: secrets.of,
    outbound,
    guard,
    toBrowsers: ({ signals, severity, why }) => bus.publish({ type: 'notice', ids: signals.map(({ id }) => id), severity, why }),
    toWorkflow,
    now,
  })
  const { dueDeliveries, delivered } = core
  return { secrets, guard, deliver, deliveries: createDeliveries({ dueDeliveries, delivered, deliver, now, report }) }
}
export type Notifications = Awaited<ReturnType<typeof createNotifications>>
