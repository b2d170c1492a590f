import { randomUUID } from 'node:crypto'
import type { JsonObject } from '../../shared/json.ts'
import type { Channel, ChannelPayload } from '../../shared/notice.ts'
import { personOf, type WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import { targetOf } from '../notify/targets.ts'
import type { Store } from '../store/store.ts'
import type { Audit, Write } from './writes.ts'

const most = 500

interface Options {
  store: Store
  write: Write
  audit: Audit
  now: () => number
}

/** Channels without their secrets, and every way to change them. `secrets` are the names of those that change with it. */
export function createChannels({ store, write, audit, now }: Options) {
  const { channels } = store
  const known = (id: string): Channel => {
    const channel = channels.get(id)
    if (!channel) throw new Refusal(404, 'not_found', 'No such channel')
    return channel
  }
  function put(ctx: WriteContext, channel: Channel, before: Channel | null, secrets: string[]): Channel {
    const target = targetOf(channel)
    const other = channels.for(target)
    if (other && other.id !== channel.id)
      throw new Refusal(409, 'already_exists', `There is a channel ${target} already`, {
        problems: [{ field: 'data.attributes.name', message: 'is the name of another channel of its kind' }],
      })
    channels.put(channel, target)
    audit(ctx, {
      action: before ? 'modified' : 'created',
      asset: { type: 'notification_channel', id: channel.id, name: target },
      message: `${before ? 'changed' : 'created'} the channel ${target}`,
      before: before && shown(before),
      after: { ...shown(channel), ...(secrets.length > 0 && { secrets: Object.fromEntries(secrets.map(name => [name, 'changed'])) }) },
    })
    return channel
  }

  return {
    channels: async (): Promise<Channel[]> => channels.all(),
    channel: async (id: string): Promise<Channel> => known(id),
    /** The channel that is meant by `@slack-soc`; null where there is none. */
    channelFor: async (target: string): Promise<Channel | null> => channels.for(target) ?? null,
    createChannel: async (ctx: WriteContext, payload: ChannelPayload, secrets: string[]): Promise<Channel> =>
      write(ctx, () => {
        if (channels.all().length >= most) throw new Refusal(400, 'too_many', `There are ${most} channels, which is the most there may be`)
        const { handle, name } = personOf(ctx.actor)
        const by = { handle, name }
        const made = { ...payload, id: randomUUID(), version: 1, created: now(), updated: now(), creator: by, updater: by }
        return { result: put(ctx, made, null, secrets) }
      }),
    updateChannel: async (
      ctx: WriteContext,
      id: string,
      payload: ChannelPayload,
      secrets: string[],
      version: number | undefined,
    ): Promise<Channel> =>
      write(ctx, () => {
        const before = known(id)
        if (version !== undefined && version !== before.version)
          throw new Refusal(409, 'stale_version', `The channel has changed since: it is at version ${before.version}`, {
            problems: [{ field: 'data.attributes.version', message: `is ${version}, the channel is at ${before.version}` }],
          })
        const { handle, name } = personOf(ctx.actor)
        const after = { ...before, ...payload, version: before.version + 1, updated: now(), updater: { handle, name } }
        return { result: put(ctx, after, before, secrets) }
      }),
    deleteChannel: async (ctx: WriteContext, id: string): Promise<null> =>
      write(ctx, () => {
        const channel = known(id)
        channels.remove(id)
        audit(ctx, {
          action: 'deleted',
          asset: { type: 'notification_channel', id, name: targetOf(channel) },
          message: `deleted the channel ${targetOf(channel)}`,
          before: shown(channel),
          after: null,
        })
        return { result: null }
      }),
  }
}

const shown = ({ version, kind, name, enabled, options }: Channel): JsonObject => ({ version, kind, name, enabled, options })
