import { findAddresses } from './addresses.ts'
import type { IndicatorType } from './indicator.ts'

const dotted = (text: string) => text.replace(/(?<=[\w-])\.(?=\w)/g, '[.]')
/** With the addresses, hosts and further URLs in its path and query: those of IPv6 are found as they are everywhere, the rest by its dots. */
function harmlessUrl(url: string): string {
  const addresses = findAddresses(url)
  const isInAddress = (at: number) => addresses.some(({ from, to }) => from <= at && at < to)
  // beside a bracket, such as those of a host, it could not be told what was meant
  const harmless = url.replace(/(?<!\[):(?!\])/g, (colon, at: number) => (isInAddress(at) ? '[:]' : colon))
  return dotted(harmless)
    .replace(/(?<![a-zA-Z\d])http(?=s?:)/g, 'hxxp')
    .replace(/(?<![a-zA-Z\d])ftp(?=:)/g, 'fxp')
}

/** Write a value so that nobody follows it by accident; `refang` brings it back. */
export function defang(type: IndicatorType, value: string): string {
  if (type === 'ip') return dotted(value).replaceAll(':', '[:]')
  if (type === 'domain') return dotted(value)
  if (type === 'email') return dotted(value).replace('@', '[@]')
  return type === 'url' ? harmlessUrl(value) : value
}
