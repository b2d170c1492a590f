import { type Observable, printObservable } from './observable.ts'

/** The query that finds the logs and signals which name a name or an address of a block; undefined for what is not one block, of which none can be made. */
export function queryAbout(observable: Observable): string | undefined {
  const value = printObservable(observable)
  if (observable.type !== 'ip') return `*:"${value.replace(/["\\]/g, '\\$&')}"`
  return value.includes('/') ? `CIDR(@network.ip.list, ${value})` : undefined
}
