import type { ChannelPayload } from '../../shared/notice.ts'
import { type AddressGuard, OutboundError, type Place } from '../lib/address-guard.ts'
import { Refusal } from '../lib/errors.ts'
import { placeOf } from '../lib/outbound.ts'
import { kindOf } from './targets.ts'

/**
 * Refuse a channel that would tell an address which is not for us to ask. A name that cannot be looked up now may be there later: whoever sends
 * checks again anyway.
 */
export async function checkPlaces(
  guard: AddressGuard,
  { kind, options }: ChannelPayload,
  secrets: Record<string, string | null>,
): Promise<void> {
  for (const { name, kind: form, secret } of kindOf(kind)?.fields ?? []) {
    const text = secret ? secrets[name] : options[name]
    if (text === undefined || text === null || (form !== 'url' && form !== 'host')) continue
    const place: Place =
      form === 'url' ? placeOf(new URL(text)) : { host: text, port: Number(options['port']), isEncrypted: isEncrypted(options) }
    try {
      await guard(place)
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error
      if (error.code === 'not_resolved') continue
      const field = `data.attributes.${secret ? 'secrets' : 'options'}.${name}`
      throw new Refusal(400, error.code, `${field}: ${error.message}`, { problems: [{ field, message: error.message }] })
    }
  }
}

/** Of what is not HTTP, as its options say. */
const isEncrypted = ({ encryption = 'tls', transport = 'tls' }: Readonly<Record<string, string>>): boolean =>
  encryption !== 'none' && transport === 'tls'
