import { z } from '@hono/zod-openapi'
import { type Trail, writing } from '../lib/document.ts'
import { createRouter, emptyAnswer, jsonAnswer, readVersion, requires, resourceBody, route } from '../lib/http.ts'
import { putting } from '../lib/named.ts'
import { type Service, ServiceFields, ServiceName, type Services, versionOfService } from './services.ts'

interface Needs extends Trail {
  services: Services
}

const path = '/api/local/services'
const params = z.object({ name: ServiceName })
const read = { tags: ['Services'], middleware: [requires('security_monitoring_signals_read')] }
const write = { tags: ['Services'], middleware: [requires('org_management')] }
const nullable = z.string().nullable()
const Resource = z
  .object({
    id: z.string(),
    type: z.literal('service'),
    attributes: z.object({
      name: z.string(),
      owner: nullable,
      on_call: nullable,
      url: nullable,
      description: nullable,
      version: z.string(),
    }),
  })
  .openapi('Service')
const attributesOf = ({ name, owner, on_call, url, description }: Service) => ({ name, owner, on_call, url, description })
const resource = (service: Service): z.input<typeof Resource> => ({
  id: service.name,
  type: 'service',
  attributes: { ...attributesOf(service), version: versionOfService(service) },
})
const one = z.object({ data: Resource })

/** Who answers for a service, for the panel beside a signal. */
export const serviceRoutes = ({ services, ...trail }: Needs) =>
  createRouter()
    .openapi(
      route({
        ...read,
        method: 'get',
        path,
        summary: 'List the service catalogue',
        responses: { 200: jsonAnswer(z.object({ data: z.array(Resource) }), 'By name') },
      }),
      c => c.json({ data: services.list().map(resource) }, 200),
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${path}/{name}`,
        summary: 'Get a service of the catalogue',
        request: { params },
        responses: { 200: jsonAnswer(one, 'The service') },
      }),
      c => c.json({ data: resource(services.get(c.req.valid('param').name)) }, 200),
    )
    .openapi(
      route({
        ...write,
        method: 'put',
        path: `${path}/{name}`,
        summary: 'Put a service into the catalogue',
        request: { params, ...resourceBody('service', z.strictObject({ ...ServiceFields, version: readVersion })) },
        responses: { 200: jsonAnswer(one, 'As it is now'), 409: jsonAnswer(z.looseObject({}), 'Somebody changed it in the meantime') },
      }),
      async c => {
        const { name } = c.req.valid('param')
        const how = putting(c.var.write, trail, { type: 'service', name, called: `service “${name}” of the catalogue`, attributesOf })
        const { version, ...fields } = c.req.valid('json').data.attributes
        const { after } = await services.put({ name, ...fields }, version, how)
        return c.json({ data: resource(after) }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'delete',
        path: `${path}/{name}`,
        summary: 'Take a service out of the catalogue',
        request: { params },
        responses: { 204: emptyAnswer('It is gone') },
      }),
      async c => {
        const { name } = c.req.valid('param')
        const how = writing(c.var.write, trail, (before: Service) => ({
          action: 'deleted',
          asset: { type: 'service', id: name, name },
          message: `took the service “${name}” out of the catalogue`,
          before: attributesOf(before),
        }))
        await services.remove(name, how)
        return c.body(null, 204)
      },
    )
