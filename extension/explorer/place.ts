import { signal } from '@preact/signals'
import { type Place, printPlace, readPlace } from './link.ts'

export const place = signal<Place>({ section: '', with: {} })

/** Keep `place` as the address bar has it. */
export function followAddress(): void {
  const look = () => {
    place.value = readPlace(location.hash)
  }
  addEventListener('hashchange', look)
  look()
}

/** Show something else of this section. `undefined` takes a value away; `back`: the browser's back button leads here again. */
export function show(changes: Record<string, string | undefined>, back = false): void {
  const values = Object.entries({ ...place.value.with, ...changes }).filter((pair): pair is [string, string] => Boolean(pair[1]))
  go({ ...place.value, with: Object.fromEntries(values) }, back)
}

export function go(to: Place, back = true): void {
  const url = printPlace(to)
  if (url === location.hash) return
  history[back ? 'pushState' : 'replaceState'](null, '', url)
  place.value = to
}

/** A value that is a list: `high,low`. */
export const listOf = (value: string | undefined): string[] => (value ? value.split(',') : [])
