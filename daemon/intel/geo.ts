import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Reader, type Response } from 'mmdb-lib'
import { type Address, printAddress, readAddress, scopeOf } from '../../shared/ip.ts'
import { type AsColumns, type AutonomousSystem, openAsTable, readAsColumns } from './as-table.ts'
import type { MmdbPlace } from './mmdb/place.ts'

/** Where an address is and who announces it, as far as the open data knows. */
export interface Place {
  country?: { iso_code: string; name: string }
  city?: { name: string }
  /** Degrees north and east. */
  location?: { latitude: number; longitude: number }
  as?: AutonomousSystem
  /** The block that is announced with it. */
  network?: string
}

const { resolve } = createRequire(import.meta.url)
const packaged = {
  country: () => resolve('@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb'),
  as: () => ({ v4: resolve('@ip-location-db/asn/asn-ipv4-num.csv'), v6: resolve('@ip-location-db/asn/asn-ipv6-num.csv') }),
}

const remembered = 10_000

/** What came with the installation, as plain arrays, which may be handed to another thread. */
export interface GeoData {
  countries: Uint8Array
  systems: AsColumns
}

/** Read it; nothing is fetched. Takes most of a second, and throws where a file is missing or damaged. */
export const readGeo = (): GeoData => ({ countries: readFileSync(packaged.country()), systems: readAsColumns(packaged.as()) })

const opened = ({ countries, systems }: GeoData) => ({
  countries: new Reader<Response & { country_code?: string }>(Buffer.from(countries.buffer, countries.byteOffset, countries.byteLength)),
  systemOf: openAsTable(systems),
})

/** Where databases of the user's say an address is, the first that knows first. */
type Own = (address: Address) => readonly MmdbPlace[]

/** The data that came with the installation is not read yet. */
export class Unread extends Error {}

/** Where an address is; empty for what is no public address. */
export type Locate = (address: string | Address) => Place

interface Needs {
  own?: Own
  read?: () => Promise<GeoData>
  report?: (error: unknown) => void
}

/**
 * The user's own databases, then the data that came with the installation, which is read when the first needs it. Where that cannot be read,
 * `report` hears of it once, and only the user's databases speak.
 */
export function openGeo({ own = () => [], read = async () => readGeo(), report = () => {} }: Needs = {}) {
  let data: ReturnType<typeof opened> | undefined
  let isRead = false
  let reading: Promise<void> | undefined
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' })

  function placeOf(address: Address, text: string): Place {
    if (scopeOf(address) !== 'public') return {}
    if (!isRead) throw new Unread()
    const said = own(address)
    const code = said.find(({ country }) => country)?.country ?? data?.countries.get(text)?.country_code
    const announced = data?.systemOf(address)
    const as = said.find(({ as }) => as)?.as ?? announced?.as
    const city = said.find(({ city }) => city)?.city
    const located = said.find(({ latitude }) => latitude !== undefined)
    return {
      ...(code && /^[A-Z]{2}$/.test(code) && { country: { iso_code: code, name: names.of(code) ?? code } }),
      ...(city !== undefined && { city: { name: city } }),
      ...(located && { location: { latitude: located.latitude!, longitude: located.longitude! } }),
      ...(as && { as }),
      ...(announced && { network: announced.network }),
    }
  }

  // Logs name the same addresses again and again.
  const known = new Map<string, Place>()
  const locate: Locate = given => {
    const address = typeof given === 'string' ? readAddress(given) : given
    if (!address) return {}
    const text = printAddress(address)
    let place = known.get(text)
    if (!place) {
      place = placeOf(address, text)
      if (known.size >= remembered) known.clear()
      known.set(text, place)
    }
    return place
  }
  return {
    /** Throws `Unread` for a public address until what `locator` resolves with is there. */
    locate,
    /** Resolves once all is read that `locate` speaks from. */
    async locator(): Promise<Locate> {
      await (reading ??= read()
        .then(read => {
          data = opened(read)
        }, report)
        .finally(() => {
          isRead = true
        }))
      return locate
    },
    /** What is remembered does not hold any more: the user's databases have changed. */
    forget: () => known.clear(),
  }
}
