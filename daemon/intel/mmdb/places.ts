import { type MmdbPlace, placeIn } from './place.ts'
import { openMmdb } from './tree.ts'

/** Where an address is, as one database says. */
export type Places = (address: string) => MmdbPlace

/** A database of countries, cities or systems, opened. What is damaged in it says nothing. */
export function openPlaces(bytes: Uint8Array): Places {
  const reader = openMmdb(bytes)
  return address => {
    try {
      return placeIn(reader.get(address))
    } catch {
      return {}
    }
  }
}
