import type { JsonObject } from '../../shared/json.ts'
import type { Doc } from '../../shared/log.ts'
import { toField, valuesAt } from '../../shared/query/match.ts'
import table from './countries.json' with { type: 'json' }
import { groupValue } from './groups.ts'

/**
 * Circles around the main land of each country: latitude, longitude, km. Made of the borders of country-coder (ISC). They are wide, because
 * most addresses are known by country alone: what is far apart between two circles is far apart wherever in them somebody is.
 */
const countries = table as unknown as Record<string, [latitude: number, longitude: number, radius: number]>

/** Where a log says that somebody was: somewhere within `radius` km of a point. Plain data, so that it can be saved. */
export interface Place extends JsonObject {
  /** What it is told from others by: country and city, or else the point. */
  name: string
  latitude: number
  longitude: number
  radius: number
}

const earth = 6371
const radians = (degrees: number) => (degrees * Math.PI) / 180

/** Reads the place that stands below a path such as `@network.client.geoip`: a point and how exact it is, or the country that it is in. */
export function createPlaceReader(path: string): (doc: Doc) => Place | undefined {
  const fields = Object.fromEntries(
    ['location.latitude', 'location.longitude', 'location.accuracy_radius', 'country.iso_code', 'city.name'].map(name => [
      name,
      toField(`${path}.${name}`),
    ]),
  )
  return doc => {
    const first = (name: string) => valuesAt(doc, fields[name]!)[0]
    const within = (name: string, most: number) => {
      const value = first(name)
      return typeof value === 'number' && Math.abs(value) <= most ? value : undefined
    }
    const latitude = within('location.latitude', 90)
    const longitude = within('location.longitude', 180)
    const country = first('country.iso_code')
    const city = first('city.name')
    const named = [country, city].flatMap(value => (value === undefined ? [] : [groupValue(value)])).join(', ')
    if (latitude !== undefined && longitude !== undefined) {
      const radius = Math.abs(within('location.accuracy_radius', 20_000) ?? 0)
      return { name: named || `${latitude.toFixed(1)}, ${longitude.toFixed(1)}`, latitude, longitude, radius }
    }
    const code = typeof country === 'string' ? country : ''
    const circle = Object.hasOwn(countries, code) ? countries[code] : undefined
    return circle && { name: named, latitude: circle[0], longitude: circle[1], radius: circle[2] }
  }
}

/** Kilometres that lie between two places at least. */
export function distanceBetween(a: Place, b: Place): number {
  const [from, to] = [radians(a.latitude), radians(b.latitude)]
  const half = Math.sin((to - from) / 2) ** 2 + Math.cos(from) * Math.cos(to) * Math.sin(radians(b.longitude - a.longitude) / 2) ** 2
  return Math.max(0, 2 * earth * Math.asin(Math.min(1, Math.sqrt(half))) - a.radius - b.radius)
}
