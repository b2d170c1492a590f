import { parseUrl } from '../../../shared/url.ts'
import type { ServiceFacts } from '../../signal-messages.ts'
import { createLoad } from '../load.ts'

/** Who answers for which service. */
export const catalogue = createLoad('services')

export const serviceOf = (name: string): ServiceFacts | undefined => catalogue.value.value?.services.find(one => one.name === name)

/** Where a service is described: `{service}` and `{env}` in its address stand for those of the signal. Nothing but a web address. */
export function pageOf({ url }: ServiceFacts, service: string, env: string | undefined): string | undefined {
  const filled = url.replaceAll('{service}', encodeURIComponent(service)).replaceAll('{env}', encodeURIComponent(env ?? ''))
  return /^https?:\/\//i.test(filled) && parseUrl(filled) ? filled : undefined
}
