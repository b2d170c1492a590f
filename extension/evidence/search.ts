import { findAddresses } from '../../shared/addresses.ts'

/** Addresses that one search asks for, and characters of a line. */
const most = { addresses: 20, phrase: 200 }

/** The place in the explorer that shows logs like these lines: of the addresses in them, or else with the words of the first. */
export function searchFor(text: string): string {
  const query = new URLSearchParams({ query: queryOf(text), from: 'now-30d' })
  return `#/logs?${query}`
}

export function queryOf(text: string): string {
  const addresses = [...new Set(findAddresses(text.slice(0, 65_536)).map(({ address }) => address))].slice(0, most.addresses)
  const values = addresses.map(address => (address.includes(':') ? `"${address}"` : address))
  if (values.length > 0) return `@network.ip.list:${values.length === 1 ? values[0] : `(${values.join(' OR ')})`}`
  const line = text.split(/[\n\r]/).find(line => line.trim() !== '') ?? ''
  // of a phrase only its words count
  const words =
    line
      .match(/[\p{L}\p{N}_]+/gu)
      ?.join(' ')
      .slice(0, most.phrase)
      .trim() ?? ''
  return words === '' ? '' : `"${words}"`
}
