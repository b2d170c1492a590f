import type { LiveEvent } from '../shared/live.ts'
import type { Core } from './core/core.ts'
import type { AddressGuard } from './lib/address-guard.ts'
import type { Bus } from './lib/bus.ts'
import { Refusal } from './lib/errors.ts'
import type { Way } from './lib/kinds.ts'
import type { Outbound } from './lib/outbound.ts'
import { openSecretFile } from './lib/secret-file.ts'
import { createChannelSecrets } from './notify/channel-secrets.ts'
import { createDeliver } from './notify/deliver.ts'
import { createDeliveries } from './notify/deliveries.ts'
import { DeliveryError } from './notify/delivery-error.ts'

interface Needs {
  core: Core
  bus: Bus<LiveEvent>
  secretsFile: string
  outbound: Outbound
  guard: AddressGuard
  now: () => number
  report: (error: unknown) => void
}

/** Has a workflow run once for each signal that is told of. */
const workflowsOf =
  (core: Pick<Core, 'startRunFor'>): Way['toWorkflow'] =>
  async (handle, { signals, rule, why }) => {
    // what it does is done: it must not be done to try something out
    if (why === 'test' || rule === null) throw new DeliveryError('A workflow is not run as a test', { isFinal: true })
    for (const { id } of signals)
      try {
        await core.startRunFor(handle, id, rule.name)
      } catch (error) {
        if (error instanceof Refusal) throw new DeliveryError(error.message, { isFinal: error.status !== 429 })
        throw error
      }
  }

/** What tells people of signals: channels with their secrets, and what goes out by them. */
export async function createNotifications({ core, bus, secretsFile, outbound, guard, now, report }: Needs) {
  const secrets = createChannelSecrets(await openSecretFile(secretsFile))
  const deliver = createDeliver({
    channelFor: core.channelFor,
    secretsOf: secrets.of,
    outbound,
    guard,
    toBrowsers: ({ signals, severity, why }) => bus.publish({ type: 'notice', ids: signals.map(({ id }) => id), severity, why }),
    toWorkflow: workflowsOf(core),
    now,
  })
  const { dueDeliveries, delivered } = core
  return { secrets, guard, deliver, deliveries: createDeliveries({ dueDeliveries, delivered, deliver, now, report }) }
}
export type Notifications = Awaited<ReturnType<typeof createNotifications>>
