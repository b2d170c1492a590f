import { z } from 'zod'
import { Refusal } from '../lib/errors.ts'
import { openNamed } from '../lib/named.ts'
import { versionOf } from '../lib/stale.ts'

const most = 5000
const text = z.string().trim().min(1).max(200)

/** What a panel shows of a service. `url` opens it elsewhere: `{service}` and `{env}` in it stand for those of a signal. */
export const ServiceFields = {
  owner: text.nullable().default(null),
  on_call: text.nullable().default(null),
  url: z
    .string()
    .max(2000)
    .regex(/^https?:\/\/[^\s"'<>\\]+$/i, 'must begin with https:// or http:// and hold neither spaces nor quotes')
    .nullable()
    .default(null),
  description: z.string().max(2000).nullable().default(null),
}
export const ServiceName = z.string().min(1).max(200)
const Service = z.looseObject({ name: ServiceName, ...ServiceFields })
export type Service = { name: string } & z.output<z.ZodObject<typeof ServiceFields>>

/** What tells one state of a service from another. */
export const versionOfService = ({ name, owner, on_call, url, description }: Service): string =>
  versionOf({ name, owner, on_call, url, description })

/** services.json: who answers for what. */
const File = z.looseObject({ services: z.array(Service).default([]) })

export type Services = Awaited<ReturnType<typeof openServices>>

const none = () => new Refusal(404, 'not_found', 'The catalogue has no such service')

/** The service catalogue, a document that a person may edit. */
export async function openServices(file: string) {
  const { kept, put, remove } = await openNamed<'services', Service>(file, File, {
    list: 'services',
    what: 'the service',
    most,
    full: `The catalogue holds ${most} services. Delete one first.`,
    versionOf: versionOfService,
    none,
  })
  return {
    list: (): Service[] => [...kept()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    get(name: string): Service {
      const service = kept().find(one => one.name === name)
      if (!service) throw none()
      return service
    },
    put,
    remove,
  }
}
