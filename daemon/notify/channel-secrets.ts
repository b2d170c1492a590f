import type { Channel } from '../../shared/notice.ts'
import type { SecretFile } from '../lib/secret-file.ts'
import { placeOfChannel } from './fields.ts'
import { kindOf } from './targets.ts'

export type ChannelSecrets = ReturnType<typeof createChannelSecrets>

/**
 * The secrets of channels. Each is kept for the place that its channel had when it was given: whoever may change the address must not have it
 * sent there, whatever dies when.
 */
export function createChannelSecrets(file: SecretFile) {
  const nameOf = (channel: Pick<Channel, 'id' | 'kind' | 'options'>, field: string) => `${channel.id} ${field} ${placeOfChannel(channel)}`
  const fieldsOf = (kind: string) => (kindOf(kind)?.fields ?? []).filter(({ secret }) => secret).map(({ name }) => name)
  return {
    has: (channel: Channel, field: string): boolean => file.get(nameOf(channel, field)) !== undefined,
    /** What is kept of it, by field. */
    of: (channel: Channel): Record<string, string> =>
      Object.fromEntries(
        fieldsOf(channel.kind).flatMap(field => {
          const secret = file.get(nameOf(channel, field))
          return secret === undefined ? [] : [[field, secret]]
        }),
      ),
    /** Keep these, forget those that are null, and all that were for another place. */
    set(channel: Channel, secrets: Readonly<Record<string, string | null>>): Promise<void> {
      const current = new Set(fieldsOf(channel.kind).map(field => nameOf(channel, field)))
      const elsewhere = file.names().filter(name => name.startsWith(`${channel.id} `) && !current.has(name))
      return file.set({
        ...Object.fromEntries(elsewhere.map(name => [name, undefined])),
        ...Object.fromEntries(Object.entries(secrets).map(([field, secret]) => [nameOf(channel, field), secret ?? undefined])),
      })
    },
    forget: (id: string): Promise<void> =>
      file.set(Object.fromEntries(file.names().flatMap(name => (name.startsWith(`${id} `) ? [[name, undefined]] : [])))),
  }
}
