import { isObject, type Json, type JsonObject } from '../../../shared/json.ts'

/** What a record of a country, city or ASN database says of where an address is. */
export interface MmdbPlace {
  country?: string
  city?: string
  latitude?: number
  longitude?: number
  as?: { number: number; name: string }
}

const member = (value: Json | undefined, key: string) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined)
const textOf = (value: Json | undefined) => (typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined)
const numberOf = (value: Json | undefined) => {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** MaxMind's shapes and the flat ones of IPinfo, DB-IP and ip-location-db. */
export function placeIn(record: unknown): MmdbPlace {
  if (!isObject(record)) return {}
  const { country: nation, city: town, location, traits } = record as JsonObject
  const country = textOf(member(nation, 'iso_code')) ?? textOf(record['country_code']) ?? textOf(nation)
  const city = textOf(member(member(town, 'names'), 'en')) ?? textOf(town)
  const latitude = numberOf(member(location, 'latitude')) ?? numberOf(record['latitude']) ?? numberOf(record['lat'])
  const longitude = numberOf(member(location, 'longitude')) ?? numberOf(record['longitude']) ?? numberOf(record['lng'])
  const asn =
    numberOf(record['autonomous_system_number']) ??
    numberOf(member(traits, 'autonomous_system_number')) ??
    numberOf(textOf(record['asn'])?.replace(/^AS/i, ''))
  const name =
    textOf(record['autonomous_system_organization']) ??
    textOf(member(traits, 'autonomous_system_organization')) ??
    textOf(record['as_name']) ??
    textOf(record['name'])
  return {
    ...(country !== undefined && /^[A-Z]{2}$/.test(country) && { country }),
    ...(city !== undefined && { city }),
    ...(latitude !== undefined &&
      longitude !== undefined &&
      Math.abs(latitude) <= 90 &&
      Math.abs(longitude) <= 180 && { latitude, longitude }),
    ...(asn !== undefined && asn > 0 && { as: { number: asn, name: name ?? '' } }),
  }
}
