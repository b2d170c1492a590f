import { normaliseAddress } from '../../shared/ip.ts'
import { Refusal } from './errors.ts'

/** An address in its one form; `field` is where it stood in the request. */
export function readIp(text: string, field: string): string {
  const address = normaliseAddress(text)
  if (address !== undefined) return address
  const problems = [{ field, message: 'is not an IP address' }]
  throw new Refusal(400, 'not_an_address', `“${text.slice(0, 64)}” is not an IP address`, { problems })
}
