import { z } from 'zod'
import { openDocument, type Writing } from '../lib/document.ts'
import { Refusal } from '../lib/errors.ts'
import { checkVersion, versionOf } from '../lib/stale.ts'

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

/** What a service was, and what it is. */
export interface PutService {
  before: Service | null
  after: Service
}

/** What tells one state of a service from another. */
export const versionOfService = ({ name, owner, on_call, url, description }: Service): string =>
  versionOf({ name, owner, on_call, url, description })

/** services.json: who answers for what. */
const File = z.looseObject({ services: z.array(Service).default([]) })

export type Services = Awaited<ReturnType<typeof openServices>>

/** The service catalogue, a document that a person may edit. */
export async function openServices(file: string) {
  const stored = await openDocument(file, File)
  const find = (services: readonly Service[], name: string) => services.find(service => service.name === name)
  return {
    list: (): Service[] => [...stored.current().services].sort((a, b) => (a.name < b.name ? -1 : 1)),
    get(name: string): Service {
      const service = find(stored.current().services, name)
      if (!service) throw new Refusal(404, 'not_found', 'The catalogue has no such service')
      return service
    },
    /** With a `version` only where it still is what that stands for; null: where there is none. */
    put: (service: Service, version: string | null | undefined, how: Writing<PutService>): Promise<PutService> =>
      stored.change(file => {
        const before = find(file.services, service.name) ?? null
        checkVersion('the service', before && versionOfService(before), version)
        const others = file.services.filter(({ name }) => name !== service.name)
        if (others.length >= most) throw new Refusal(409, 'too_many', `The catalogue holds ${most} services. Delete one first.`)
        return { next: { ...file, services: [...others, service] }, result: { before, after: service } }
      }, how),
    remove: (name: string, how: Writing<Service>): Promise<Service> =>
      stored.change(file => {
        const service = find(file.services, name)
        if (!service) throw new Refusal(404, 'not_found', 'The catalogue has no such service')
        return { next: { ...file, services: file.services.filter(one => one.name !== name) }, result: service }
      }, how),
  }
}
