import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Reader, type Response } from 'mmdb-lib'
import { type Address, printAddress, readAddress, scopeOf } from '../../shared/ip.ts'
import { type AutonomousSystem, readAsTable } from './as-table.ts'
import type { MmdbPlace } from './mmdb/place.ts'

/** Where an address is and who announces it, as far as the open data knows. */
export interface Place {
  country?: { iso_code: string; name: string }
  city?: { name: string }
  /** Degrees north and east. */
  location?: { latitude: number; longitude: number }
  as?: AutonomousSystem
}

const { resolve } = createRequire(import.meta.url)
const packaged = {
  country: () => resolve('@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb'),
  as: () => ({ v4: resolve('@ip-location-db/asn/asn-ipv4-num.csv'), v6: resolve('@ip-location-db/asn/asn-ipv6-num.csv') }),
}

const remembered = 10_000

const readData = () => ({
  countries: new Reader<Response & { country_code?: string }>(readFileSync(packaged.country())),
  systemOf: readAsTable(packaged.as()),
})

/** Where databases of the user's say an address is, the first that knows first. */
type Own = (address: Address) => readonly MmdbPlace[]

/**
 * The user's own databases, then the data that came with the installation; nothing is fetched. Reading the latter takes some tenths of a
 * second: it is done for the first public address, or when `warm` is called, and throws where a file is missing or damaged.
 */
export function openGeo(own: Own = () => []): { locate: (address: string | Address) => Place; warm: () => void; forget: () => void } {
  let data: ReturnType<typeof readData> | undefined
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' })

  function read(address: Address, text: string): Place {
    if (scopeOf(address) !== 'public') return {}
    const said = own(address)
    const { countries, systemOf } = (data ??= readData())
    const code = said.find(({ country }) => country)?.country ?? countries.get(text)?.country_code
    const as = said.find(({ as }) => as)?.as ?? systemOf(address)
    const city = said.find(({ city }) => city)?.city
    const located = said.find(({ latitude }) => latitude !== undefined)
    return {
      ...(code && /^[A-Z]{2}$/.test(code) && { country: { iso_code: code, name: names.of(code) ?? code } }),
      ...(city !== undefined && { city: { name: city } }),
      ...(located && { location: { latitude: located.latitude!, longitude: located.longitude! } }),
      ...(as && { as }),
    }
  }

  // Logs name the same addresses again and again.
  const known = new Map<string, Place>()
  return {
    warm(): void {
      data ??= readData()
    },
    /** What is remembered does not hold any more: the user's databases have changed. */
    forget: () => known.clear(),
    /** Empty for what is no public address. */
    locate(given) {
      const address = typeof given === 'string' ? readAddress(given) : given
      if (!address) return {}
      const text = printAddress(address)
      let place = known.get(text)
      if (!place) {
        place = read(address, text)
        if (known.size >= remembered) known.clear()
        known.set(text, place)
      }
      return place
    },
  }
}
